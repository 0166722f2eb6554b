"""How estimators and methods look, everywhere, and the controls that choose one.

What belongs here: a `stebook.plots.Style` for everything that several chapters draw. What never
does: a trace or a layout.
"""

from stebook.controls import Control, menu, radio
from stebook.plots import Style
from stebook.theme import BLUE, GREEN, ROSE, VERMILION

#: The paper's three, in colours of Okabe and Ito's palette.
STYLES = {
    "identity": Style("identity", VERMILION, "dash", "x"),
    "relu": Style("ReLU", BLUE, "solid", "circle"),
    "clipped_relu": Style("clipped ReLU", GREEN, "dot", "square"),
}


#: Those from elsewhere share one grey-purple: six more hues could not be told apart by all readers.
#: Dash and marker tell them apart, from each other and from the paper's three.
ZOO_STYLES = {
    "hard_tanh": Style("hard tanh", "#8A6FA8", "longdash", "diamond"),
    "sigmoid": Style("sigmoid", "#8A6FA8", "dashdot", "cross"),
    "tanh": Style("tanh", "#8A6FA8", "longdashdot", "triangle-up"),
    "triangle": Style("triangle", "#8A6FA8", "4px,4px", "triangle-down"),
    "arctan": Style("arctan", "#8A6FA8", "16px,4px", "star"),
    "log_tailed_relu": Style("log-tailed ReLU", "#8A6FA8", "12px,4px,2px,4px,2px,4px", "pentagon"),
}


#: Other ways through a threshold (`ste.alternatives.compare.METHODS`), a colour for each family:
#: likelihood ratios, units that fire at random, targets, learned inverses. Dash and marker tell
#: them apart.
METHOD_STYLES = {
    "reinforce": Style("likelihood ratio", "#CC79A7", "longdash", "diamond"),
    "reinforce_centred": Style("likelihood ratio, centred", "#CC79A7", "8px,3px", "cross"),
    "perturbation": Style("node perturbation", "#CC79A7", "3px,3px", "star"),
    "rectifier": Style("noisy rectifier", "#8A6FA8", "longdashdot", "triangle-down"),
    "times_smooth": Style("stochastic times smooth", "#8A6FA8", "12px,4px", "triangle-up"),
    "through_slope": Style("noisy ST, sigmoid slope", "#8A6FA8", "dashdot", "pentagon"),
    "through_copy": Style("noisy ST, no slope", "#8A6FA8", "5px,5px", "hexagon"),
    "targets_soft": Style("targets, soft hinge", "#A6761D", "16px,4px", "triangle-left"),
    "targets_hinge": Style("targets, hinge", "#A6761D", "10px,6px", "triangle-right"),
    "targets_searched": Style("searched targets", "#A6761D", "2px,5px", "hourglass"),
    "difference": Style("difference targets", "#E7298A", "12px,3px,3px,3px", "bowtie"),
}


#: A reader's own estimator.
OWN_STYLE = Style("yours", ROSE, "12px,3px,3px,3px", "diamond")

#: All estimators of `ste.ESTIMATORS`, in its order.
ALL_STYLES = {**STYLES, **ZOO_STYLES}


def chosen_style(estimator: str) -> dict[str, str]:
    """Columns of a table, for `stebook.plots.CHOSEN`."""
    return ALL_STYLES[estimator].columns()


def estimator_control(default: str = "relu") -> Control:
    """A choice among the paper's three."""
    return radio("estimator", "Estimator", _labels(STYLES), default)


def any_estimator_control(default: str = "relu") -> Control:
    """A choice among all estimators."""
    return menu("estimator", "Estimator", _labels(ALL_STYLES), default)


def method_control(default: str) -> Control:
    """A choice among the other ways through a threshold."""
    return menu("method", "Method", _labels(METHOD_STYLES), default)


def rows_of_paper(label: str, column: str, decimals: int) -> tuple[tuple[str, str], ...]:
    """Rows for print: a column ``<column>_<estimator>`` of each of the paper's three.

    Examples
    --------
    >>> rows_of_paper("mean", "mean", 2)[1]
    ('ReLU, mean', '{mean_relu:.2f}')
    """
    return tuple(
        (f"{style.label}, {label}", f"{{{column}_{name}:.{decimals}f}}")
        for name, style in STYLES.items()
    )


def _labels(styles: dict[str, Style]) -> dict[str, str]:
    return {name: style.label for name, style in styles.items()}
