"""Indicators by Python's own fractions, decimals and time zones, from raw samples.

Reads on standard input what the story `reference` writes; prints a JSON object of figures as decimal
strings, rounded half up to six places. Nothing of it shares code or method with the crate: samples
become a list of minutes, and every figure is a plain sum over it. What energy counts for and costs it reads
itself, from the site file and the file of factors that comes with the program.
"""

import csv
import json
import sys
import tomllib
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo

getcontext().prec = 50
STATES = ["off", "idle", "setup", "running", "breakdown"]


def shown(value):
    if value is None:
        return None
    value = Fraction(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = str(exact.quantize(Decimal("0.000001"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".") if "." in text else text


def local(zone, milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, zone)


def band_of(bands, moment):
    """The named band whose hours hold, else the one without hours."""
    minute = moment.hour * 60 + moment.minute
    for band in bands:
        for start, end in band["hours"]:
            if moment.weekday() in band["days"] and start <= minute < end:
                return band
    return next(band for band in bands if not band["hours"])


def planned(shifts, moment):
    minute = moment.hour * 60 + moment.minute
    return any(moment.weekday() in s["days"] and s["start"] <= minute < s["end"] for s in shifts)


def steps(samples):
    """(instant, gain) of successive samples of a counter, a minute apart."""
    for (one, first), (other, second) in zip(samples, samples[1:]):
        assert other - one == 60_000, "the story takes days without a gap"
        yield one, second - first


def peak(intervals, zone, minutes):
    windows = defaultdict(Fraction)
    for instant, energy in intervals:
        moment = local(zone, instant)
        start = moment - timedelta(minutes=moment.minute % minutes)
        windows[start] += energy
    best = max(windows.values())
    return best * Fraction(60, minutes)


def sliding_peak(intervals, minutes):
    energies = [energy for _, energy in intervals]
    sums = (sum(energies[first : first + minutes]) for first in range(len(energies) - minutes + 1))
    return max(sums) * Fraction(60, minutes)


def electricity(site, zone, counter, reactive):
    energy = [(instant, Fraction(gain, 10**6)) for instant, gain in steps(counter)]
    total = sum(gain for _, gain in energy)
    by_band, cost = defaultdict(Fraction), Fraction(0)
    for instant, gain in energy:
        band = band_of(site["bands"], local(zone, instant))
        by_band[band["name"]] += gain
        cost += gain * band["price"]
    lagging = sum(Fraction(gain, 10**6) for _, gain in steps(reactive))
    hours = Fraction(len(energy), 60)
    root = (Decimal((total**2 + lagging**2).numerator) / Decimal((total**2 + lagging**2).denominator)).sqrt()
    quarter = peak(energy, zone, 15)
    figures = {
        "energy": total,
        "cost_before_tax": cost,
        "cost": cost * Fraction(1000 + site["vat_per_mille"], 1000),
        "peak_demand_15": quarter,
        "peak_demand_30": peak(energy, zone, 30),
        "peak_demand_sliding": sliding_peak(energy, 15),
        "load_factor": total / hours / quarter,
        "power_factor": Fraction(Decimal(total.numerator) / Decimal(total.denominator) / root),
    }
    return figures | {f"energy_by_band {name}": gain for name, gain in by_band.items()}


def by_power(counter, idle_watts, running_watts):
    """States from the mean power of each minute, left downwards at nine tenths."""
    states, state = [], "off"
    for instant, gain in steps(counter):
        watts = Fraction(gain, 10**6) * 60 * 1000
        running = running_watts * (Fraction(9, 10) if state == "running" else 1)
        idle = idle_watts * (Fraction(9, 10) if state != "off" else 1)
        state = "running" if watts >= running else "idle" if watts >= idle else "off"
        states.append((instant, state))
    return states


def loss_of(state, minutes):
    """The six big losses' names; a minor stop lasts no longer than five minutes."""
    if state in ("idle", "breakdown") and minutes <= 5:
        return "minor_stop"
    return {"off": "unqualified", "idle": "unqualified"}.get(state, state)


def losses(site, zone, states, gains):
    """Planned hours and kWh by loss and by running, and how often each loss began."""
    hours, energy, counts = defaultdict(Fraction), defaultdict(Fraction), defaultdict(int)
    first = 0
    for state, group in groupby(states, key=lambda pair: pair[1]):
        minutes = [instant for instant, _ in group]
        loss, worked = loss_of(state, len(minutes)), 0
        for place, instant in enumerate(minutes, first):
            if planned(site["shifts"], local(zone, instant)):
                worked += 1
                energy[loss] += Fraction(gains[place][1], 10**6)
        hours[loss] += Fraction(worked, 60)
        counts[loss] += worked > 0
        first += len(minutes)
    return hours, energy, counts


def reliability(hours, counts):
    figures = {"failures": counts["breakdown"], "minor_stops": counts["minor_stop"]}
    if counts["breakdown"]:
        figures["mtbf"] = (hours["running"] + hours["setup"]) / counts["breakdown"]
        figures["mttr"] = hours["breakdown"] / counts["breakdown"]
    return figures


def running_losses(hours, energy, good, reject, cycle):
    """Running time and its energy by what it went into."""
    speed = hours["running"] - (good + reject) * cycle
    figures = {"loss_time speed": speed, "loss_time defect": reject * cycle}
    if speed >= 0:
        for part, time in [("speed", speed), ("defect", reject * cycle), ("good", good * cycle)]:
            figures[f"energy_by_loss {part}"] = energy["running"] * time / hours["running"]
    return figures


def machine(site, zone, of):
    if of.get("state"):
        states = [(instant, STATES[code]) for instant, code in of["state"][:-1]]
    else:
        states = by_power(of["energy"], of["idle_watts"], of["running_watts"])
    energy, times = defaultdict(Fraction), defaultdict(Fraction)
    for (instant, state), (_, gain) in zip(states, steps(of["energy"])):
        energy[state] += Fraction(gain, 10**6)
        if planned(site["shifts"], local(zone, instant)):
            times[state] += Fraction(1, 60)
    known = sum(times.values())
    lost, lost_energy, counts = losses(site, zone, states, list(steps(of["energy"])))
    figures = reliability(lost, counts)
    for loss in ["breakdown", "setup", "minor_stop", "unqualified"]:
        figures[f"loss_time {loss}"] = lost[loss]
        figures[f"energy_by_loss {loss}"] = lost_energy[loss]
    figures |= {"availability": times["running"] / known, "planned_time": known}
    for state in STATES:
        figures[f"state_time {state}"] = times[state]
        figures[f"energy_by_state {state}"] = energy[state]
    if of.get("good"):
        count = lambda name: sum(
            Fraction(gain, 10)
            for instant, gain in steps(of[name])
            if planned(site["shifts"], local(zone, instant))
        )
        good, reject, cycle = count("good"), count("reject"), Fraction(of["cycle_ms"], 3_600_000)
        figures["performance"] = (good + reject) * cycle / times["running"]
        figures["quality"] = good / (good + reject)
        figures["oee"] = figures["availability"] * figures["performance"] * figures["quality"]
        figures["nee"] = figures["oee"] * (times["running"] + times["setup"]) / times["running"]
        figures["teep"] = figures["oee"] * known / Fraction(len(states), 60)
        figures |= running_losses(lost, lost_energy, good, reject, cycle)
    return figures


def dated(rows, key, day):
    """The figure of the latest row that gives it and is not later."""
    given = [(row["from"], row[key]) for row in rows if key in row and row["from"] <= day]
    return max(given)[1] if given else None


def carriers(story, zone):
    """Of electricity and each fuel: what was used, as (local day, amount), and its dated rows."""
    site = tomllib.loads(story["site_toml"], parse_float=Fraction)
    built_in = tomllib.loads(story["factors_toml"], parse_float=Fraction)
    rows_of = lambda table, fuel: [row for row in site.get(table, []) if row["fuel"] == fuel]
    gained = steps(story["assets"]["main"]["energy"])
    meter = [(local(zone, instant).date(), Fraction(gain, 10**6)) for instant, gain in gained]
    yield "electricity", meter, rows_of("factor", "electricity") + built_in["electricity"], []
    weighed = defaultdict(list)
    for row in csv.DictReader(story["events_csv"].splitlines()):
        if row["kind"] == "fuel":
            day = datetime.strptime(row["time"], "%Y-%m-%d %H:%M:%S").date()
            weighed[row["product"]].append((day, Fraction(row["quantity"])))
    for fuel, uses in weighed.items():
        yield fuel, uses, rows_of("factor", fuel), rows_of("fuel_price", fuel)


def site_wide(story, zone, main_meter):
    """Oil equivalent, greenhouse gas and money of the whole site."""
    figures = defaultdict(Fraction)
    for name, uses, rows, prices in carriers(story, zone):
        is_fuel = name != "electricity"
        for day, amount in uses:
            counted = {"oil_equivalent": amount * dated(rows, "toe", day)}
            counted["emission"] = amount * (dated(rows, "co2_kg", day) or 0)
            if is_fuel:
                counted["biogenic_emission"] = amount * (dated(rows, "biogenic_co2_kg", day) or 0)
                counted["fuel_cost"] = amount * dated(prices, "price", day)
                counted["fuel_use"] = amount
            for figure, value in counted.items():
                figures[f"{figure} {name}"] += value
                if figure != "fuel_use":
                    figures[figure] += value
    good = story["assets"][story["output"]]["good"]
    output = Fraction(good[-1][1] - good[0][1], 10)
    figures["output"] = output
    figures["specific_energy"] = main_meter["energy"] / output
    figures["specific_fuel firewood"] = figures["fuel_use firewood"] / output
    figures["specific_emission"] = figures["emission"] / output
    figures["energy_cost"] = main_meter["cost"] + figures["fuel_cost"]
    figures["demand_share"] = main_meter["peak_demand_15"] / story["demand_limit_kw"]
    # k = 0.9 / cos phi - 1 to four digits, cos phi to two and at least 0.59; nothing from 0.90 on.
    two_digits = Decimal(shown(main_meter["power_factor"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
    factor = max(Fraction(two_digits), Fraction(59, 100))
    share = Decimal(shown(max(Fraction(9, 10) / factor - 1, Fraction(0))))
    share = Fraction(share.quantize(Decimal("0.0001"), ROUND_HALF_UP))
    figures["reactive_charge"] = main_meter["cost_before_tax"] * share
    return figures


def main():
    story = json.load(sys.stdin)
    zone = ZoneInfo(story["site"]["zone"])
    told = {}
    for asset, of in story["assets"].items():
        figures = electricity(story["site"], zone, of["energy"], of["reactive"])
        if of["machine"]:
            figures |= machine(story["site"], zone, of)
        told[asset] = {name: shown(value) for name, value in figures.items()}
        if asset == "main":
            whole = site_wide(story, zone, figures)
            told[""] = {name: shown(value) for name, value in whole.items()}
    json.dump(told, sys.stdout)


main()
