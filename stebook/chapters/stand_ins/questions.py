"""Questions of the chapter `stand_ins`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "smooth": Question(
        "Sigmoid, tanh, the triangle and arctan look like smoothed derivatives of the step. On "
        "which side of the jump do they let an error through?",
        (
            Option(
                "Where the step is on, as ReLU does",
                "They are as large on the left of 0 as on the right, where the step is off.",
            ),
            Option(
                "On both sides alike, so that $A_- = A_+$",
                "A smoothed spike is symmetric. The table below shows equal numbers for each of "
                "them.",
                right=True,
            ),
            Option(
                "Only next to the jump, so hardly at all",
                "They are largest there, but their weight is what counts, and that is of the size "
                "of the others.",
            ),
        ),
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
