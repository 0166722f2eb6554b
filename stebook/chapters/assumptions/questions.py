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
                "The part along $w$, harmless so far, is mixed with the part across. How much "
                "correlation it takes to do harm is in the section on correlated rows below.",
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
    "bits": Question(
        "With 2-bit activations, student and teacher alike, start *at* the global minimum and make "
        "$|w|$ one per cent too long. Which estimators come back?",
        (
            Option(
                "All three: at the global minimum every coarse gradient vanishes",
                "It does vanish there, for every proxy. But resting at a point and coming back to "
                "it are two things.",
            ),
            Option(
                "ReLU and clipped ReLU, which are one-sided",
                "That is the criterion for one bit. With more bits the right end of the quantizer "
                "counts as well.",
            ),
            Option(
                "None comes back; identity and ReLU run away, clipped ReLU stops close by",
                "So it is, at the stair used in practice. With somewhat narrower stairs clipped "
                "ReLU does come back, and the other two still do not.",
                right=True,
            ),
        ),
    ),
    "median": Question(
        "The teacher has another filter for each row, the student one filter for all. At fixed "
        "$v$ the loss wants the angle that minimizes $\\sum_i d_i \\theta_i$, a weighted median "
        "of directions. What do identity and ReLU turn towards?",
        (
            Option(
                "The same median",
                "The true gradient counts each row with $d_i$ alone. The coarse one also with "
                "$\\sin\\theta_i$.",
            ),
            Option(
                "The mean, the direction of $\\sum_i d_i w^*_i$",
                "The tangential part is $\\sum_i d_i \\sin\\theta_i\\, e_i$, which is $\\sum_i d_i "
                "w^*_i$ without its part along $w$.",
                right=True,
            ),
            Option(
                "The filter with the largest $d_i$",
                "That is often the median, and what the loss wants. The mean lies elsewhere.",
            ),
        ),
    ),
}
