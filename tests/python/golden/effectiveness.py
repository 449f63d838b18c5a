"""OEE, OOE, TEEP, losses, reliability and yields by the package oee: `python effectiveness.py FILE`."""

import json
import random
import sys

import oee


def shift(draw):
    """A shift in whole minutes and units, as a shift sheet has it."""
    planned = draw.randrange(300, 481)
    down = draw.randrange(0, planned // 2)
    cycle_ms = draw.randrange(800, 30_000)
    most = (planned - down) * 60_000 // cycle_ms
    total = draw.randrange(1, most + 1)
    reject = draw.randrange(0, total // 5 + 1)
    setup = draw.randrange(0, down + 1)
    start_up = draw.randrange(0, reject + 1)
    closed = draw.randrange(0, 120)
    return planned, down, cycle_ms, total, reject, setup, start_up, closed


def effectiveness(draw):
    planned, down, cycle_ms, total, reject, setup, start_up, closed = shift(draw)
    result = oee.oee(
        planned, downtime=down, ideal_cycle_time=cycle_ms / 60_000, total_count=total,
        reject_count=reject, all_time=1_440, planned_downtime=closed, setup_time=setup,
        startup_rejects=start_up,
    )
    return {
        "planned": planned, "down": down, "cycle_ms": cycle_ms, "total": total, "reject": reject,
        "setup": setup, "start_up": start_up, "closed": closed,
        "availability": result.availability, "performance": result.performance_raw,
        "quality": result.quality, "oee": result.oee, "teep": result.teep, "ooe": result.ooe,
        "six_losses": result.six_losses,
    }


def reliability(draw):
    operating, repairs = draw.randrange(100, 900), [draw.randrange(1, 9) for _ in range(draw.randrange(1, 6))]
    result = oee.reliability(operating, repair_times=repairs)
    return {
        "operating_h": operating, "repair_h": sum(repairs), "failures": len(repairs),
        "mtbf": result.mtbf, "mttr": result.mttr, "availability": result.availability,
    }


def yields(draw):
    steps, entered = [], draw.randrange(500, 2_000)
    for _ in range(draw.randrange(2, 6)):
        passed = entered - draw.randrange(0, entered // 10)
        steps.append((passed, entered))
        entered = passed
    return {"steps": steps, "rty": oee.rolled_throughput_yield(steps).rty}


def main(path):
    draw = random.Random(85)
    rows = {
        "tool": f"oee {oee.__version__}",
        "effectiveness": [effectiveness(draw) for _ in range(12)],
        "reliability": [reliability(draw) for _ in range(6)],
        "yields": [yields(draw) for _ in range(6)],
        "takt_minutes": [{"available": a, "demand": d, "takt": oee.takt_time(a, d)} for a, d in [(450, 900), (420, 35)]],
    }
    with open(path, "w") as file:
        json.dump(rows, file, indent=0)
        file.write("\n")


main(sys.argv[1])
