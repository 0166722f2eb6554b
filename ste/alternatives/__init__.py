"""Other ways through the threshold: likelihood ratios, random bits, targets; and their comparison.

What belongs here: an update of v and w that is not a straight-through estimator, sample by sample.
What never does: the worlds themselves (`ste.beyond`), the book's pictures.
"""
