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
    "rows": Question(
        "Multiply each row of $Z$ by a random positive number of its own, so wild that it has no "
        "mean (the absolute value of a Cauchy variable, say). What becomes of the population loss "
        "at a given $v$ and $w \\ne 0$?",
        (
            Option(
                "It is infinite",
                "An infinite mean of the inputs would matter if they reached the output. Only "
                "their signs along $w$ and $w^*$ do, so the loss is bounded.",
            ),
            Option(
                "It stays exactly the same",
                "The positive factor leaves every sign as it is, and the loss depends on signs "
                "alone. The directions of the rows are all that counts.",
                right=True,
            ),
            Option(
                "It grows, but stays finite",
                "It does not grow at all: no sign of $Z_i^\\top w$ or $Z_i^\\top w^*$ changes, so "
                "no sample's loss does.",
            ),
        ),
    ),
}
