"""Questions of the chapter `index`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "angle": Question(
        "The plane above draws arrows at the student's filter $w$: against the true gradient of "
        "the expected loss, and against the expected coarse gradient of three estimators. Can the "
        "angle between the true one and another ever exceed 90 degrees?",
        (
            Option(
                "Yes, for all three estimators: nothing ties a made-up derivative to the loss",
                "Something does: both come from the same samples and the same residual. The inner "
                "product of the two is zero or positive everywhere.",
            ),
            Option(
                "Yes, for identity, which ignores the step altogether",
                "Identity's inner product is zero or positive everywhere as well. It is even "
                "*larger* than ReLU's, by a factor of exactly 2, and yet identity is the one that "
                "gets into trouble. How both can be true is what the chapters explain.",
            ),
            Option(
                "No, never, for any of the three",
                "The inner product is zero or positive everywhere. It is even *larger* for "
                "identity than for ReLU, by a factor of exactly 2, and yet identity is the one "
                "that gets into trouble. How both can be true is what the chapters explain.",
                right=True,
            ),
        ),
    ),
}
