"""Which proxy will fail, said from float networks alone, and what came of it.

The two rules and their thresholds were fixed before the runs that test them. They were chosen with
a look at float networks (one seed) whose trainings were known: LeNet-5 on 4,000 digits, VGG-11 at
1/8 and ResNet-20 at 1/2 of the width.
"""

import numpy as np

#: By length: in some layer the gradient is more than so many times as long as the smoothed one's.
TOO_LONG = 30.0
#: By direction: along it the quantized loss falls, in the first third of the layers and at equal
#: lengths, by less than this share of its fall along that of clipped ReLU.
TOO_LITTLE = 0.6
#: A proxy fails if it ends so many points of test accuracy behind clipped ReLU, on average.
BEHIND = 2.0


def by_length(looks: list[dict], estimator: str) -> tuple[float, bool]:
    """The largest ratio of lengths, averaged over seeds, and whether it says that it fails.

    Examples
    --------
    >>> by_length([{"ratios": {"relu": [40.0, 3.0]}}, {"ratios": {"relu": [50.0, 2.0]}}], "relu")
    (45.0, True)
    """
    longest = float(np.mean([max(look["ratios"][estimator]) for look in looks]))
    return longest, longest > TOO_LONG


def by_direction(looks: list[dict], estimator: str) -> tuple[float, bool]:
    """The share of clipped ReLU's fall in the first third, and whether it says that it fails.

    Examples
    --------
    >>> look = {"falls": {"relu": [[1.0, 2.0], [], []], "clipped_relu": [[3.0, 5.0], [], []]}}
    >>> by_direction([look], "relu")
    (0.375, True)
    """
    fall, best = (
        np.mean([look["falls"][name][0] for look in looks]) for name in (estimator, "clipped_relu")
    )
    return float(fall / best), bool(fall < TOO_LITTLE * best)
