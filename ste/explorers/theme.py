"""How estimators look, everywhere: a colour that the colour-blind tell apart, a dash, a marker."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """Label, colour (Okabe and Ito's palette), plotly dash and plotly marker of one estimator."""

    label: str
    colour: str
    dash: str
    marker: str


STYLES = {
    "identity": Style("identity", "#D55E00", "dash", "x"),
    "relu": Style("ReLU", "#0072B2", "solid", "circle"),
    "clipped_relu": Style("clipped ReLU", "#009E73", "dot", "square"),
}

#: Tokens that a figure uses for what is not an estimator, and the colour of each in a notebook.
#: In the built pages they are CSS custom properties, so that they follow the theme.
TOKENS = {"@text": "#767676", "@grid": "#8d8d8d66", "@muted": "#7a8088", "@truth": "#777777"}
