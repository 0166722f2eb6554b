"""One dropped assumption a file, each a world with the same methods (`ste.beyond.setting`).

What belongs here: what the loss, the true gradient and the expected coarse gradient become where
rows, labels, filters or units are not those of the paper. What never does: other ways to train
(`ste.alternatives`), derivations by sympy, pictures.
"""
