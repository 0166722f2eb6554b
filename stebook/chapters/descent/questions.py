"""Questions of the chapter `descent`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "trap": Question(
        "Teacher $v^\\ast = (1, -0.5, 0.8, 0.3)$, a start near the spurious minimum: "
        "$\\theta_0 = 150°$, $v^0 = -0.1\\, v^\\ast$, $|w^0| = 1$. Which estimators reach the "
        "global minimum?",
        (
            Option(
                "ReLU and clipped ReLU: they are the ones with a theorem",
                "The theorem says that they descend to *some* critical point. From here that is "
                "the spurious minimum.",
            ),
            Option(
                "Identity only",
                "ReLU and clipped ReLU follow the landscape into the trap. Identity does not rest "
                "there; its loss rises again and again until it has left.",
                right=True,
            ),
            Option(
                "None: it is a local minimum",
                "For a method that follows the true gradient that would be so. Identity does not "
                "vanish at this minimum, so it cannot stay.",
            ),
        ),
        opens="descent",
    ),
    "rectangle": Question(
        "Theorem 2 of the paper promises the global minimum for starts with $d_0 > 0$, "
        "$\\theta_0 < \\pi/2$ and $s\\, s_{v^0} \\le s^2$. Compare that region with the set of "
        "starts from which ReLU does reach it.",
        (
            Option(
                "They are the same: the conditions are sharp",
                "They are sufficient, not necessary. Many starts outside arrive as well.",
            ),
            Option(
                "The true set is much larger",
                "In the map below the rectangle of Theorem 2 of the paper is a small part of "
                "the basin.",
                right=True,
            ),
            Option(
                "The true set is smaller, since the learning rate is finite",
                "In the map below every start of the rectangle arrives, although "
                "$\\eta = 0.4$ is far above anything that the proof allows.",
            ),
        ),
        opens="basin",
    ),
    "held": Question(
        "For $v^* = (1, 1, 1, 1)$ there is no spurious minimum. A ReLU run starts at exactly "
        "$\\theta_0 = \\pi$. Where does it end?",
        (
            Option(
                "At the global minimum: there is nothing else to end in",
                "The tangential part carries the factor $\\sin\\theta$, which is exactly 0 on the "
                "axis. Nothing turns $w$.",
            ),
            Option(
                "At $\\theta = \\pi$, at a point that is neither a minimum nor a saddle",
                "It stays on the axis, and $v$ settles at the best $v$ there. From there the loss "
                "falls in every direction that turns $w$.",
                right=True,
            ),
            Option(
                "Nowhere: without a gradient at the kink the run is not defined",
                "The true gradient in $w$ does not exist there; the expected coarse gradient does.",
            ),
        ),
    ),
}
