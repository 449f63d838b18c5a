"""Regressions and their diagnostics by statsmodels: `python regression.py regression.json`."""

import itertools
import json
import sys

import mpmath
import numpy
import statsmodels
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import OLSInfluence, variance_inflation_factor
from statsmodels.stats.stattools import durbin_watson

mpmath.mp.dps = 60


def months():
    """Twelve months of a tea factory: leaf, run hours, batches; used energy."""
    draw = numpy.random.default_rng(50001)
    leaf = numpy.round(draw.uniform(20_000, 60_000, 12))
    hours = numpy.round(draw.uniform(180, 420, 12))
    batches = numpy.round(draw.uniform(30, 90, 12))
    used = 9_000 + 1.05 * leaf + 38 * hours + draw.normal(0, 2_500, 12)
    return numpy.round(used), numpy.column_stack([leaf, hours, batches]), ["leaf", "hours", "batches"]


def days():
    """A year of days whose scatter remembers the day before."""
    draw = numpy.random.default_rng(22400)
    output = numpy.round(draw.uniform(200, 900, 365))
    warm = numpy.round(18 + 9 * numpy.sin(numpy.arange(365) / 58) + draw.normal(0, 2, 365), 1)
    noise = numpy.zeros(365)
    for day in range(1, 365):
        noise[day] = 0.6 * noise[day - 1] + draw.normal(0, 25)
    used = 150 + 0.8 * output + 6 * warm + noise
    return numpy.round(used, 1), numpy.column_stack([output, warm]), ["output", "temperature"]


def weeks():
    """Sixty weeks, eight drivers on very different scales."""
    draw = numpy.random.default_rng(17)
    scales = numpy.array([1e-3, 1e-1, 1, 10, 1e2, 1e4, 1e6, 1e8])
    drivers = draw.uniform(1, 2, (60, 8)) * scales
    used = 100 + drivers @ (numpy.arange(1, 9) / scales) + draw.normal(0, 2, 60)
    return used, drivers, [f"driver {place}" for place in range(8)]


def twins():
    """Two drivers that tell nearly the same."""
    draw = numpy.random.default_rng(3)
    first = draw.uniform(10, 20, 24)
    second = 2 * first + draw.normal(0, 0.1, 24)
    used = 5 + first + second + draw.normal(0, 1, 24)
    return used, numpy.column_stack([first, second]), ["kilograms", "pounds"]


def longley():
    """Longley's data as statsmodels carries it."""
    data = sm.datasets.longley.load_pandas()
    return data.endog.to_numpy(), data.exog.to_numpy(), list(data.exog.columns)


def vif(design):
    return [variance_inflation_factor(design, place) for place in range(1, design.shape[1])]


def expected(used, drivers, new):
    design = sm.add_constant(drivers)
    fit = sm.OLS(used, design).fit(method="qr")
    influence = OLSInfluence(fit)
    errors = fit.resid
    told = fit.get_prediction(numpy.concatenate([[1.0], new])[None, :])
    return {
        "coefficients": list(fit.params),
        "standard_errors": list(fit.bse),
        "t": list(fit.tvalues),
        "p": list(fit.pvalues),
        "f": fit.fvalue,
        "f_p": fit.f_pvalue,
        "r2": fit.rsquared,
        "adjusted_r2": fit.rsquared_adj,
        "residual_sd": numpy.sqrt(fit.mse_resid),
        "cv_rmse": numpy.sqrt(fit.mse_resid) / used.mean(),
        "durbin_watson": durbin_watson(errors),
        "lag1_autocorrelation": float(errors[1:] @ errors[:-1] / (errors @ errors)),
        "vif": vif(design) if drivers.shape[1] > 1 else [1.0],
        "leverage": list(influence.hat_matrix_diag),
        "cook": list(influence.cooks_distance[0]),
        "prediction": {
            "x": list(new),
            "mean": float(told.predicted_mean[0]),
            "se_mean": float(told.se_mean[0]),
            "se_obs": float(told.se_obs[0]),
        },
    }


def exact_influence(used, drivers):
    """Leverage and Cook's distance at 60 digits, where a pseudo-inverse of doubles loses them."""
    design = mpmath.matrix(sm.add_constant(drivers).tolist())
    right = mpmath.matrix(used.tolist())
    inverse = (design.T * design) ** -1
    errors = right - design * (inverse * (design.T * right))
    variance = sum(error ** 2 for error in errors) / (design.rows - design.cols)
    leverage, cook = [], []
    for row in range(design.rows):
        h = (design[row, :] * inverse * design[row, :].T)[0]
        leverage.append(float(h))
        cook.append(float(errors[row] ** 2 / (design.cols * variance) * h / (1 - h) ** 2))
    return {"leverage": leverage, "cook": cook}


def subsets(used, drivers):
    found = []
    for count in range(1, drivers.shape[1] + 1):
        for columns in itertools.combinations(range(drivers.shape[1]), count):
            fit = sm.OLS(used, sm.add_constant(drivers[:, columns])).fit(method="qr")
            found.append({
                "columns": list(columns),
                "coefficients": list(fit.params),
                "r2": fit.rsquared,
                "adjusted_r2": fit.rsquared_adj,
                "p": list(fit.pvalues),
                "f_p": fit.f_pvalue,
            })
    return found


def case(name, make, columns=None):
    used, drivers, names = make()
    if columns:
        drivers, names = drivers[:, columns], [names[place] for place in columns]
    return {
        "name": name,
        "y": list(used),
        "x": [list(row) for row in drivers],
        "predictors": names,
        "expected": expected(used, drivers, drivers.mean(axis=0) * 1.1),
    }


def main(path):
    cases = [
        case("twelve months, one driver", months, [0]),
        case("twelve months, three drivers", months),
        case("a year of days that remember", days),
        case("sixty weeks, eight drivers", weeks),
        case("two drivers that tell the same", twins),
        case("Longley", longley),
    ]
    for place, make in [(3, weeks), (5, longley)]:
        used, drivers, _ = make()
        cases[place]["expected"] |= exact_influence(used, drivers)
    used, drivers, _ = months()
    cases[1]["subsets"] = subsets(used, drivers)
    tool = f"statsmodels {statsmodels.__version__}, numpy {numpy.__version__}"
    with open(path, "w") as file:
        json.dump({"tool": tool, "cases": cases}, file, indent=0, default=float)
        file.write("\n")


main(sys.argv[1])
