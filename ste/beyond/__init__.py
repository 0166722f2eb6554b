"""One dropped assumption a file, each a world with the same methods (`ste.beyond.setting`).

What belongs here: what the loss, the true gradient and the expected coarse gradient become where
rows, labels, filters or units are not those of the paper. What never does: other ways to train
(`ste.alternatives`), derivations by sympy, pictures.

A new world inherits from `ste.beyond.paper.Paper`, says what its rows, units or labels are and
which moments change with them, and joins the table of `tests/ste/beyond/test_setting.py`.
"""
