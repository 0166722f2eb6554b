"""Questions of the chapter `landscape`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "profile": Question(
        "For each angle $\\theta$ take the best $v$ and write down the loss. Follow this least "
        "loss from $\\theta = 0$ to $\\theta = \\pi$. Where can it have a local minimum?",
        (
            Option(
                "Anywhere, depending on the teacher",
                "At fixed $v$ the loss is a straight line in $\\theta$, and the least of many "
                "straight lines has no dip: between its ends it is never below its chords.",
            ),
            Option(
                "At $\\theta = 0$ only: the further from the teacher, the worse",
                "It often gets better again. With $\\theta$ near $\\pi$ the filter is a fine "
                "detector of the opposite, and a $v$ of the opposite sign can make use of it.",
            ),
            Option(
                "At the two ends only",
                "At fixed $v$ the loss is linear in $\\theta$. The least of many straight lines is "
                "concave, so it can have a local minimum at an end only. Whether the end "
                "$\\theta = \\pi$ is one depends on the teacher.",
                right=True,
            ),
        ),
        opens="landscape",
    ),
}
