"""How a derivation is written: symbols and notation, pages of steps, checks of each, typesetting.

What belongs here: what every derivation needs, whatever it derives. What never does: the integrals
and results of this book.
"""
