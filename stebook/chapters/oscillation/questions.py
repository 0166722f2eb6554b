"""Questions of the chapter `oscillation`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "spikes": Question(
        "On the population, identity coarse gradient descent from near a spurious minimum makes "
        "the loss spike again and again. You divide the learning rate by ten. What happens to the "
        "spikes?",
        (
            Option(
                "Ten times smaller",
                "The height of a spike is how wrong $v$ is on the other side of the origin, "
                "$-d/2$. No learning rate enters it.",
            ),
            Option(
                "Ten times rarer",
                "All steps of a turn are ten times shorter, the many that bring $w$ to the origin "
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
    "direction": Question(
        "At a spurious minimum identity's expected coarse gradient is not zero. In which direction "
        "does the first step move the filter $w$?",
        (
            Option(
                "It turns $w$ away from $-w^*$, towards $w^*$",
                "At $\\theta = \\pi$ nothing turns $w$: the part across $w$ is zero there.",
            ),
            Option(
                "It makes $w$ shorter, without turning it",
                "The gradient lies along $+u$, so the step goes along $-u$. The loss does not "
                "depend on $|w|$ and does not notice.",
                right=True,
            ),
            Option(
                "It makes $w$ longer",
                "The gradient lies along $+u$, and a descent step goes against it.",
            ),
        ),
    ),
    "recommend": Question(
        "From 60 random starts at one teacher, identity reaches the global minimum from all, ReLU "
        "from 57. What follows?",
        (
            Option(
                "Identity is the better estimator after all",
                "For this teacher, in this model. What helps here is that identity does not obey "
                "the landscape, and that is what makes it leave good minima elsewhere.",
            ),
            Option(
                "Three of ReLU's starts lie in the basin of a spurious minimum, and identity does "
                "not respect that basin when $r > r^*$",
                "Faithful and useful are two things. ReLU goes where the landscape leads, traps "
                "included; identity does not.",
                right=True,
            ),
            Option(
                "ReLU's learning rate was too large",
                "The three runs end at rest at the spurious minimum, which is a local minimum of "
                "the loss. A smaller step ends there as well.",
            ),
        ),
    ),
}
