"""Questions of the chapter `paper`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "landscape": Question(
        "The paper says that poor estimators give coarse gradients that are *incompatible with the "
        "energy landscape*. What does an estimator do to the landscape?",
        (
            Option(
                "It reshapes it: each estimator has a loss surface of its own",
                "The loss is computed by the forward pass, and that has the step in it whatever "
                "the estimator is. And an estimator's field is not the gradient of any function.",
            ),
            Option(
                "Nothing: the landscape is the same for all of them",
                "The loss and its minima belong to the network and the data. An estimator decides "
                "only how one walks. A walk that leaves a good minimum, or circles a bad one, is "
                "incompatible with a landscape that it does not change.",
                right=True,
            ),
            Option(
                "It smooths it: identity replaces the step by a line",
                "It would, if the forward pass were changed. It is not: only one factor in the "
                "backward pass is.",
            ),
        ),
    ),
}
