"""What the paper says about deep networks, claim by claim, against our own runs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stebook.chapters.deep import records
from stebook.chapters.deep.deep_accuracy import BITS, NETWORKS, cell
from stebook.chapters.deep.deep_stability import NETWORKS as STABLE
from stebook.chapters.deep.deep_stability import RATES, STARTS, changes
from stebook.chapters.styles import STYLES

IDENTITY, RELU, CLIPPED = range(3)
#: The tables at full width that ran on a GPU.
FULL = ("vgg-fashion-full", "resnet-fashion-full", "resnet-fashion-full-14")


@dataclass(frozen=True, eq=False)
class Case:
    """One place where a claim can be looked at: paired differences that it says are positive."""

    claim: str
    table: str
    where: str
    differences: np.ndarray
    unit: str

    @property
    def mean(self) -> float:
        """The mean over the seeds."""
        return float(self.differences.mean())

    @property
    def error(self) -> float:
        """The standard error of that mean."""
        return records.standard_error(self.differences)

    @property
    def seeds(self) -> str:
        """In how many of the seeds it is positive."""
        return f"{np.count_nonzero(self.differences > 0)} of {len(self.differences)}"

    @property
    def strength(self) -> str:
        """How well the claim is supported here."""
        return records.strength(self.differences)


def bits_word(bits: int) -> str:
    """The bits as the reader sees them.

    Examples
    --------
    >>> bits_word(1), bits_word(2)
    ('1 bit', '2 bits')
    """
    return f"{bits} bit{'s' if bits > 1 else ''}"


def order_cases(
    name: str, one: int, other: int, bits: tuple[int, ...], measure: str
) -> Iterator[Case]:
    """An estimator is ahead of another, network by network: more right, or less training loss."""
    sign, unit = {"accuracy": (1.0, "points"), "loss": (-1.0, "loss")}[measure]
    for network, words in NETWORKS.items():
        for count in bits:
            values = cell(network, count, measure)
            if len(values):
                ahead = sign * (values[:, one] - values[:, other])
                yield Case(name, network, f"{words}, {bits_word(count)}", ahead, unit)


def lead(network: str, bits: int, other: int) -> np.ndarray:
    """How many points clipped ReLU is ahead of another estimator in test accuracy, seed by seed."""
    values = cell(network, bits, "accuracy")
    return values[:, CLIPPED] - values[:, other]


def narrowing_cases(name: str, other: int) -> Iterator[Case]:
    """The lead of clipped ReLU over another at 2 bits less that at 4 bits, seed by seed."""
    for network, words in NETWORKS.items():
        leads = [lead(network, bits, other) for bits in (2, 4)]
        if all(map(len, leads)):
            yield Case(name, network, words, leads[0] - leads[1], "points")


def training_cases(name: str, other: int) -> Iterator[Case]:
    """The lead of clipped ReLU over another after 4 + 4 epochs less that after 14 + 14."""
    short, long = "resnet-fashion-full", "resnet-fashion-full-14"
    narrower = lead(short, 2, other) - lead(long, 2, other)
    yield Case(name, long, f"{NETWORKS[short]}, 2 bits", narrower, "points")


def leaving_cases(name: str, estimator: str, starts: tuple[str, ...]) -> Iterator[Case]:
    """An estimator raises the training loss from a good minimum, rate by rate."""
    for network, words in STABLE.items():
        for start in starts:
            for rate in RATES:
                change = changes(network, start, estimator, rate, "loss")
                where = f"{words}, {STARTS[start]}, rate {rate:.0e}"
                yield Case(name, network, where, change, "loss")


def slower_cases(name: str) -> Iterator[Case]:
    """From the minima of clipped ReLU, identity raises the loss by more than ReLU does."""
    for network, words in STABLE.items():
        for rate in RATES:
            more, less = (
                changes(network, "clipped_relu", which, rate, "loss")
                for which in ("identity", "relu")
            )
            yield Case(name, network, f"{words}, rate {rate:.0e}", more - less, "loss")


def cases() -> list[Case]:
    """Every case of every claim."""
    return [
        *order_cases("ReLU trains better than identity", RELU, IDENTITY, (2, 4), "loss"),
        *order_cases("ReLU tests better than identity", RELU, IDENTITY, (2, 4), "accuracy"),
        *order_cases("Clipped ReLU trains better than ReLU", CLIPPED, RELU, (2, 4), "loss"),
        *order_cases("Clipped ReLU tests better than ReLU", CLIPPED, RELU, (2, 4), "accuracy"),
        *order_cases(
            "At 1 bit too, ReLU tests better than identity", RELU, IDENTITY, (1,), "accuracy"
        ),
        *narrowing_cases("More bits narrow identity's gap to clipped ReLU", IDENTITY),
        *narrowing_cases("More bits narrow ReLU's gap to clipped ReLU", RELU),
        *training_cases("More epochs narrow identity's gap to clipped ReLU", IDENTITY),
        *training_cases("More epochs narrow ReLU's gap to clipped ReLU", RELU),
        *leaving_cases("Identity leaves good minima", "identity", tuple(STARTS)),
        *leaving_cases("ReLU leaves the minima of clipped ReLU", "relu", ("clipped_relu",)),
        *slower_cases("Identity leaves the minima of clipped ReLU faster"),
        *leaving_cases(
            "Control: clipped ReLU leaves its own minima", "clipped_relu", ("clipped_relu",)
        ),
    ]


def results() -> str:
    """A Markdown table of our runs, and under each row the paper's, where it has one."""
    names = [STYLES[name].label for name in records.ESTIMATORS]
    lines = ["| training loss, test accuracy in % | " + " | ".join(names) + " |", "|---" * 4 + "|"]
    for network, words in NETWORKS.items():
        for count in BITS:
            right, loss = (cell(network, count, measure) for measure in ("accuracy", "loss"))
            if not len(right):
                continue
            ours = [
                f"{loss[:, k].mean():.4f}, {right[:, k].mean():.2f} ± {right[:, k].std(ddof=1):.2f}"
                for k in range(3)
            ]
            lines.append(f"| {words}, {bits_word(count)} | " + " | ".join(ours) + " |")
            paper = records.of_the_paper(network, count)
            if paper is not None:
                theirs = [f"*{at:g}, {percent:.2f}*" for at, percent in paper]
                data = records.data_of_the_paper(network)
                lines.append(
                    f"| *the paper, {data}, {bits_word(count)}* | " + " | ".join(theirs) + " |"
                )
    return "\n".join(lines)


