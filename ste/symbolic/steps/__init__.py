"""How a derivation is written: symbols, named steps, checks of each step, and how it is typeset.

What belongs here: what a derivation of anything would need. What never does: the integrals and
results of this book.
"""
