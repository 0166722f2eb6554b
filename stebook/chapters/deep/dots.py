"""The dot plots of the chapter: every run at its accuracy, every case of a claim at its strength.

What belongs here: where a run or a case stands in a picture. What never does: a judgement; `claims`
has those.
"""

from collections.abc import Iterator

import numpy as np

from stebook.chapters.deep import records
from stebook.chapters.deep.claims import Case, bits_word, cases
from stebook.chapters.deep.deep_accuracy import BITS, NETWORKS, cell
from stebook.chapters.stills import Still, estimator_mark, mark, words
from stebook.chapters.styles import STYLES
from stebook.theme import BLUE

WIDTH, LEFT, RIGHT = 440, 64, 424
#: Accuracies in percent at the two ends of the axis.
LOW, HIGH = 40.0, 100.0
#: Means over their standard errors at the two ends; a case beyond stands at the end.
FARTHEST = 10.0
#: The mark of a network about the origin: circle, square, diamond.
NET_MARKS = {
    "lenet5": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "vgg11": "M-3.5-3.5h7v7h-7z",
    "resnet20": "M-5 0 0-5 5 0 0 5z",
}
#: Distance between two rows, a heading and its row, and two marks that would else cover each other.
ROW, HEADING, APART = 24, 24, 10


def accuracy_at(percent: float) -> float:
    """Where an accuracy stands from left to right."""
    return LEFT + (percent - LOW) / (HIGH - LOW) * (RIGHT - LEFT)


def accuracy_rows() -> Iterator[tuple[str, str, np.ndarray]]:
    """Heading, bits and accuracies (seeds, 3) of each cell that was run, the paper's at the end."""
    for network, label in NETWORKS.items():
        for bits in BITS:
            values = cell(network, bits, "accuracy")
            if len(values):
                yield label, bits_word(bits), values
    for (net, bits), numbers in records.PAPER.items():
        data = "MNIST" if net == "lenet5" else "CIFAR-10"
        right = np.array([[percent for _, percent in numbers]])
        yield f"the paper: {records.NETS[net]}, {data}, one run", bits_word(bits), right


def accuracies() -> Still:
    """Test accuracy of every run, a mark for each, three lines of marks for each cell."""
    pieces, y, heading = [], 46.0, ""
    for k, name in enumerate(records.ESTIMATORS):
        x = LEFT + 120.0 * k
        pieces.append(estimator_mark(name, x, 12))
        pieces.append(f'<g class="words">{words(STYLES[name].label, x + 12, 17)}</g>')
    lines, texts = [], []
    for label, bits, values in accuracy_rows():
        if label != heading:
            y += 8 if heading else 0
            heading = label
            texts.append(words(label, 0, y, strong=True))
            y += HEADING - 6
        texts.append(words(bits, 0, y + 5))
        lines.append(f"M{LEFT} {y}H{RIGHT}")
        for seed in values:
            for k, name in enumerate(records.ESTIMATORS):
                pieces.append(estimator_mark(name, accuracy_at(seed[k]), y + 6 * (k - 1)))
        y += ROW
    for percent in range(int(LOW), int(HIGH) + 1, 10):
        x = accuracy_at(percent)
        lines.append(f"M{x:.1f} 32V{y:.0f}")
        texts.append(words(f"{percent}", x, y + 18, "middle"))
    texts.append(words("%", 0, y + 18))
    ground = f'<path class="line" stroke-width=".6" d="{"".join(lines)}"/>'
    body = f'{ground}<g class="words">{"".join(texts)}</g>{"".join(pieces)}'
    says = (
        "Test accuracy of every run, seed by seed, for identity, ReLU and clipped ReLU. With 2 and "
        "4 bits identity is last on average in every network, by far in ResNet-20; with 1 bit ReLU "
        "is last. The numbers are in the table below the picture."
    )
    return Still(body, WIDTH, round(y + 26), says)


def strength_at(case: Case) -> float:
    """Where a case stands: its mean over its standard error, from left to right."""
    ratio = float(np.clip(case.mean / case.error, -FARTHEST, FARTHEST))
    return WIDTH / 2 + ratio / FARTHEST * (WIDTH / 2 - 12)


def levels(places: list[float]) -> list[int]:
    """The lowest line for each place, in their order, on which it covers no place before it.

    Examples
    --------
    >>> levels([0.0, 4.0, 20.0, 22.0, 31.0])
    [0, 1, 0, 1, 0]
    """
    ends: list[float] = []
    chosen = []
    for x in places:
        free = next((k for k, end in enumerate(ends) if x - end >= APART), len(ends))
        ends[free : free + 1] = [x]
        chosen.append(free)
    return chosen


def strengths() -> Still:
    """Every case of every claim at its mean over its standard error."""
    pieces, texts, y = [], [], 76.0
    for k, (net, path) in enumerate(NET_MARKS.items()):
        pieces.append(mark(path, 8 + 110 * k, 12, BLUE))
        texts.append(words(records.NETS[net], 20 + 110 * k, 17))
    texts.append(words("filled: full width and all 60,000 images", 0, 40))
    every = cases()
    for claim in dict.fromkeys(case.claim for case in every):
        texts.append(words(claim, 0, y, strong=True))
        ordered = sorted((case for case in every if case.claim == claim), key=strength_at)
        places = [strength_at(case) for case in ordered]
        height = levels(places)
        y += 16
        for case, x, level in zip(ordered, places, height, strict=True):
            path = NET_MARKS[records.net_of(case.table)]
            pieces.append(mark(path, x, y + APART * level, BLUE, records.is_full(case.table)))
        y += APART * max(height) + 30
    two = 2 / FARTHEST * (WIDTH / 2 - 12)
    middle = WIDTH / 2
    ground = (
        f'<path class="line" stroke-width="1" d="M{middle} 56V{y - 20:.0f}"/><path class="line" '
        f'stroke-width="1" stroke-dasharray="3 4" d="M{middle - two} 56V{y - 20:.0f}'
        f'M{middle + two} 56V{y - 20:.0f}"/>'
    )
    for at in (-10, -2, 0, 2, 10):
        anchor = {-10: "start", 10: "end"}.get(at, "middle")
        x = {-10: 0.0, 10: float(WIDTH)}.get(at, middle + at / 2 * two)
        texts.append(words(f"{at}".replace("-", "\N{MINUS SIGN}"), x, y, anchor))
    texts.append(words("mean over its standard error", middle, y + 22, "middle"))
    says = (
        "For each claim a row of marks, one for each network, bits and rate at which it was looked "
        "at, placed at the mean of the paired differences over its standard error. Right of 2 the "
        "claim is supported, left of minus 2 contradicted. The numbers are in the tables below."
    )
    body = f'{ground}<g class="words">{"".join(texts)}</g>{"".join(pieces)}'
    return Still(body, WIDTH, round(y + 30), says)
