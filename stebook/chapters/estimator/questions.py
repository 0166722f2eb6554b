"""Questions of the chapter `estimator`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "reach": Question(
        "At the pre-activation $x = -0.5$ the step is off, and a small move leaves it off. How "
        "many of the nine estimators of this chapter send the error back there all the same?",
        (
            Option(
                "None: where the step is flat, there is nothing to send back",
                "That is the true derivative, and it is 0 for $x = 0.5$ as well. An estimator "
                "that kept to it could never learn.",
            ),
            Option(
                "One: identity, which is 1 everywhere",
                "Look at the table again: a window or a bump *around* 0 covers both sides of it.",
            ),
            Option(
                "Six",
                "All but ReLU, clipped ReLU and log-tailed ReLU, whose slope is 0 on the whole "
                "negative side. Keep this in mind: much later it will decide something.",
                right=True,
            ),
            Option(
                "All nine: otherwise they would be of no use",
                "ReLU, clipped ReLU and log-tailed ReLU are 0 there, and they are of use.",
            ),
        ),
        opens="proxies",
    ),
}
