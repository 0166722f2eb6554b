"""Integrals over one input row: densities, half-planes, and the moments of each kind of proxy.

What belongs here: anything that is integrated over a single row. What never does: sums over rows
and what follows from them, which are the derivations one floor up.
"""
