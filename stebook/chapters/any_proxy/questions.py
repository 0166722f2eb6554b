"""Questions of the chapter `any_proxy`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "scale": Question(
        "The numbers $A_+$, $A_-$, $B_x$ and $B_y$ hold all that the average sees of a proxy. "
        "Double $|w|$ and keep its direction. For which proxies do they change?",
        (
            Option(
                "For all: $\\mu'(Zw)$ looks at $Zw$, and that doubles",
                "It looks at $Zw$, but identity and ReLU see the sign of it at most: "
                "$\\mu'(2x) = \\mu'(x)$.",
            ),
            Option(
                "For none: the loss does not depend on $|w|$",
                "The loss does not. The coarse gradient is another vector, and a proxy such as "
                "clipped ReLU has a length scale of its own: it ends at 1.",
            ),
            Option(
                "For all but identity and ReLU",
                "These two satisfy $\\mu'(2x) = \\mu'(x)$. Every other proxy here has a length "
                "scale of its own, and $|w|$ is measured against it.",
                right=True,
            ),
        ),
        opens="moments",
    ),
    "kink": Question(
        "At $\\theta = 0$ the loss has a kink, and the true gradient in $w$ jumps there from one "
        "side to the other. What does the expected coarse gradient do?",
        (
            Option(
                "It jumps too",
                "Its tangential part is $-d B_y e$, and $B_y$ goes to 0 with $\\sin\\theta$. So "
                "it shrinks to nothing before it turns.",
            ),
            Option(
                "It passes through continuously",
                "$B_y$ goes to 0 and the other moments have limits. The average of the coarse "
                "gradient is smoother than the gradient of the average.",
                right=True,
            ),
            Option(
                "It is not defined there",
                "It is an average over inputs, and no formula is needed to define it. The formula "
                "with $\\cot\\theta$ is what breaks down, not the average.",
            ),
        ),
    ),
}
