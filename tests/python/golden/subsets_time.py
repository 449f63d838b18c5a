"""Milliseconds that statsmodels needs for every subset of some drivers, with the figures of our panel.

`python subsets_time.py INPUT`, a file of {"used": [...], "columns": [[...], ...]}; best of three.
"""

import itertools
import json
import sys
import time

import numpy
import statsmodels.api as sm
from statsmodels.stats.stattools import durbin_watson


def panel(used, drivers):
    design = sm.add_constant(drivers)
    fit = sm.OLS(used, design).fit()
    inverse = numpy.linalg.inv(numpy.atleast_2d(numpy.corrcoef(drivers, rowvar=False)))
    influence = fit.get_influence()
    return (
        fit.params, fit.bse, fit.pvalues, fit.fvalue, fit.f_pvalue, fit.rsquared_adj, durbin_watson(fit.resid),
        inverse.diagonal(), influence.hat_matrix_diag.max(), influence.cooks_distance[0].max(),
    )


def every_subset(used, columns):
    places = range(columns.shape[1])
    for count in range(1, columns.shape[1] + 1):
        for chosen in itertools.combinations(places, count):
            panel(used, columns[:, chosen])


def main(path):
    with open(path) as file:
        given = json.load(file)
    used, columns = numpy.array(given["used"]), numpy.array(given["columns"]).T
    times = []
    for _ in range(3):
        started = time.perf_counter()
        every_subset(used, columns)
        times.append(time.perf_counter() - started)
    print(min(times) * 1e3)


main(sys.argv[1])
