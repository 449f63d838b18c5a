"""Any meter by pymodbus, from its profile: each register of the map holds a number that follows from its place.

The bytes are made here, by Python's own struct, from what the profile says; what a reader should come to is printed as
JSON: {identity, serial_number, readings: [[name, value, unit], ...]}.

usage: profile_server.py PORT UNIT PROFILE.toml EXPECTED.json
"""

import asyncio
import json
import struct
import sys
import tomllib
from decimal import ROUND_HALF_UP, Decimal

from pymodbus.server import StartAsyncTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

CODES = {
    "uint16": ">H", "int16": ">h", "uint32": ">I", "int32": ">i", "uint64": ">Q", "int64": ">q",
    "float32": ">f", "float64": ">d",
}


def words(kind, order, number):
    packed = struct.pack(CODES[kind], number)
    high_first = list(struct.unpack(f">{len(packed) // 2}H", packed))
    return high_first[::-1] if order == "low-first" else high_first


def served(register, place):
    """The raw number of a register and what it means."""
    decimals = register.get("decimals", 0)
    if register["quantity"] == "power_factor":
        raw = 0.75 + place / 1000
    else:
        raw = 1_234.56 + 17.03 * place
    if not register["type"].startswith("float"):
        raw = int(raw * (1 if register["type"].endswith("16") else 1000))
        if register["type"].startswith("int") and register["quantity"] == "active_power":
            raw = -raw
        return raw, Decimal(raw).scaleb(-decimals)
    code = CODES[register["type"]]
    exact = Decimal(struct.unpack(code, struct.pack(code, raw))[0]).scaleb(register.get("exponent", 0))
    return raw, exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def image(profile):
    """Registers by address, and what a reader should come to."""
    registers, readings = {}, []

    def put(place, kind, order, number):
        for offset, word in enumerate(words(kind, order, number)):
            assert registers.setdefault(place + offset, word) == word, "two rows share a register"

    for place, register in enumerate(profile["register"] + profile.get("commissioning", [])):
        raw, value = served(register, place)
        put(register["address"], register["type"], register.get("word_order"), raw)
        phase = f" L{register['phase']}" if register.get("phase") else ""
        readings.append([register["quantity"] + phase, format(value.normalize(), "f"), register["unit"]])
    expected = {"identity": None, "serial_number": None, "readings": readings}
    if identity := profile.get("identity"):
        expected["identity"] = identity["equals"][-1]
        put(identity["address"], identity["type"], None, identity["equals"][-1])
    if serial := profile.get("serial_number"):
        expected["serial_number"] = 4_711_815
        put(serial["address"], serial["type"], None, 4_711_815)
    return registers, expected


async def main():
    port, unit, path, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    with open(path, "rb") as file:
        profile = tomllib.load(file)
    registers, expected = image(profile)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(expected, file)
    length = min(max(registers) + 130, 65_536)
    values = [registers.get(place, 0) for place in range(length)]
    device = SimDevice(id=unit, simdata=[SimData(0, values=values, datatype=DataType.REGISTERS)])
    await StartAsyncTcpServer([device], address=("127.0.0.1", port))


asyncio.run(main())
