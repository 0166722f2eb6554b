"""Questions of the chapter `deep`, to commit to before the page goes on."""

from stebook.questions import Option, Question

QUESTIONS = {
    "order": Question(
        "A trained float network gets a 2-bit quantizer in place of each ReLU and is trained on "
        "for a few epochs, once with each estimator. In the two-layer model identity is the one "
        "with no guarantee. What do you expect of its test accuracy?",
        (
            Option(
                "It collapses: without a guarantee nothing is learned",
                "A theorem that does not apply says nothing either way. Identity trains every "
                "network here; the question is how well.",
            ),
            Option(
                "It is behind the other two, by how much depends on network, bits and rate",
                "With 2 and 4 bits its training loss ends above that of ReLU in every seed of "
                "every network here but one. In test accuracy it is behind on average everywhere, "
                "by anything between a twentieth of a point and thirteen points.",
                right=True,
            ),
            Option(
                "It is ahead: its correlation with the true gradient is the largest",
                "In the two-layer model its inner product with the true gradient is twice that of "
                "ReLU. That is a statement about one step there, not about where deep training "
                "ends.",
            ),
        ),
        opens="deep_accuracy",
    ),
    "one_bit": Question(
        "With one bit a unit's output jumps at 0 and nowhere else. Which end of a proxy's window "
        "do you expect to matter more to a deep network: the lower one, which the one-sidedness "
        "criterion is about, or the upper one?",
        (
            Option(
                "The lower one: a proxy that is not 0 on the negative side fails the criterion",
                "The criterion is about rest at bad critical points of the two-layer model. "
                "Here every unit is batch-normalized and the network is deep: it does not apply, "
                "and at one bit 0 is the worst lower end in every column of the table.",
            ),
            Option(
                "The upper one: far above 0 a unit cannot be switched off, and a gradient that "
                "passes there may do harm",
                "Look along the rows and along the columns of the map: the upper end moves the "
                "mean from 94.9 to 89.2, the lower one from 93.6 to 89.9. Both matter. Why, the "
                "runs do not say.",
                right=True,
            ),
            Option(
                "Neither: any non-negative proxy correlates with the true gradient",
                "In the two-layer model it does, on average. That has not kept ReLU from being "
                "last at one bit.",
            ),
        ),
        opens="deep_windows",
    ),
    "leave": Question(
        "A network that clipped ReLU has trained is trained on with identity. The learning rate is "
        "1e-5, a thousandth of the rate at which its training began and a tenth of the one at "
        "which it ended. What happens to the training loss in a few epochs?",
        (
            Option(
                "It rises strongly, as in the paper",
                "In the paper it did in twenty epochs, for a ResNet-20 at full width on CIFAR-10. "
                "In one epoch of ours at full width it rises by a few per cent, in the smaller "
                "networks no rise stands out. Go up the rates.",
            ),
            Option(
                "Little or nothing; a strong rise shows at higher rates",
                "At this rate the weights of the small VGG-11 move by less than a tenth of a "
                "percent, those of ResNet-20 by less than one. Where no rise stands out it is a "
                "null at this rate, not evidence that the effect does not exist.",
                right=True,
            ),
            Option(
                "It falls: every step goes down on average",
                "A step along a coarse gradient need not go down, and at a good minimum there is "
                "little left to gain and much to lose.",
            ),
        ),
        opens="deep_stability",
    ),
    "step": Question(
        "At a trained network take one step against each coarse gradient, all of the same length, "
        "and one in a random direction. What can the random direction tell?",
        (
            Option(
                "Nothing: a random step at a minimum always raises the loss",
                "Not always, and not by the same amount: it says how much a step of that length "
                "does by itself, without a direction. Without it a rise proves little.",
            ),
            Option(
                "How large a change of the loss comes from the length alone",
                "A coarse gradient is worth something where it does better than that, and does "
                "harm where it does worse.",
                right=True,
            ),
            Option(
                "The true gradient: on average it points there",
                "A random direction is nearly orthogonal to any given one in so many dimensions.",
            ),
        ),
        opens="deep_probe",
    ),
}
