"""Questions of the chapter `model`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "rescale": Question(
        "You double $v$ and halve $w$. With the ReLU as activation the output would not change. "
        "What does it do here, where the activation is a step?",
        (
            Option(
                "It does not change",
                "For the ReLU the factor 1/2 comes out of the activation and meets the 2. A step "
                "lets no factor out: it sees the sign of $Z_i^\\top w$ only.",
            ),
            Option(
                "It doubles",
                "Halving $w$ changes nothing at all, since the step sees the sign only, and "
                "doubling $v$ doubles the output.",
                right=True,
            ),
            Option(
                "It depends on the input",
                "The step gives the same zeros and ones for $w/2$ as for $w$, whatever the input; "
                "then $2v$ adds them up.",
            ),
        ),
    ),
}
