"""Change points by brute force, and savings bands by eemeter: `python change_point.py FILE`."""

import json
import sys

import eemeter
import numpy
import scipy
from eemeter.eemeter.models.hourly_caltrack import derivatives
from scipy.optimize import minimize
from scipy.stats import t as student

SHAPES = {
    "heating": (1, lambda t, c: [numpy.maximum(0, c[0] - t)]),
    "cooling": (1, lambda t, c: [numpy.maximum(0, t - c[0])]),
    "both": (1, lambda t, c: [numpy.maximum(0, c[0] - t), numpy.maximum(0, t - c[0])]),
    "apart": (2, lambda t, c: [numpy.maximum(0, c[0] - t), numpy.maximum(0, t - c[1])]),
}


def squares(shape, temperature, used, bases):
    columns = SHAPES[shape][1](temperature, bases)
    design = numpy.column_stack([numpy.ones_like(temperature), *columns])
    found, *_ = numpy.linalg.lstsq(design, used, rcond=None)
    return float(((used - design @ found) ** 2).sum()), found


def brute(shape, temperature, used):
    """The least squares over a grid of a twentieth of a degree, then polished."""
    least, most = temperature.min(), temperature.max()
    grid = numpy.arange(least + 0.5, most - 0.5, 0.05)
    if SHAPES[shape][0] == 1:
        start = min(([base] for base in grid), key=lambda bases: squares(shape, temperature, used, bases)[0])
    else:
        coarse = grid[::8]
        pairs = ([low, high] for low in coarse for high in coarse if low <= high)
        start = min(pairs, key=lambda bases: squares(shape, temperature, used, bases)[0])
    polished = minimize(
        lambda bases: squares(shape, temperature, used, bases)[0], start, method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-9, "maxiter": 5_000},
    )
    error, coefficients = squares(shape, temperature, used, polished.x)
    return {"bases": list(polished.x), "coefficients": list(coefficients), "sse": error}


def case(shape, rows, seed, truth, scatter):
    draw = numpy.random.default_rng(seed)
    temperature = numpy.round(draw.uniform(4, 36, rows), 2)
    columns = SHAPES[shape][1](temperature, truth["bases"])
    used = truth["base_load"] + sum(slope * column for slope, column in zip(truth["slopes"], columns))
    used = numpy.round(used + draw.normal(0, scatter, rows), 3)
    return {
        "shape": shape, "temperature": list(temperature), "used": list(used),
        "expected": brute(shape, temperature, used),
    }


def band(interval, rows, reported, rho, rmse, mean, total, parameters, confidence):
    """eemeter's own error band of a metered saving."""
    independent = rows * (1 - rho) / (1 + rho)
    t = float(student.ppf(1 - (1 - confidence) / 2, rows - parameters))
    found = derivatives._compute_fsu_error(
        t_stat=t, interval=interval, post_obs=float(reported), total_base_energy=total,
        rmse_base_residuals=rmse, base_avg=mean, base_obs=float(rows), nprime=independent,
    )
    return {
        "interval": interval, "rows": rows, "reported": reported, "rho": rho, "rmse": rmse, "mean": mean,
        "total": total, "parameters": parameters, "confidence": confidence, "band": found,
    }


def main(path):
    cases = [
        case("heating", 120, 1, {"base_load": 300, "bases": [16.4], "slopes": [9]}, 12),
        case("cooling", 120, 2, {"base_load": 450, "bases": [24.7], "slopes": [14]}, 20),
        case("both", 120, 3, {"base_load": 280, "bases": [20.2], "slopes": [6, 11]}, 15),
        case("apart", 120, 4, {"base_load": 350, "bases": [14.1, 25.9], "slopes": [10, 13]}, 10),
    ]
    bands = [
        band("billing_monthly", 12, 12, 0.1, 1_850.0, 61_000.0, 732_000.0, 2, 0.9),
        band("billing_monthly", 24, 6, -0.2, 2_400.0, 58_000.0, 348_000.0, 3, 0.8),
        band("daily", 365, 365, 0.55, 41.0, 1_730.0, 631_450.0, 3, 0.9),
        band("daily", 365, 90, 0.3, 60.0, 1_500.0, 135_000.0, 5, 0.68),
    ]
    version = getattr(eemeter, "__version__", "4.1.1")
    tool = f"numpy {numpy.__version__}, scipy {scipy.__version__}; eemeter {version}, _compute_fsu_error"
    with open(path, "w") as file:
        json.dump({"tool": tool, "cases": cases, "bands": bands}, file, indent=0)
        file.write("\n")


main(sys.argv[1])