def setups() -> str:
    """A Markdown table of what was run: network, table, data, epochs, bits, runs."""
    lines = [
        "| Network, table | images | epochs | bits | runs |",
        "|---|---|---|---|---:|",
    ]
    for name in (*NETWORKS, *STABLE, "windows", "probe"):
        ran = records.setup(name)
        lines.append(
            f"| {ran.net}, {ran.size}, `{name}` | {ran.images:,} of {ran.data} | {ran.epochs} "
            f"| {', '.join(map(str, records.bits(name)))} | {len(records.table(name))} |"
        )
    return "\n".join(lines)


def full_width() -> str:
    """A Markdown table of the runs at full width on all images: accuracy in % and its deviation."""
    lines = ["| Test accuracy in % | clipped ReLU | ReLU | identity | float |", "|---" * 5 + "|"]
    for name in FULL:
        ran = records.setup(name)
        for count in records.bits(name):
            right = cell(name, count, "accuracy")
            shown = [
                f"{right[:, k].mean():.1f} ± {right[:, k].std(ddof=1):.1f}"
                for k in (CLIPPED, RELU, IDENTITY)
            ]
            start = f"{records.float_accuracy(name).mean():.1f}"
            where = f"{ran.net}, {bits_word(count)}, {ran.epochs} epochs"
            lines.append(f"| {where} | " + " | ".join((*shown, start)) + " |")
    return "\n".join(lines)


def summary() -> str:
    """A Markdown table: for each claim, in how many cases it is supported, and how well."""
    found = cases()
    names = list(dict.fromkeys(case.claim for case in found))
    lines = [
        "| Claim | cases | " + " | ".join(records.STRENGTHS) + " |",
        "|---|" + "---:|" * (1 + len(records.STRENGTHS)),
    ]
    for name in names:
        mine = [case.strength for case in found if case.claim == name]
        counts = " | ".join(str(mine.count(word)) for word in records.STRENGTHS)
        lines.append(f"| {name} | {len(mine)} | {counts} |")
    return "\n".join(lines)


def at_full_width() -> str:
    """A Markdown table: how each claim fares in each network at full width on all images.

    Examples
    --------
    >>> at_full_width().splitlines()[0]
    '| Claim | LeNet-5 | VGG-11 | ResNet-20 |'
    """
    every = [case for case in cases() if records.is_full(case.table)]
    lines = [
        f"| Claim | {' | '.join(records.NETS.values())} |",
        "|---" * (1 + len(records.NETS)) + "|",
    ]
    for claim in dict.fromkeys(case.claim for case in every):
        row = [claim]
        for net in records.NETS:
            mine = [
                case.strength
                for case in every
                if case.claim == claim and records.net_of(case.table) == net
            ]
            counts = [f"{mine.count(word)} {word}" for word in records.STRENGTHS if word in mine]
            row.append(", ".join(counts) or "not run")
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def details(claim: str) -> str:
    """A Markdown table of the cases of one claim.

    Raises
    ------
    ValueError
        If there is no such claim.
    """
    mine = [case for case in cases() if case.claim == claim]
    if not mine:
        known = "; ".join(dict.fromkeys(case.claim for case in cases()))
        raise ValueError(f"claim: expected one of {known}, got {claim!r}")
    lines = [f"| Where | mean ± error ({mine[0].unit}) | seeds | strength |", "|---|---:|---:|---|"]
    digits = 2 if mine[0].unit == "points" else 4
    for case in mine:
        lines.append(
            f"| {case.where} | {case.mean:.{digits}f} ± {case.error:.{digits}f} | {case.seeds} "
            f"| {case.strength} |"
        )
    return "\n".join(lines)
