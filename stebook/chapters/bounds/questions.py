"""Questions of the chapter `bounds`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "turn": Question(
        "Split the expected coarse gradient into its part along $u$ and its tangential part, along "
        "$e$. How does the tangential part depend on the proxy?",
        (
            Option(
                "In size only: it is the true gradient times a number that is never negative "
                "if $\\mu' \\ge 0$",
                "The number is the area under $\\mu'$, seen through a Gaussian window. Choosing a "
                "proxy changes how fast $w$ turns, never which way.",
                right=True,
            ),
            Option(
                "In size and in sign",
                "The sign would need a proxy that is negative somewhere. For $\\mu' \\ge 0$ the "
                "sign is that of the true gradient.",
            ),
            Option(
                "In size and direction: each proxy bends it another way",
                "There is one tangential direction only in the plane of $w$ and $w^*$. What "
                "bends is the sum of both parts.",
            ),
        ),
    ),
    "hidden": Question(
        "Descent follows the pair of fields $\\partial f/\\partial v$ and $\\mathbb{E}[g]$. Is "
        "this pair the gradient of some function $F(v, w)$?",
        (
            Option(
                "Yes: of the mean loss of the network with $\\mu$ as its activation",
                "The error in it is that of the network with the step. The other network has "
                "another error, and so another gradient.",
            ),
            Option(
                "Yes, of a function that nobody has written down",
                "The part along $v$ does not depend on $|w|$. In a gradient the part along $w$ "
                "could then not depend on $v$, because mixed derivatives agree. But it does.",
            ),
            Option(
                "No: its mixed derivatives do not agree",
                "How $\\partial f/\\partial v$ changes with $|w|$ is one number, 0, and how the "
                "part along $w$ changes with $v$ is another.",
                right=True,
            ),
        ),
    ),
    "bound": Question(
        "ReLU's expected coarse gradient is to be bounded: "
        "$|\\mathbb{E}[g]|^2$ is to be at most $C_g$ times the sum of "
        "$|\\partial f/\\partial v|^2$ and $\\langle\\mathbb{E}[g], \\partial f/\\partial "
        "w\\rangle$, with $|v| \\le C_v$. Which $w$ have to be kept out for one $C_g$ to do?",
        (
            Option(
                "Short ones: $|w| \\ge c_w$",
                "For short $w$ the true gradient is large, and so is the inner product. That "
                "side is harmless here. (Descent itself needs $|w| \\ge c_w$ for another reason.)",
            ),
            Option(
                "Long ones: $|w| \\le C_w$",
                "The left side does not depend on $|w|$, and the inner product falls as $1/|w|$.",
                right=True,
            ),
            Option(
                "None",
                "That is right for clipped ReLU. For ReLU, take $v$ with $\\partial f/\\partial v "
                "= 0$ and let $|w|$ grow: the left side stays and the right side goes to 0.",
            ),
        ),
    ),
}
