"""A three-phase meter by pymodbus: float32, high word first, the map of an Eastron SDM630.

Its values follow a fixed script, one step a poll of the energy registers. Every energy value
that is served is written down, exactly, as a whole number of micro-kilowatt-hours, by Python's
own decimal arithmetic.

usage: meter_server.py PORT FILE [UNIT ...]     Modbus TCP on loopback
       meter_server.py /dev/... FILE [UNIT ...] Modbus RTU at 9600 baud, 8N1
"""

import asyncio
import struct
import sys
from decimal import ROUND_HALF_UP, Decimal

from pymodbus import FramerType
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

REGISTERS = 80
ENERGY, REACTIVE = 72, 76


def words(value):
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return [high, low]


def micro(value):
    exact = Decimal(struct.unpack(">f", struct.pack(">f", value))[0])
    return int((exact * 1_000_000).to_integral_value(ROUND_HALF_UP))


def script(step):
    """Energy and reactive energy after a number of steps: steps of uneven size, none repeated."""
    energy, seed = 1_234.567, 12_345
    for _ in range(step):
        seed = (seed * 1_103_515_245 + 12_345) % 2**31
        energy += 0.001 * (seed % 97)
    return energy, energy * 0.75


def meter(unit, served):
    steps = {"count": 0}

    async def answer(_function, start, address, count, registers, _written):
        def put(place, value):
            registers[place - start : place - start + 2] = words(value)

        if address <= ENERGY < address + count:
            energy, reactive = script(steps["count"])
            steps["count"] += 1
            put(ENERGY, energy)
            put(REACTIVE, reactive)
            served.write(f"{unit} {micro(energy)}\n")
            served.flush()
        for phase in range(3):
            put(2 * phase, 229.5 + phase)
            put(6 + 2 * phase, 10.25)
        put(52, 5_175.0)
        put(62, 0.8)
        put(70, 50.02)
        return None

    zeros = [SimData(0, values=[0] * REGISTERS, datatype=DataType.REGISTERS)]
    return SimDevice(id=unit, simdata=zeros, action=answer)


async def main():
    port, path = sys.argv[1], sys.argv[2]
    units = [int(unit) for unit in sys.argv[3:]] or [1]
    with open(path, "w", encoding="ascii") as served:
        devices = [meter(unit, served) for unit in units]
        if port.startswith("/"):
            print("open", flush=True)
            await StartAsyncSerialServer(devices, port=port, framer=FramerType.RTU, baudrate=9_600)
        else:
            await StartAsyncTcpServer(devices, address=("127.0.0.1", int(port)))


asyncio.run(main())
