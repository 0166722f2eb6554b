"""Which proxy will fail, said from float networks alone, and what came of it.

The two rules and their thresholds were fixed before the runs that test them. They were chosen with
a look at float networks (one seed) whose trainings were known: LeNet-5 on 4,000 digits, VGG-11 at
1/8 and ResNet-20 at 1/2 of the width.
"""

from dataclasses import dataclass

import numpy as np

from stebook.chapters.deep import records

#: The tables of float networks with stairs, and of the trainings that followed.
FORECASTS = ("forecast-resnet", "forecast-vgg")
TRAININGS = ("slopes-resnet", "slopes-vgg")
#: The networks of both, and the proxies that may fail.
NETS = {"resnet20": "ResNet-20", "plain20": "the same without sums", "vgg11": "VGG-11"}
PROXIES = {"identity": "identity", "relu": "ReLU"}
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


@dataclass(frozen=True)
class Forecast:
    """What the two rules say of a proxy in a network, and how many points behind it ended."""

    net: str
    proxy: str
    longest: float
    long: bool
    share: float
    little: bool
    behind: np.ndarray

    @property
    def fails(self) -> bool:
        """Whether it failed."""
        return bool(self.behind.mean() > BEHIND)


def runs(tables: tuple[str, ...], net: str, estimator: str | None = None) -> list[dict]:
    """The results of a network, of one estimator if it is named, in the order of the seeds."""
    wanted = [
        (start["seed"], run["result"])
        for name in tables
        for run in records.table(name)
        if (start := records.first(run["job"]))["net"] == net
        and estimator in (None, start["estimator"])
    ]
    return [result for _, result in sorted(wanted, key=lambda pair: pair[0])]


def accuracies(tables: tuple[str, ...], net: str, estimator: str) -> np.ndarray:
    """Test accuracies in percent, one for each seed."""
    return np.array([100.0 * r["test"]["accuracy"] for r in runs(tables, net, estimator)])


def behind(tables: tuple[str, ...], net: str, estimator: str) -> np.ndarray:
    """By how many points of test accuracy clipped ReLU is ahead, one number for each seed."""
    return accuracies(tables, net, "clipped_relu") - accuracies(tables, net, estimator)


def forecasts() -> list[Forecast]:
    """All forecasts, in the order of the table.

    Examples
    --------
    >>> [(one.long, one.little, one.fails) for one in forecasts()][:2]
    [(True, False, True), (True, False, True)]
    """
    return [
        Forecast(
            net,
            proxy,
            *by_length(looks, proxy),
            *by_direction(looks, proxy),
            behind(TRAININGS, net, proxy),
        )
        for net in NETS
        if (looks := [run["looks"][0] for run in runs(FORECASTS, net)])
        for proxy in PROXIES
    ]


def compared() -> str:
    """A Markdown table of the forecasts, hits in bold."""

    def verdict(said: bool, fails: bool) -> str:
        word = "fails" if said else "holds"
        return f"**{word}**" if said == fails else word

    lines = [
        "| network, proxy | longest | by length | share of fall | by direction | points behind |",
        "|---|---:|---|---:|---|---:|",
    ]
    for one in forecasts():
        mean, error = one.behind.mean(), records.standard_error(one.behind)
        cells = [
            f"{NETS[one.net]}, {PROXIES[one.proxy]}",
            f"{one.longest:,.0f}",
            verdict(one.long, one.fails),
            f"{one.share:.2f}",
            verdict(one.little, one.fails),
            f"{round(mean, 1) + 0.0:.1f} ± {error:.1f}",  # no minus before a zero
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
