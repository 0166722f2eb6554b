"""Questions of the chapter `slope`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "smaller": Question(
        "A measured slope is too rough by a factor of ten. You may have more samples, or change "
        "the turn $\\delta$. Which of these brings the error down to a tenth?",
        (
            Option(
                "$\\delta$ a hundred times smaller",
                "The standard error is $\\sqrt{C_\\delta/(K\\delta)}$: a smaller $\\delta$ makes "
                "it larger, here ten times.",
            ),
            Option(
                "A hundred times the samples",
                "The standard error falls like $1/\\sqrt K$, as for any mean.",
                right=True,
            ),
            Option(
                "Ten times the samples, and $\\delta$ ten times smaller",
                "The two cancel: as many samples change as before.",
            ),
        ),
    ),
    "commute": Question(
        "Every sample's loss has derivative 0 in $w$, with probability 1. Which of these follows?",
        (
            Option(
                "The mean loss does not depend on $w$",
                "It does: the experiment of the last chapter measured its slope. Averages of "
                "functions that are flat almost everywhere need not be flat.",
            ),
            Option(
                "The average of the samples' derivatives is 0",
                "It is an average of zeros. This is all that back-propagation ever looks at.",
                right=True,
            ),
            Option(
                "The derivative of the average is 0",
                "To pull the derivative into the average one needs difference quotients that stay "
                "under control for small $\\delta$. These do not: they are rare and huge.",
            ),
        ),
    ),
}
