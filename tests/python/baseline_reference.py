"""An energy baseline by Python's own fractions, from raw samples.

Reads on standard input what the story `baseline` writes; prints a JSON object of figures, keyed as
`millwatt baseline --json` has them, and the days that do not count. Nothing of it shares code or method with the
crate: days are sums over a list of samples, the model is solved in fractions by elimination, Student's t is
integrated by Simpson's rule.
"""

import json
import math
import sys
from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

LEAST_COVERAGE = Fraction(95, 100)
CONFIDENCE = 0.9
MONTH_MS = 2_629_800_000.0
# Months reported: square, linear, constant; eemeter 2, rows of a day.
DAILY = (-0.000_24, 0.035_35, 1.002_86)


def day_of(zone, milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, zone).date().isoformat()


def days_of(channel, zone):
    """Sums and minutes of each local day, from samples a minute apart; wider steps cover nothing."""
    unit = Fraction(10) ** channel["scale"]
    sums, minutes = defaultdict(Fraction), defaultdict(int)
    for (one, first), (other, second) in zip(channel["samples"], channel["samples"][1:]):
        day = day_of(zone, one)
        if other - one == 60_000:
            sums[day] += (second - first) * unit
            minutes[day] += 1
    return sums, minutes


def planned_hours(shifts, day):
    weekday = datetime.fromisoformat(day).weekday()
    return sum(Fraction(s["end"] - s["start"], 60) for s in shifts if weekday in s["days"])


def solve(matrix, right):
    """Gauss and Jordan's elimination; gives the inverse too."""
    size = len(matrix)
    rows = [list(row) + [value] + [Fraction(int(i == j)) for j in range(size)]
            for i, (row, value) in enumerate(zip(matrix, right))]
    for i in range(size):
        pivot = next(j for j in range(i, size) if rows[j][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(size):
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i])]
    return [row[size] for row in rows], [row[size + 1:] for row in rows]


def within(t, freedom):
    """The probability of a value between -t and t, by Simpson's rule."""
    log_front = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    density = lambda x: math.exp(log_front - (freedom + 1) / 2 * math.log1p(x * x / freedom))
    steps = 20_000
    width = t / steps
    inner = sum((4 if step % 2 else 2) * density(step * width) for step in range(1, steps))
    return 2 * width / 3 * (density(0) + inner + density(t))


def quantile(confidence, freedom):
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < confidence else (low, middle)
    return low


def root(value):
    return math.sqrt(float(value))


def model_of(names, rows):
    """Least squares with an intercept, and what it is judged by."""
    columns = [[Fraction(1)] + [row[name] for name in names] for row in rows]
    used = [row["used"] for row in rows]
    size, count = len(names) + 1, len(rows)
    matrix = [[sum(x[i] * x[j] for x in columns) for j in range(size)] for i in range(size)]
    right = [sum(x[i] * y for x, y in zip(columns, used)) for i in range(size)]
    slopes, inverse = solve(matrix, right)
    residuals = [y - sum(b * v for b, v in zip(slopes, x)) for x, y in zip(columns, used)]
    error = sum(r * r for r in residuals)
    mean = sum(used) / count
    total = sum((y - mean) ** 2 for y in used)
    variance = error / (count - size)
    figures = {
        "rows": count,
        "r2": 1 - error / total,
        "adjusted_r2": 1 - error / (count - size) / (total / (count - 1)),
        "f": (total - error) / (size - 1) / variance,
        "cv_rmse": root(variance) / float(mean),
        "durbin_watson": sum((b - a) ** 2 for a, b in zip(residuals, residuals[1:])) / error,
        "lag_1": sum(a * b for a, b in zip(residuals, residuals[1:])) / error,
        "residual_deviation": root(variance),
    }
    labels = ["intercept"] + [f"coefficient:{name}" for name in names]
    for place, label in enumerate(labels):
        deviation = root(variance * inverse[place][place])
        figures[label] = slopes[place]
        figures[f"standard_error:{label}"] = deviation
        figures[f"t:{label}"] = float(slopes[place]) / deviation
        if abs(float(slopes[place]) / deviation) < 20:
            figures[f"p:{label}"] = 1 - within(abs(float(slopes[place]) / deviation), count - size)
    return slopes, figures


def savings(names, slopes, figures, rows):
    """Expected, used, and the band around the difference."""
    expected = sum(slopes[0] + sum(b * row[n] for b, n in zip(slopes[1:], names)) for row in rows)
    used = sum(row["used"] for row in rows)
    count, lag_1 = figures["rows"], float(figures["lag_1"])
    independent = count * (1 - lag_1) / (1 + lag_1)
    months = sum(row["ms"] for row in rows) / MONTH_MS
    polynomial = DAILY[0] * months**2 + DAILY[1] * months + DAILY[2]
    t = quantile(CONFIDENCE, count - len(slopes))
    scatter = math.sqrt(count / independent * (1 + 2 / independent) / len(rows))
    band = abs(float(expected) * t * polynomial * figures["cv_rmse"] * scatter)
    return {
        "reported_rows": len(rows),
        "used": used,
        "expected": expected,
        "saving": expected - used,
        "saving_band": band,
        "saving_fraction": band / abs(float(expected - used)),
        "senpi": used / expected,
        "improvement": 1 - used / expected,
    }


def ratio(rows):
    return sum(row["used"] for row in rows) / sum(row["output"] for row in rows)


def main():
    story = json.load(sys.stdin)
    zone = ZoneInfo(story["zone"])
    (energy, measured), (output, counted) = (days_of(story[name], zone) for name in ("energy", "output"))
    rows, left_out = {}, []
    for day in story["baseline"] + story["reporting"]:
        if min(measured[day], counted[day]) < 1440 * LEAST_COVERAGE:
            left_out.append(day)
            continue
        shifts = planned_hours(story["shifts"], day)
        rows[day] = {"used": energy[day] / 1000, "output": output[day], "shifts": shifts, "ms": 86_400_000}
    of = lambda days: [rows[day] for day in days if day in rows]
    slopes, figures = model_of(story["drivers"], of(story["baseline"]))
    figures |= savings(story["drivers"], slopes, figures, of(story["reporting"]))
    figures |= {"ratio_baseline": ratio(of(story["baseline"])), "ratio_reporting": ratio(of(story["reporting"]))}
    told = {name: float(value) for name, value in figures.items()}
    json.dump({"figures": told, "left_out": left_out}, sys.stdout)


main()
