"""Degree-day models with searched balance points by eemeter 3 (CalTRACK): `python caltrack.py IN OUT`.

IN is change_point.json; the balance points are whole degrees. Needs its own, older packages:
`pip install eemeter==3.2.0 'pandas<2.1' 'numpy<1.26'`.
"""

import json
import sys

import eemeter
import numpy
import pandas


def design(case):
    temperature, used = numpy.array(case["temperature"]), numpy.array(case["used"])
    columns = {"meter_value": used}
    for degrees in range(8, 34):
        columns[f"hdd_{degrees}"] = numpy.maximum(0, degrees - temperature)
        columns[f"cdd_{degrees}"] = numpy.maximum(0, temperature - degrees)
    index = pandas.date_range("2025-01-01", periods=len(used), freq="D", tz="UTC")
    return pandas.DataFrame(columns, index=index)


def fitted(case):
    data = design(case)
    result = eemeter.fit_caltrack_usage_per_day_model(data)
    model = result.model
    told = model.model_params
    heating, cooling = told.get("beta_hdd", 0.0), told.get("beta_cdd", 0.0)
    expected = told["intercept"] + 0 * data["meter_value"]
    if heating:
        expected = expected + heating * data[f"hdd_{int(told['heating_balance_point'])}"]
    if cooling:
        expected = expected + cooling * data[f"cdd_{int(told['cooling_balance_point'])}"]
    return {
        "shape": case["shape"],
        "model_type": result.model.model_type,
        "parameters": told,
        "adjusted_r2": model.r_squared_adj,
        "sse": float(((data["meter_value"] - expected) ** 2).sum()),
    }


def main(source, path):
    with open(source) as file:
        cases = json.load(file)["cases"]
    rows = {"tool": f"eemeter 3.2.0 (CalTRACK), pandas {pandas.__version__}", "models": [fitted(case) for case in cases]}
    with open(path, "w") as file:
        json.dump(rows, file, indent=0)
        file.write("\n")


main(sys.argv[1], sys.argv[2])
