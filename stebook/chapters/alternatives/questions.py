"""Questions of the chapter `alternatives`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "unbiased": Question(
        "An estimator for neurons that fire at random is unbiased, for every temperature $\\tau$ "
        "of the noise. Why not send $\\tau$ to zero and have an unbiased estimator of the hard "
        "network's gradient?",
        (
            Option(
                "Because the gradient of the noisy loss does not tend to that of the hard loss",
                "It does, away from the kinks, with an error of the order $\\tau^2$.",
            ),
            Option(
                "Because its variance grows without bound as $\\tau \\to 0$",
                "Fewer and fewer inputs lie where the bit is random, and those that do are "
                "weighed more and more. The variance grows like $1/\\tau$.",
                right=True,
            ),
            Option(
                "Because it becomes biased",
                "It stays unbiased, for the loss of the network with that temperature.",
            ),
        ),
    ),
    "batch": Question(
        "You may choose the update by its batch size. With $K = 16$ samples, which keeps more of "
        "the decrease that the exact gradient guarantees: an unbiased estimator of a loss close "
        "by, or a straight-through estimator whose mean is some 20 degrees off?",
        (
            Option(
                "The unbiased one: 20 degrees off is 20 degrees off",
                "An angle of 20° costs about 12 %, since $\\cos^2 20° = 0.88$. Noise can cost far "
                "more.",
            ),
            Option(
                "The straight-through one, for its noise is smaller",
                "With few samples the noise decides. The unbiased one wins only when $K$ is of the "
                "order of its squared noise ratio.",
                right=True,
            ),
            Option(
                "Neither: with 16 samples both are useless",
                "A straight-through estimator with a noise ratio of 4 keeps about half of what its "
                "direction allows at 16 samples.",
            ),
        ),
        opens="alternatives",
    ),
    "convex": Question(
        "Feasible target propagation is praised for giving each unit a convex problem, and for "
        "having straight-through estimators as special cases. Which of the paper's three is such "
        "a special case *with* a convex layer loss?",
        (
            Option(
                "Identity",
                "Its layer loss is the line $-tz$. A loss that is convex for both targets and "
                "belongs to a straight-through estimator has to be a line.",
                right=True,
            ),
            Option(
                "ReLU",
                "$-t\\max(0, z)$ is convex for $t = -1$ and concave for $t = 1$.",
            ),
            Option(
                "Clipped ReLU",
                "$-t$ times a ramp with two corners is convex for neither target.",
            ),
            Option(
                "All three",
                "All three are special cases, but only one with a convex loss.",
            ),
        ),
    ),
    "race": Question(
        "All methods train the same network from the same kind of starts on the same number of "
        "samples, each at its best learning rate. Some runs of clipped ReLU end in the spurious "
        "minimum. Which of these ends there least often?",
        (
            Option(
                "The likelihood ratio, since its noise drives it out",
                "It follows the smoothed loss, which has the same trap. Its runs are caught at "
                "least as often, or are slow.",
            ),
            Option(
                "A method whose update has a part along $w$ at that minimum, such as the soft "
                "hinge",
                "It leaves by its bias: the residual at the spurious minimum drives $w$ "
                "through the origin. That is the story of one-sidedness again.",
                right=True,
            ),
            Option(
                "Stochastic times smooth, since it turns $w$ as the smoothed loss does",
                "A good direction leads down to the nearest minimum, and the spurious one is a "
                "minimum.",
            ),
        ),
        opens="race",
    ),
}
