"""The colours of the book, and nothing of what wears them.

What belongs here: colours that follow the theme and colours that the colour-blind tell apart. What
never does: which estimator or outcome has which.
"""

#: Tokens for what has no colour of its own in a figure, and the colour of each in a notebook.
#: In the built pages they are CSS custom properties, so that they follow the theme.
TOKENS = {"@text": "#767676", "@grid": "#8d8d8d66", "@muted": "#7a8088", "@truth": "#777777"}

#: Of Okabe and Ito's palette, which colour-blind readers tell apart.
VERMILION, BLUE, GREEN, SKY, ROSE = "#D55E00", "#0072B2", "#009E73", "#56B4E9", "#CC79A7"
