"""math.fma() where the result is zero: the C library for WebAssembly loses its sign."""

import math

from _secure_exec import put

_c_fma = math.fma


def fma(x, y, z, /):
    """Fused multiply-add operation.

    Compute (x * y) + z with a single round.
    """
    result = _c_fma(x, y, z)
    if result != 0.0:
        return result
    x, y, z = float(x), float(y), float(z)
    if x == 0.0 or y == 0.0:
        return x * y + z
    (xn, xd), (yn, yd), (zn, zd) = (each.as_integer_ratio() for each in (x, y, z))
    # What is too small for a float keeps its sign; what is exactly nothing is +0.
    exact = xn * yn * zd + zn * xd * yd
    return -0.0 if exact < 0 else 0.0


def install():
    """Puts it into `math`."""
    put(math, fma)
