"""Questions of the chapter `one_sidedness`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "which": Question(
        "A proxy derivative $\\mu' \\ge 0$ is to come to rest wherever the loss has nothing "
        "more to give. What must it look like?",
        (
            Option(
                "Close to the derivative of a smoothed step: symmetric, with its peak at 0",
                "That is how the sigmoid and tanh surrogates are made, and none of them comes to "
                "rest at a saddle or a spurious minimum. The symmetric half on the left is what "
                "keeps them going.",
            ),
            Option(
                "Bounded, with a window, so that large pre-activations do not count",
                "Hard tanh has a window and fails; ReLU has none and passes. The window matters "
                "for other things, not for this one.",
            ),
            Option(
                "Zero for negative pre-activations, and anything non-negative on the right",
                "The residual at critical points depends on one number, $A_-$, and it "
                "collects $\\mu'$ on the left side only. The shape on the right does not matter.",
                right=True,
            ),
            Option(
                "It only has to correlate with the true gradient",
                "Every non-negative proxy does, identity included, and identity does not come to "
                "rest.",
            ),
        ),
        opens="designer",
    ),
    "leak": Question(
        "Leaky ReLU has slope 1 on the right and $\\lambda$ on the left. You raise $\\lambda$ from "
        "0 to 1, at a teacher with a spurious minimum and on the population. How does its behavior "
        "near that minimum change?",
        (
            Option(
                "Gradually: a small $\\lambda$ makes it drift a little, and it still rests",
                "It never rests for any $\\lambda > 0$. What is gradual is how *often* the loss "
                "spikes: every turn takes about $1/\\lambda$ times as long.",
            ),
            Option(
                "It rests for no $\\lambda > 0$: it cycles, the more slowly the smaller $\\lambda$ "
                "is, or escapes",
                "The period grows like $1/\\lambda$, and the largest ratio $r$ at which a turn can "
                "be in balance falls from 1/2 towards identity's $r^*$. A little leak is enough to "
                "cycle, and more of it to escape. (For $r$ above $(m+3)/(3m+5)$ the cycle of a "
                "small leak is not stable, and farther on even that escapes.)",
                right=True,
            ),
            Option(
                "It stays up to some $\\lambda$ and cycles beyond it",
                "There is no such threshold: the residual is proportional to $\\lambda$, and "
                "any push along $u$ reaches the origin in the end.",
            ),
        ),
        opens="outcomes",
    ),
}
