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
    "teachers": Question(
        "Which of these teachers $v^*$ sets a trap?",
        (
            Option(
                "Four equal entries, $(1, 1, 1, 1)$",
                "$s = 4$ and $N = 4$: $s^2 = 16$ is above $\\tfrac{m+1}{2} N = 10$. Entries of one "
                "sign make $s$ large.",
            ),
            Option(
                "Four with mixed signs, $(1, -0.5, 0.8, 0.3)$",
                "$s^2 = 2.56$ is below $\\tfrac{m+1}{2} N = 4.95$: the signs differ, so $s$ is "
                "small against $N$.",
                right=True,
            ),
            Option(
                "A single unit, $(5)$",
                "With $m = 1$, $s^2 = N = \\tfrac{m+1}{2} N$ always: the border case, in which the "
                "trap has just vanished.",
            ),
        ),
    ),
    "origin": Question(
        "At $w = 0$ the student is silent and the loss does not depend on $v$. Take a very long "
        "$v$. Is $(v, 0)$ a local minimizer of $f$?",
        (
            Option(
                "No: turning on a short $w$ along $w^*$ always helps",
                "A short $w$ is not a small change here: at once the student speaks with all of "
                "$v$. If $v$ is too long, its output is worse than silence, whatever the angle.",
            ),
            Option(
                "Yes, though not a strict one",
                "Any $w \\ne 0$, however short, switches the whole of $v$ on, and a very long $v$ "
                "is worse than silence at every angle. Along $w = 0$ the loss is constant, so it "
                "is not strict.",
                right=True,
            ),
            Option(
                "It cannot be: $f$ is not even continuous there",
                "A local minimizer needs no continuity, only that no point nearby is lower. The "
                "jumps may all go up, and for a long $v$ they do.",
            ),
        ),
    ),
}
