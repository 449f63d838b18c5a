"""A fortnight of one meter as other programs keep it: written by them, or as their own code lays it down.

Called with a folder. Line protocol comes from InfluxData's own client, the workbook from openpyxl, the database
of Home Assistant from sqlite3 with the tables of its recorder, PHPFina from struct as emoncms packs it. What
each must come to stands in `expected.json`; nothing of it shares code with the crate.
"""

import json
import random
import sqlite3
import struct
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from influxdb_client import Point, WritePrecision
from openpyxl import Workbook

HOUR = 3600
ZONE = timezone(timedelta(hours=7))
START = int(datetime(2026, 1, 1, tzinfo=ZONE).timestamp())


def readings(steps, seconds):
    """A register at each step, thousandths of a kWh, and a power in tenths of a W."""
    chance, register = random.Random(20260101), Decimal("123456.789")
    for step in range(steps + 1):
        yield START + step * seconds, register, Decimal(chance.randint(0, 40000)) / 10
        register += Decimal(chance.randint(0, 9999)) / 1000


def influx(folder, rows):
    lines = [
        "# INFLUXDB EXPORT: 1677-09-21T00:12:43Z - 2262-04-11T23:47:16Z",
        "# DDL",
        "CREATE DATABASE factory WITH NAME autogen",
        "# DML",
        "# CONTEXT-DATABASE:factory",
        "# CONTEXT-RETENTION-POLICY:autogen",
        "# writing tsm data",
    ]
    for at, register, power in rows:
        point = Point("power meter").tag("room", "hall 1, left").tag("device", "press=1")
        point = point.field("kwh", float(register)).field("watts", float(power)).field("on", power > 0)
        point = point.field("note", 'a "quoted", text')
        lines.append(point.time(at * 10**9 + 123, WritePrecision.NS).to_line_protocol())
        other = Point("power meter").tag("device", "oven").field("kwh", float(power))
        lines.append(other.time(at * 10**9, WritePrecision.NS).to_line_protocol())
    lines.insert(40, "power meter without a blank escaped")
    (folder / "influx.lp").write_text("\n".join(lines) + "\n", encoding="utf-8")


def prometheus(folder, rows):
    """Half a day each ten minutes: promtool makes a block of every two hours."""
    lines = ["# TYPE energy_kwh counter"]
    lines += [f'energy_kwh_total{{device="press \\"1\\"",site="läb"}} {register} {at}' for at, register, _ in rows]
    lines += ["# TYPE power_watts gauge"]
    lines += [f'power_watts{{device="press"}} {power} {at}' for at, _, power in rows]
    (folder / "metrics.om").write_text("\n".join(lines + ["# EOF", ""]), encoding="utf-8")
    matrix = {"metric": {"__name__": "energy_kwh_total", "device": "press"}}
    matrix["values"] = [[at, str(register)] for at, register, _ in rows]
    answer = {"status": "success", "data": {"resultType": "matrix", "result": [matrix]}}
    (folder / "prometheus.json").write_text(json.dumps(answer))


def home_assistant(folder, rows):
    """A row is stamped with the beginning of the hour at whose end the register was read."""
    database = sqlite3.connect(folder / "home-assistant_v2.db")
    database.execute(
        "CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY, statistic_id VARCHAR(255), source VARCHAR(32),"
        " unit_of_measurement VARCHAR(255), has_mean BOOLEAN, has_sum BOOLEAN, name VARCHAR(255))"
    )
    database.execute(
        "CREATE TABLE statistics (id INTEGER PRIMARY KEY, created DATETIME, created_ts FLOAT, metadata_id INTEGER,"
        " start DATETIME, start_ts FLOAT, mean FLOAT, min FLOAT, max FLOAT, last_reset DATETIME,"
        " last_reset_ts FLOAT, state FLOAT, sum FLOAT)"
    )
    database.execute("INSERT INTO statistics_meta VALUES (1, 'sensor.press_energy', 'recorder', 'kWh', 0, 1, NULL)")
    database.execute("INSERT INTO statistics_meta VALUES (2, 'sensor.press_power', 'recorder', 'W', 1, 0, NULL)")
    offset = Decimal("123000")
    answer = []
    for at, register, power in rows:
        start, total = float(at - HOUR), float(register - offset)
        row = (start + 3610, 1, start, None, None, None, float(register), total)
        store = (
            "INSERT INTO statistics (created_ts, metadata_id, start_ts, mean, min, max, state, sum)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        database.execute(store, row)
        database.execute(store, (start + 3610, 2, start, float(power), 0.0, 4000.0, None, None))
        answer.append({"start": int(start) * 1000, "end": at * 1000, "state": float(register), "sum": total})
    database.commit()
    database.close()
    result = {"id": 1, "type": "result", "success": True, "result": {"sensor.press_energy": answer}}
    (folder / "home-assistant.json").write_text(json.dumps(result))


def emoncms(folder, rows):
    """PHPFina holds floats of 32 bits: quarters of a kWh are exact in them. Two points were never written."""
    quarters = [(register * 4).to_integral_value() / 4 for _, register, _ in rows]
    (folder / "5.meta").write_bytes(struct.pack("<IIII", 0, 0, HOUR, START))
    floats = [float("nan") if 100 < place < 103 else float(value) for place, value in enumerate(quarters)]
    (folder / "5.dat").write_bytes(struct.pack(f"<{len(floats)}f", *floats))
    pairs = list(zip((at for at, _, _ in rows), quarters))
    (folder / "feed.csv").write_text("".join(f"{at},{value}\n" for at, value in pairs))
    (folder / "feed.json").write_text("[" + ",".join(f"[{at}000,{value}]" for at, value in pairs) + "]")
    return quarters[-1] - quarters[0]


def workbook(folder, rows):
    book = Workbook()
    sheet = book.active
    sheet.title = "Readings"
    sheet.append(["Time", "Register (kWh)", "Comment"])
    for at, register, _ in rows:
        sheet.append([datetime.fromtimestamp(at, ZONE).replace(tzinfo=None), float(register), "ok"])
    sheet["B30"] = "meter away"
    book.create_sheet("Notes")["A1"] = "nothing"
    book.save(folder / "history.xlsx")


def plain(value):
    return f"{value.normalize():f}"


def main():
    folder, rows = Path(sys.argv[1]), list(readings(14 * 24, HOUR))
    half_day = list(readings(12 * 6, 600))
    influx(folder, rows)
    prometheus(folder, half_day)
    home_assistant(folder, rows)
    quarters = emoncms(folder, rows)
    workbook(folder, rows)
    expected = {
        "energy": plain(rows[-1][1] - rows[0][1]),
        "half_day": plain(half_day[-1][1] - half_day[0][1]),
        "quarters": plain(quarters),
    }
    (folder / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main()
