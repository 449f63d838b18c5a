"""What a file of bills comes to, by Python's own fractions and decimals.

Called with a CSV file (English numbers) and the TOML file of factors; prints a JSON object of figures as
decimal strings, keyed by their place in what `millwatt bills --json` prints. Nothing of it shares code or
method with the crate: the p-value is Student's closed form for an even number of degrees of freedom, in fifty
digits, and the line is solved in fractions.
"""

import csv
import json
import sys
import tomllib
from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction

getcontext().prec = 60
COLUMNS = ["kwh", "kvarh", "cost_vnd", "output", "fuel_vnd"]
WORDS = {"month", "output_unit", "note"}


def decimal(value):
    value = Fraction(value)
    return Decimal(value.numerator) / Decimal(value.denominator)


def shown(value):
    return None if value is None else str(value if isinstance(value, Decimal) else decimal(value))


def rows_of(path):
    """The months of a file: cells as fractions, None where empty."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    rows = []
    for row in csv.DictReader(lines):
        figures = {
            name: Fraction(cell.replace(",", "")) if cell else None
            for name, cell in row.items()
            if name not in WORDS
        }
        rows.append({"month": row["month"]} | figures)
    return sorted(rows, key=lambda row: row["month"])


def latest(rows, key, limit):
    begun = [row for row in rows if row[key] <= limit]
    return max(begun, key=lambda row: row[key]) if begun else None


def count(row, factors):
    """A month's TOE, t CO2e, t biogenic CO2 and TOE by carrier; everything must be known."""
    year, month = map(int, row["month"].split("-"))
    day = type(factors["electricity"][0]["from"])(year, month, 1)
    kwh = row["kwh"]
    toe = {"electricity": kwh * latest(factors["electricity"], "from", day)["toe"]}
    fossil = kwh * latest(factors["grid"], "year", year)["tco2e_per_mwh"] / 1000
    biogenic = Fraction(0)
    for fuel in factors["fuel"]:
        amount = row.get(fuel["column"])
        if not amount:
            continue
        factor = latest(fuel["factor"], "from", day)
        toe[fuel["column"]] = amount * factor["toe"]
        fossil += amount * factor.get("co2_kg", 0) / 1000
        biogenic += amount * factor.get("biogenic_kg", 0) / 1000
    return toe, fossil, biogenic


def cos_phi(kwh, kvarh):
    return decimal(kwh) / decimal(kwh * kwh + kvarh * kvarh).sqrt()


def reactive_share(factor):
    """(0.9 / cos phi - 1), cos phi to two places and at least 0.59, in hundredths of a percent."""
    rounded = max(factor.quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("0.59"))
    share = max(Decimal("0.9") / rounded - 1, Decimal(0))
    return share.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def within(t, freedom):
    """The probability of a value between -t and t; Abramowitz and Stegun 26.7.4, even freedom."""
    assert freedom % 2 == 0
    root = (freedom + t * t).sqrt()
    sine, square = t / root, Decimal(freedom) / (root * root)
    term = total = Decimal(1)
    for step in range(1, freedom // 2):
        term *= square * (2 * step - 1) / (2 * step)
        total += term
    return sine * total


def quantile(confidence, freedom):
    low, high = Decimal(0), Decimal(1000)
    for _ in range(160):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < confidence else (low, middle)
    return low


def line_of(pairs):
    """The line through (output, kWh) and what it is judged by."""
    n = len(pairs)
    mean_x, mean_y = (sum(pair[place] for pair in pairs) / n for place in (0, 1))
    squares = sum((x - mean_x) ** 2 for x, _ in pairs)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in pairs) / squares
    base = mean_y - slope * mean_x
    residuals = [y - base - slope * x for x, y in pairs]
    error = sum(residual**2 for residual in residuals)
    total = sum((y - mean_y) ** 2 for _, y in pairs)
    variance = error / (n - 2)
    spread = decimal(variance * (Fraction(1, n) + mean_x**2 / squares)).sqrt()
    p = lambda value, sigma: 1 - within(abs(decimal(value)) / sigma, n - 2)
    slope_error = decimal(variance / squares).sqrt()
    steps = sum((one - other) ** 2 for one, other in zip(residuals, residuals[1:]))
    figures = {
        "intercept/value": base,
        "intercept/standard_error": spread,
        "intercept/p": p(base, spread),
        "slope/value": slope,
        "slope/standard_error": slope_error,
        "slope/p": p(slope, slope_error),
        "r2": 1 - error / total,
        "f": (total - error) / variance,
        "f_p": p(slope, slope_error),
        "cv_rmse": decimal(variance).sqrt() / decimal(mean_y),
        "durbin_watson": steps / error,
    }
    if base > 0:
        figures |= {
            "base_load/kwh_a_month": base,
            "base_load/band_90": quantile(Decimal("0.9"), n - 2) * spread,
            "base_load/share": base / mean_y,
        }
    return figures, residuals


