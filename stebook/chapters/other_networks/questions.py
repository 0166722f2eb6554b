"""Questions of the chapter `other_networks`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
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
                "So it is, at the step size used in practice. With somewhat smaller steps clipped "
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
