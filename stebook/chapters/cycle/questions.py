"""Questions of the chapter `cycle`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "direction": Question(
        "At a spurious minimum the expected coarse gradient of a proxy with $\\mu' > 0$ left of 0 "
        "is not zero. In which direction does the first step move the filter $w$?",
        (
            Option(
                "It turns $w$ away from $-w^*$, towards $w^*$",
                "At $\\theta = \\pi$ nothing turns $w$, because the part perpendicular to $w$ is "
                "zero there.",
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
    "noise": Question(
        "On the population a run spikes every 26 steps. Now each step takes its gradient from "
        "1,000 fresh samples, whose mean is that of the population. How many of the spikes are "
        "left?",
        (
            Option(
                "Nearly all: the mean of 1,000 samples is close to the expectation",
                "It is close, but the part of $w$ perpendicular to $w^*$ grows about $2^{T/2}$ "
                "times on the way to the origin, some 7,000 times at $T = 26$. So close is not "
                "close enough.",
            ),
            Option(
                "About half, at uneven distances",
                "Where the noise passes the critical size the spikes cease altogether. It passes "
                "that size here by far.",
            ),
            Option(
                "None",
                "The number of samples that spikes need doubles with each step of the period, and "
                "is in the billions here. With fewer, $w$ is turned before it gets to the origin, "
                "and walks beside it.",
                right=True,
            ),
        ),
    ),
    "window": Question(
        "You scale all of $\\mu'$ by 1/4, as from tanh to a sigmoid of the same width. What "
        "happens to the period of its cycle, in steps, for a small learning rate?",
        (
            Option(
                "Four times as long",
                "All rates in the balance of a turn are four times smaller, the short steps and "
                "the long one alike, so the turn has as many steps as before.",
            ),
            Option(
                "The same",
                "Only the ratio of the two limits at 0 enters, through $\\kappa$. The swing of "
                "$|w|$ is four times smaller.",
                right=True,
            ),
        ),
    ),
    "recommend": Question(
        "From 900 random starts at the teacher (1, -0.5, 0.8, 0.3), n = 5, identity reaches the "
        "global minimum from all, ReLU from 91 %. What follows?",
        (
            Option(
                "Identity is the better estimator after all",
                "For this teacher, in this model. What helps here is that identity does not obey "
                "the landscape, and that is what makes it leave good minima elsewhere.",
            ),
            Option(
                "ReLU's other starts lie in the basin of a spurious minimum, and identity does "
                "not respect that basin when $r > r^*$",
                "Faithful and useful are two things. ReLU goes where the landscape leads, traps "
                "included; identity does not.",
                right=True,
            ),
            Option(
                "ReLU's learning rate was too large",
                "The other runs end at rest at the spurious minimum, which is a local minimum of "
                "the loss. A smaller step ends there as well.",
            ),
        ),
    ),
}
