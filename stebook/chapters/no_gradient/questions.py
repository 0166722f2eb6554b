"""Questions of the chapter `no_gradient`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "quotient": Question(
        "You do not trust derivatives any more and measure the slope: turn the filter by "
        "$\\delta$, average the change of the loss over 1,000 samples, divide by $\\delta$. The "
        "answer is rough, so you make $\\delta$ ten times smaller and use the same samples. What "
        "happens?",
        (
            Option(
                "It gets more accurate, as finite differences do for a smaller $\\delta$",
                "That is how it goes for smooth losses. Here fewer samples change, each by the "
                "same jump, and the jump is divided by a smaller $\\delta$: the noise grows.",
            ),
            Option(
                "It gets noisier: about three times",
                "A tenth of the samples carries the whole answer, each counting ten times as "
                "much. The variance grows like $1/\\delta$, so the error grows by "
                "$\\sqrt{10} \\approx 3$.",
                right=True,
            ),
            Option(
                "It goes to 0, since every sample's derivative is 0",
                "On average over sets of samples it stays where it is. It becomes exactly 0 only "
                "in sets where by chance no sample changes at all; the other sets make up for it.",
            ),
            Option(
                "Nothing: a difference quotient that is linear in $\\delta$ does not change",
                "The mean loss is indeed linear in the angle, so the *expected* quotient does not "
                "change. Its scatter does.",
            ),
        ),
        opens="quotient",
    ),
}
