"""Dot products carried in twice the working precision.

The population gradient in w is proportional to d = v.v*, which is zero at saddle points: there a
plain dot product returns rounding noise of size eps |v||v*| instead of d. The compensated product
of Ogita, Rump and Oishi (SIAM J. Sci. Comput. 26, 2005, Dot2) costs a few more additions and
returns d itself.
"""

import numpy as np

_SPLITTER = 134217729.0  # 2**27 + 1, cuts a double into two halves of 26 bits (Dekker)


def _two_sum(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = a + b
    shifted = total - a
    return total, (a - (total - shifted)) + (b - shifted)


def _two_product(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    product = a * b
    a_high = _SPLITTER * a - (_SPLITTER * a - a)
    b_high = _SPLITTER * b - (_SPLITTER * b - b)
    a_low, b_low = a - a_high, b - b_high
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Sum over the last axis of ``a * b``, as if computed in twice the working precision."""
    product, error = np.broadcast_arrays(*_two_product(a, b))
    total = product[..., 0]
    correction = error[..., 0]
    for i in range(1, product.shape[-1]):
        total, rounding = _two_sum(total, product[..., i])
        correction = correction + (rounding + error[..., i])
    return total + correction