def per_output(rows, counts):
    made = sum(row["output"] for row in rows)
    return {
        "kwh": sum(row["kwh"] for row in rows) / made,
        "cost_vnd": sum(row["cost_vnd"] for row in rows) / made,
        "energy_vnd": sum(row["cost_vnd"] + row["fuel_vnd"] for row in rows) / made,
        "kgoe": sum(sum(toe.values()) for toe, _, _ in counts) * 1000 / made,
        "kgco2e": sum(fossil for _, fossil, _ in counts) * 1000 / made,
        "kgco2_biogenic": sum(biogenic for _, _, biogenic in counts) * 1000 / made,
    }


def totals(rows, counts, charges):
    told = {}
    for column in COLUMNS:
        told[f"{column}/value"] = sum(row[column] for row in rows)
    told["toe/value"] = sum(sum(toe.values()) for toe, _, _ in counts)
    told["tco2e/value"] = sum(fossil for _, fossil, _ in counts)
    told["tco2_biogenic/value"] = sum(biogenic for _, _, biogenic in counts)
    told["vnd_per_kwh"] = told["cost_vnd/value"] / told["kwh/value"]
    told["power_factor"] = cos_phi(told["kwh/value"], told["kvarh/value"])
    told["reactive_vnd/value"] = sum(charges)
    return told


def worth(rows, factors, line, residuals, charges):
    """What lines of the plan are worth in the last twelve months; here the file has no others."""
    plan, month_count = factors["plan"], len(rows)
    price = sum(row["cost_vnd"] for row in rows) / sum(row["kwh"] for row in rows)
    base = line["intercept/value"] * month_count * price
    fuel = sum(row["fuel_vnd"] for row in rows)
    above = sum(residual for residual in residuals if residual > 0)
    return {
        "main_meter": [base * share for share in plan["base_load_saving"]],
        "weigh_fuel": [fuel * share for share in plan["fuel_saving"]],
        "reactive_meter": [sum(charges)] * 2,
        "submeter": [None, above * price],
    }


def main():
    rows = rows_of(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        factors = tomllib.loads(file.read(), parse_float=Fraction)
    counts = [count(row, factors) for row in rows]
    phis = [cos_phi(row["kwh"], row["kvarh"]) for row in rows]
    charges = [decimal(row["cost_vnd"]) * reactive_share(phi) for row, phi in zip(rows, phis)]
    line, residuals = line_of([(row["output"], row["kwh"]) for row in rows])
    told = {f"/totals/{name}": value for name, value in totals(rows, counts, charges).items()}
    told |= {f"/per_output/{name}": value for name, value in per_output(rows, counts).items()}
    told |= {f"/baseline/model/{name}": value for name, value in line.items()}
    told["/designated/share_of_1000_toe"] = told["/totals/toe/value"] / 1000
    for place, (toe, fossil, biogenic) in enumerate(counts):
        told[f"/months/{place}/toe"] = sum(toe.values())
        told[f"/months/{place}/tco2e"] = fossil
        told[f"/months/{place}/tco2_biogenic"] = biogenic
        told[f"/months/{place}/power_factor"] = phis[place]
        told[f"/months/{place}/reactive_vnd"] = charges[place]
    worths = worth(rows, factors, line, residuals, charges)
    plan = {name: [shown(value) for value in pair] for name, pair in worths.items()}
    told = {name: shown(value) for name, value in told.items()}
    json.dump({"figures": told, "plan": plan}, sys.stdout)


main()
