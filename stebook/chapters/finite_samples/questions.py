"""Questions of the chapter `finite_samples`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "shape": Question(
        "Take $K = 10$ samples, their mean coarse gradient $\\bar g$ and their mean loss. Draw "
        "the loss at $(v, w - \\eta \\bar g)$ against $\\eta$, with $v$ held. What does the "
        "curve look like?",
        (
            Option(
                "A falling curve, with noise on it everywhere",
                "The samples are drawn once and kept, so nothing varies as $\\eta$ moves a little.",
            ),
            Option(
                "A staircase, with steps down and up",
                "The outputs are sums of bits. Between two $\\eta$ at which a bit flips the loss "
                "does not change at all.",
                right=True,
            ),
            Option(
                "A parabola, since the loss is a square",
                "In $v$ it would be one. In $w$ the output is piecewise constant.",
            ),
        ),
        opens="one_step",
    ),
    "rate": Question(
        "You take four times as many samples. By what factor does the error of the mean coarse "
        "gradient fall?",
        (
            Option("By 4", "The *variance* of the mean falls by 4."),
            Option(
                "By 2",
                "A mean of independent samples: its standard error falls like $K^{-1/2}$.",
                right=True,
            ),
            Option(
                "It does not: the coarse gradient is biased, and samples do not cure a bias",
                "It is biased as an estimate of the *true* gradient. It is an unbiased estimate of "
                "the expected coarse gradient, which is what the descent uses.",
            ),
        ),
        opens="rate",
    ),
    "noise": Question(
        "Coarse gradient descent with fresh samples in every step and a *constant* learning rate "
        "approaches the global minimum. What happens to the noise of the step?",
        (
            Option(
                "It stays, so that the run ends in a cloud around the minimum",
                "That is what happens with noisy labels. Here the teacher has no noise.",
            ),
            Option(
                "It dies out",
                "Every sample's coarse gradient has the factor $y - y^*$, which is 0 for every "
                "input at the global minimum.",
                right=True,
            ),
            Option(
                "It grows, since the tangential part has a kink there",
                "The kink is in the loss. The coarse gradient has the factor $y - y^*$.",
            ),
        ),
    ),
}
