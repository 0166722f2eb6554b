"""The plane of w and w*: all that the population quantities see of the filter."""

from dataclasses import dataclass

import numpy as np

from ste.model import Teacher

#: Two directions whose sine is below this count as parallel; rounding alone makes that much.
PARALLEL = 4.0 * np.finfo(float).eps


@dataclass(frozen=True)
class Plane:
    """Where w lies relative to the teacher's filter w*.

    ``norm`` = |w|, ``unit`` = u = w/|w|, ``theta`` = angle(w, w*), ``tangent`` = sin(theta) e
    = w* - cos(theta) u. The unit tangent e itself is never formed, since dividing by sin(theta)
    would lose every digit near theta = 0 and pi.
    """

    norm: np.ndarray
    unit: np.ndarray
    theta: np.ndarray
    sin: np.ndarray
    cos: np.ndarray
    tangent: np.ndarray


def norm(w: np.ndarray) -> np.ndarray:
    """Euclidean length over the last axis, safe from overflow and underflow."""
    largest = np.max(np.abs(w), axis=-1, keepdims=True)
    scale = np.where(largest > 0.0, largest, 1.0)
    return scale[..., 0] * np.linalg.norm(w / scale, axis=-1)


def plane(w: np.ndarray, teacher: Teacher) -> Plane:
    """Polar coordinates of w around w*; w must not be zero.

    ``theta = 2 atan2(|u - w*|, |u + w*|)`` (Kahan) keeps its digits at both ends, where the
    arccosine of u.w* would keep half of them. Below `PARALLEL` the angle is exactly 0 or pi and
    the tangent is exactly 0.
    """
    return around(w, teacher.w)


def around(w: np.ndarray, axis: np.ndarray) -> Plane:
    """`plane` around unit vectors `axis`, which may be one for each w."""
    largest = np.max(np.abs(w), axis=-1, keepdims=True)
    scaled = w / largest
    scaled_norm = np.linalg.norm(scaled, axis=-1, keepdims=True)
    unit = scaled / scaled_norm
    apart = np.linalg.norm(unit - axis, axis=-1)
    along = np.linalg.norm(unit + axis, axis=-1)
    theta = 2.0 * np.arctan2(apart, along)
    sin = 0.5 * apart * along
    cos = np.clip(np.sum(unit * axis, axis=-1), -1.0, 1.0)
    tangent = axis - cos[..., None] * unit
    parallel = sin <= PARALLEL
    if parallel.any():
        theta = np.where(parallel, np.where(cos > 0.0, 0.0, np.pi), theta)
        sin = np.where(parallel, 0.0, sin)
        cos = np.where(parallel, np.sign(cos), cos)
        tangent = np.where(parallel[..., None], 0.0, tangent)
    return Plane((largest * scaled_norm)[..., 0], unit, theta, sin, cos, tangent)
