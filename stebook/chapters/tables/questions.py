"""Questions of the chapter `tables`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "proved": Question(
        "Which of these is proved?",
        (
            Option(
                "Clipped ReLU trains deep networks better than ReLU",
                "It does in the paper's experiments, one run for each number. The theory covers "
                "two layers, and there it does not separate the two.",
            ),
            Option(
                "Identity leaves good minima",
                "In the two-layer model identity is at rest at the global minimizer. That it "
                "drifts off good minima is an experiment with deep networks.",
            ),
            Option(
                "In the two-layer model the expected coarse gradients of all three correlate "
                "non-negatively with the true gradient",
                "And for identity the correlation is twice that of ReLU: correlation alone does "
                "not tell good estimators from bad ones.",
                right=True,
            ),
        ),
    ),
    "toy": Question(
        "In the paper's experiments clipped ReLU is ahead of ReLU. From 300 random starts of the "
        "two-layer model, which of the two reaches the global minimum more often?",
        (
            Option(
                "Clipped ReLU, as in the experiments",
                "The model has another order: where the two differ, it is ReLU that gets there.",
            ),
            Option(
                "ReLU",
                "Clipped ReLU is blind to large pre-activations, so it turns $w$ more slowly, "
                "while $v$ moves as fast as before.",
                right=True,
            ),
            Option(
                "Neither: the theorems are the same for both",
                "The theorems say that both converge, not how often to which minimum.",
            ),
        ),
    ),
}
