"""A meter by pymodbus that does what a file says at each request: a number of watts, or `dead` for no answer at all.

Input registers 0 and 1 hold the power in W, a signed number of 32 bits with its high word first.

usage: mood_server.py PORT FILE
"""

import asyncio
import struct
import sys

from pymodbus.server import StartAsyncTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


async def main():
    port, path = int(sys.argv[1]), sys.argv[2]

    def mood():
        with open(path, encoding="ascii") as file:
            return file.read().strip()

    async def answer(_function, _start, address, count, registers, _written):
        watts = mood()
        if watts != "dead" and address == 0 and count >= 2:
            registers[0:2] = list(struct.unpack(">HH", struct.pack(">i", int(watts))))
        return None

    def packet(sending, data):
        return b"" if sending and mood() == "dead" else data

    zeros = [SimData(0, values=[0] * 8, datatype=DataType.REGISTERS)]
    device = SimDevice(id=1, simdata=zeros, action=answer)
    await StartAsyncTcpServer([device], address=("127.0.0.1", port), trace_packet=packet)


asyncio.run(main())
