"""Questions of the chapter `oscillation`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "spikes": Question(
        "On the population, identity coarse gradient descent from near a spurious minimum makes "
        "the loss spike again and again. You lower the learning rate from 0.1 to 0.02. What "
        "happens to the spikes?",
        (
            Option(
                "Five times smaller",
                "The height of a spike is how wrong $v$ is on the other side of the origin, "
                "$-d/2$. No learning rate enters it.",
            ),
            Option(
                "Five times rarer",
                "All steps of a turn are five times shorter, the many that bring $w$ to the origin "
                "and the one that throws it back. So a turn has as many steps as before.",
            ),
            Option(
                "Both",
                "Neither the height nor the number of steps between spikes has the learning rate "
                "in it, to leading order.",
            ),
            Option(
                "Neither: they are as high, and come after as many steps",
                "To leading order only the swing of $|w|$ shrinks. The sections below derive both.",
                right=True,
            ),
        ),
        opens="oscillation",
    ),
}
