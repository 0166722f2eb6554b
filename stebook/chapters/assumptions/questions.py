"""Questions of the chapter `assumptions`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "first": Question(
        "One of these changes makes ReLU's expected coarse gradient point away from the true one "
        "at some places. Which?",
        (
            Option(
                "Noise on the labels",
                "Noise with mean zero is multiplied with something that does not know it. Both "
                "expected fields stay exactly as they are.",
            ),
            Option(
                "Rows with heavy tails that are still rotation-invariant",
                "Then the moments change and their signs do not: the tangential part is still a "
                "positive multiple of the true gradient.",
            ),
            Option(
                "Gaussian rows with correlated entries",
                "The part along $w$, harmless so far, is mixed with the perpendicular part. How "
                "much correlation it takes to do harm is in the section on correlated rows below.",
                right=True,
            ),
            Option(
                "A filter of its own for each unit",
                "Each filter then has the old theorem to itself. What changes is the landscape, "
                "not the correlation.",
            ),
        ),
        opens="stress",
    ),
    "normalized": Question(
        "Each pre-activation is divided by its standard deviation, and the backward pass goes "
        "through that division. What becomes of the expected coarse gradient of identity?",
        (
            Option(
                "Nothing: the step does not change when its argument is divided",
                "What the network computes does not change. But the proxy's derivative is taken "
                "of the divided pre-activation, and that does not change when $w$ gets longer.",
            ),
            Option(
                "It loses its part along $w$ and keeps the direction of the true gradient",
                "The divided pre-activation depends on the direction of $w$ alone, so a gradient "
                "through it has no part along $w$. What remains points the true way.",
                right=True,
            ),
            Option(
                "It becomes the true gradient",
                "Its direction does. Its length is another: a factor that depends on the proxy.",
            ),
        ),
    ),
}
