"""Questions of the chapter `coarse_gradient`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "directions": Question(
        "One sample's coarse gradient is a noisy vector in $\\mathbb{R}^n$. Average it over all "
        "inputs. In how many directions can the average point?",
        (
            Option(
                "All $n$ of them",
                "The input has no preferred direction. Reflect it in the plane of $w$ and "
                "$w^*$: nothing changes but the sign of the part perpendicular to it, so that part "
                "averages to 0.",
            ),
            Option(
                "Two: it lies in the plane of $w$ and $w^*$",
                "The average can only be built from the two directions that the problem has. What "
                "is perpendicular to both averages out, for every $\\mu'$.",
                right=True,
            ),
            Option(
                "One: it is a multiple of the true gradient",
                "That is so for its tangential part. But there is a part along $w$ as well, and "
                "the true gradient has none.",
            ),
        ),
    ),
}
