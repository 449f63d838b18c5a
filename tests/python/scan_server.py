"""Several meters on one line by pymodbus, each with the map of a profile and values that a meter at work could have.

The bytes are made here, by Python's own struct. A register that is not in a map is refused, as meters do, but for small
gaps in it; the two tables are apart. A unit `refuses` has an exception for whatever it is asked. A unit that is not on
the line is silent, or with `gateway` told as a gateway tells it, by exception 11.

A meter may be wired wrongly: behind `@`, for each input the phase on whose cable its current transformer sits, a minus
before one that is turned, such as `PROFILE.toml@1,-2,3`. Then its powers are what complex arithmetic makes of it.

usage: scan_server.py PORT tcp|rtu|gateway UNIT=PROFILE.toml[@WIRING]|UNIT=refuses ...
"""

import asyncio
import cmath
import math
import struct
import sys
import tomllib

from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.server import StartAsyncTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

CODES = {
    "uint16": ">H", "int16": ">h", "uint32": ">I", "int32": ">i", "uint64": ">Q", "int64": ">q",
    "float32": ">f", "float64": ">d",
}
POWERS = {"k": 3, "M": 6, "m": -3}
# So many registers that are not in a map may lie between two that are, and so many follow the last.
GAP, MARGIN = 24, 2
VOLTS, AMPERES, FACTOR, HERTZ = (231.2, 229.7, 232.4), (12.5, 10.25, 11.75), 0.87, 50.01


def powers(wiring):
    """Complex power of each input: its voltage times the conjugate of whatever current its transformer sees."""
    turns = [cmath.rect(1, math.radians(-120 * phase)) for phase in range(3)]
    lag = cmath.rect(1, -math.acos(FACTOR))
    currents = [amperes * turn * lag for amperes, turn in zip(AMPERES, turns)]
    seen = [math.copysign(1, place) * currents[abs(place) - 1] for place in wiring]
    return [volts * turn * current.conjugate() for volts, turn, current in zip(VOLTS, turns, seen)]


def value(quantity, phase, unit_number, phases, wiring):
    """What a meter at work shows, in V, A, W, Hz, Wh."""
    complex_powers = powers(wiring)[:phases]
    power = complex_powers[phase - 1] if phase else sum(complex_powers)
    return {
        "voltage": VOLTS[max(phase, 1) - 1],
        "current": AMPERES[abs(wiring[max(phase, 1) - 1]) - 1],
        "active_power": power.real,
        "reactive_power": power.imag,
        "apparent_power": abs(power),
        "power_factor": power.real / abs(power),
        "frequency": HERTZ,
        "active_energy": 1_234_567.0 * unit_number,
        "reactive_energy_lagging": 654_321.0 * unit_number,
    }.get(quantity, 0.0)


def words(row, number):
    """The registers of a number, in the unit and with the digits of its row."""
    unit = row["unit"]
    power = POWERS.get(unit[0], 0) if len(unit) > 1 else 0
    number = number / 10 ** (power + row.get("exponent", 0))
    if not row["type"].startswith("float"):
        number = round(number * 10 ** row.get("decimals", 0))
    packed = struct.pack(CODES[row["type"]], number)
    high_first = list(struct.unpack(f">{len(packed) // 2}H", packed))
    return high_first[::-1] if row.get("word_order") == "low-first" else high_first


def tables(profile, unit_number, wiring):
    """Register words by address, for each table."""
    tables = {"holding": {}, "input": {}}

    def put(row, number):
        for offset, word in enumerate(words(row, number)):
            tables[row["table"]][row["address"] + offset] = word

    for row in profile["register"] + profile.get("commissioning", []):
        put(row, value(row["quantity"], row.get("phase", 0), unit_number, profile["phases"], wiring))
    if identity := profile.get("identity"):
        put({**identity, "unit": "1"}, identity["equals"][-1])
    if serial := profile.get("serial_number"):
        put({**serial, "unit": "1"}, 4_711_000 + unit_number)
    return tables


def blocks(registers):
    """The stretches of registers that a meter has, small gaps filled."""
    stretches = []
    for address in sorted(registers):
        if stretches and address - stretches[-1][1] <= GAP:
            stretches[-1][1] = address
        else:
            stretches.append([address, address])
    if not stretches:
        # A table must hold something.
        stretches = [[65_000, 65_000]]
    filled = [(first, [registers.get(at, 0) for at in range(first, last + 1 + MARGIN)]) for first, last in stretches]
    return [SimData(first, values=values, datatype=DataType.REGISTERS) for first, values in filled]


def meter(unit_number, word):
    path, _, wiring = word.partition("@")
    with open(path, "rb") as file:
        kept = tables(tomllib.load(file), unit_number, [int(place) for place in (wiring or "1,2,3").split(",")])
    bits = [[SimData(0, values=[False] * 16, datatype=DataType.BITS)] for _ in range(2)]
    return SimDevice(id=unit_number, simdata=(*bits, blocks(kept["holding"]), blocks(kept["input"])))


def refusing(unit_number, reason):
    async def refuse(_function, _start, _address, _count, _registers, _written):
        return reason

    anything = [SimData(0, values=[0] * 8, datatype=DataType.REGISTERS)]
    return SimDevice(id=unit_number, simdata=anything, action=refuse)


def silent_but_for(units, place):
    """Takes back what would be sent for a unit that is not there; the unit's number stands at a place of each frame."""

    def packet(sending, data):
        return b"" if sending and data[place] not in units else data

    return packet


async def main():
    port, kind, units = int(sys.argv[1]), sys.argv[2], [word.split("=", 1) for word in sys.argv[3:]]
    units = {int(unit): path for unit, path in units}
    # The device 0 answers for all that are not there.
    devices = [refusing(0, ExcCodes.GATEWAY_NO_RESPONSE)]
    for unit, path in units.items():
        refuses = path == "refuses"
        devices.append(refusing(unit, ExcCodes.ILLEGAL_FUNCTION) if refuses else meter(unit, path))
    framer, place = (FramerType.RTU, 0) if kind == "rtu" else (FramerType.SOCKET, 6)
    packet = None if kind == "gateway" else silent_but_for(units, place)
    await StartAsyncTcpServer(devices, framer=framer, address=("127.0.0.1", port), trace_packet=packet)


asyncio.run(main())
