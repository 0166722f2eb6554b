"""Questions of the chapter `rows`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
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
    "law": Question(
        "Put every row of $Z$ on the unit sphere of $\\mathbb{R}^n$, at a uniform place. What "
        "becomes of identity's expected coarse gradient?",
        (
            Option(
                "Nothing: it depends on signs alone, like the loss",
                "The coarse gradient multiplies by the row $Z_i$ itself, so the lengths of the "
                "rows do enter it.",
            ),
            Option(
                "It is multiplied by one constant",
                "Its direction comes from the directions of the rows, and those are as before. The "
                "lengths enter through the mean $\\mathbb{E}[X; X > 0]$ only, in the place of "
                "$1/\\sqrt{2\\pi}$.",
                right=True,
            ),
            Option(
                "It leaves the plane of $w$ and $w^*$",
                "A reflection that leaves $w$ and $w^*$ alone does not change the law of the rows, "
                "so the part perpendicular to the plane averages to 0, as before.",
            ),
        ),
    ),
}
