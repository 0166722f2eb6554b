"""Questions of the chapter `correlation`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "order": Question(
        "Rank the three estimators by the inner product of their expected coarse gradient with "
        "the true gradient, largest first. (In the paper's experiments clipped ReLU does best and "
        "identity worst.)",
        (
            Option(
                "clipped ReLU, ReLU, identity",
                "That is the order of the experiments, and the inner product has the opposite one: "
                "identity's is twice ReLU's, and clipped ReLU's is below ReLU's. A larger inner "
                "product is not what makes an estimator good.",
            ),
            Option(
                "identity, ReLU, clipped ReLU",
                "Identity has exactly twice as much as ReLU, and clipped ReLU always less than "
                "ReLU. So the size of the correlation cannot be what separates good estimators "
                "from bad ones.",
                right=True,
            ),
            Option(
                "It depends on the place: no order holds everywhere",
                "One does: the ratios to ReLU are 2 and a factor below 1, wherever $d \\ne 0$ and "
                "$0 < \\theta < \\pi$.",
            ),
        ),
        opens="correlation",
    ),
}
