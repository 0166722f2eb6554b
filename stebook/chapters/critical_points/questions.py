"""Questions of the chapter `critical_points`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "kink": Question(
        "Let $s \\ne 0$ and $r < \\tfrac12$. At how many of the local minimizers of $f$ with "
        "$w \\ne 0$ is the gradient of $f$ zero?",
        (
            Option(
                "At all of them: a minimizer has a zero gradient",
                "Only where there is a gradient. At a tip of a cone, as at 0 for $|x|$, there is "
                "none, and a minimum stands there all the same.",
            ),
            Option(
                "At the global ones only",
                "The global minimizers have $\\theta = 0$, where the loss is a sharp V in every "
                "direction that turns $w$.",
            ),
            Option(
                "At none of them",
                "They stand at $\\theta = 0$ and $\\theta = \\pi$ with $d \\ne 0$. There $f$ has a "
                "kink, with positive slopes on all sides. Of the critical points with $w \\ne 0$ "
                "only the saddles have a zero gradient.",
                right=True,
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
    "turn": Question(
        "The student's second layer disagrees with the teacher's: $v^\\top v^* < 0$. Steepest "
        "descent on the exact population loss moves $w$ a little. Which way?",
        (
            Option(
                "It turns $w$ towards $w^*$",
                "That is what one wishes for. But with $v^\\top v^* < 0$ the rows where both fire "
                "add to the error on balance, and the fewer of them the better.",
            ),
            Option(
                "It turns $w$ away from $w^*$",
                "The loss at a fixed $v$ is a straight line in the angle, and its slope has the "
                "sign of $v^\\top v^*$. So here the loss falls as the angle grows.",
                right=True,
            ),
            Option(
                "It makes $w$ shorter",
                "The loss does not depend on the length of $w$, so steepest descent does not "
                "change it to first order.",
            ),
        ),
    ),
}
