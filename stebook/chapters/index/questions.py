"""Questions of the chapter `index`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "angle": Question(
        "The explorer below draws two arrows in the plane of the student's filter $w$ and the "
        "teacher's filter $w^*$: the true gradient of the expected loss, and the expected coarse "
        "gradient. Can the angle between them ever exceed 90 degrees?",
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
        opens="correlation",
    ),
    "flat": Question(
        "A network has one step activation between two linear layers. Its loss on one sample, as a "
        "function of the weights below the step, is",
        (
            Option(
                "smooth, with a small slope",
                "The step passes on 0 or 1 and nothing in between. A small change of the weights "
                "below it changes the output not at all, or by a jump.",
            ),
            Option(
                "flat, with jumps",
                "The output changes only where a pre-activation crosses 0, and there by a jump. "
                "Everywhere else the derivative is exactly 0, which is what back-propagation "
                "returns.",
                right=True,
            ),
            Option(
                "constant",
                "It does change: at those weights where a pre-activation crosses 0. Between those "
                "places it is flat.",
            ),
        ),
    ),
}
