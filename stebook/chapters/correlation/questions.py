"""Questions of the chapter `correlation`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "order": Question(
        "Rank the three estimators by the inner product of their expected coarse gradient with "
        "the true gradient, largest first. (In the paper's experiments clipped ReLU does best and "
        "identity worst.)",
        (
            Option(
                "clipped ReLU, ReLU, identity",
                "That is the order of the experiments, and the inner product has the opposite one: "
                "identity's is twice ReLU's, and clipped ReLU's is below ReLU's. A larger inner "
                "product is not what makes an estimator good.",
            ),
            Option(
                "identity, ReLU, clipped ReLU",
                "Identity has exactly twice as much as ReLU, and clipped ReLU always less than "
                "ReLU. So the size of the correlation cannot be what separates good estimators "
                "from bad ones.",
                right=True,
            ),
            Option(
                "It depends on the place: no order holds everywhere",
                "One does: the ratios to ReLU are 2 and a factor below 1, wherever $d \\ne 0$ and "
                "$0 < \\theta < \\pi$.",
            ),
        ),
        opens="correlation",
    ),
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
    "bound": Question(
        "ReLU's expected coarse gradient is to be bounded by what the loss feels: "
        "$|\\mathbb{E}[g]|^2$ is to be at most $A$ times the sum of "
        "$|\\partial f/\\partial v|^2$ and $\\langle\\mathbb{E}[g], \\partial f/\\partial "
        "w\\rangle$, with $|v| \\le C_v$. Which $w$ have to be kept out for one $A$ to do?",
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
