"""How estimators look, everywhere: a colour that the colour-blind tell apart, a dash, a marker."""

#: Tokens that a figure uses for what is not an estimator, and the colour of each in a notebook.
#: In the built pages they are CSS custom properties, so that they follow the theme.
TOKENS = {"@text": "#767676", "@grid": "#8d8d8d66", "@muted": "#7a8088", "@truth": "#777777"}
