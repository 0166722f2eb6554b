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
    "gradient_of_what": Question(
        "A friend says: the straight-through estimator trains the network that has $\\mu$ as its "
        "activation. What do you answer?",
        (
            Option(
                "Right: the backward pass uses $\\mu'$, so it is the gradient of that network",
                "The backward pass multiplies $\\mu'$ by the residual, and the residual comes from "
                "a forward pass with $\\sigma$. The other network has another residual.",
            ),
            Option(
                "No: it is the gradient of the network with $\\sigma$, slightly smoothed",
                "Nothing is smoothed: the forward pass is exact, and the true gradient of that "
                "network is 0.",
            ),
            Option(
                "No: the residual is that of the step, the slope that of $\\mu$. It is a mixture",
                "And a mixture of two networks' factors is in general the gradient of neither.",
                right=True,
            ),
        ),
    ),
}
