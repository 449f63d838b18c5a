"""Tails of Student's t and Fisher's F at 60 digits by mpmath: `python distribution.py distribution.json`."""

import json
import sys

import mpmath
from mpmath import mpf

mpmath.mp.dps = 60
FREEDOMS = [1, 2, 3, 5, 9, 10, 30, 100, 353, 1_000, 8_758, 35_000]


def digits(value):
    return mpmath.nstr(value, 25)


def tail(a, b, x):
    """The regularised incomplete beta function, by its series where that converges quickly."""
    if x > (a + 1) / (a + b + 2):
        return 1 - tail(b, a, 1 - x)
    front = mpmath.exp(a * mpmath.log(x) + b * mpmath.log(1 - x)) / (a * mpmath.beta(a, b))
    return front * mpmath.hyp2f1(a + b, 1, a + 1, x)


def t_two_sided(t, freedom):
    square = mpf(t) ** 2
    return tail(mpf(freedom) / 2, mpf(1) / 2, freedom / (freedom + square))


def f_upper(f, above, below):
    return tail(mpf(below) / 2, mpf(above) / 2, below / (below + above * mpf(f)))


def t_rows():
    for freedom in FREEDOMS:
        for t in [0.001, 0.3, 1.0, 2.1, 4.7, 12.0, 33.0]:
            yield {"t": t, "df": freedom, "p": digits(t_two_sided(t, freedom))}
    for t, freedom in [(1e12, 5), (1e20, 9), (250.0, 100), (36.0, 353), (37.5, 8_758), (33.9, 35_000)]:
        yield {"t": t, "df": freedom, "p": digits(t_two_sided(t, freedom))}


def f_rows():
    for above in [1, 2, 3, 5, 8]:
        for below in [1, 3, 7, 10, 56, 353, 8_758]:
            for f in [0.02, 0.9, 3.1, 17.0]:
                yield {"f": f, "d1": above, "d2": below, "p": digits(f_upper(f, above, below))}
        for f, below in [(400.0, 353), (170.0, 8_758), (1e15, 10)]:
            yield {"f": f, "d1": above, "d2": below, "p": digits(f_upper(f, above, below))}


def root(function, low, high):
    """Where a falling function crosses zero, by halving."""
    low, high = mpf(low), mpf(high)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return low


def t_quantiles():
    for freedom in [1, 3, 10, 353]:
        for confidence in [0.68, 0.9, 0.95]:
            rest = 1 - mpf(confidence)
            found = root(lambda t: t_two_sided(t, freedom) - rest, 0, 1_000)
            yield {"confidence": confidence, "df": freedom, "t": digits(found)}


def f_critical():
    for alpha in [0.1, 0.05, 0.01]:
        for above in range(1, 6):
            found = root(lambda f: f_upper(f, above, 11 - above) - mpf(alpha), 0, 10_000)
            yield {"alpha": alpha, "d1": above, "d2": 11 - above, "f": digits(found)}


def main(path):
    ln_gamma = [{"x": x, "y": digits(mpmath.loggamma(mpf(x)))} for x in [0.5, 1.5, 4.0, 176.5, 17_500.0]]
    rows = {
        "tool": f"mpmath {mpmath.__version__}, 60 digits",
        "t_two_sided": list(t_rows()),
        "f_upper": list(f_rows()),
        "t_quantile": list(t_quantiles()),
        "f_critical": list(f_critical()),
        "ln_gamma": ln_gamma,
    }
    with open(path, "w") as file:
        json.dump(rows, file, indent=0)
        file.write("\n")


main(sys.argv[1])
