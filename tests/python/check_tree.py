"""Checks a log's tree by the words of shared/SPEC.md alone: prints a JSON line a checkpoint, with the root as the note
states it and as it comes out of the readings.

It shares no code with the program; signatures are checked by another program.
"""

import base64
import hashlib
import json
import struct
import sys

from read_log import Bytes, columns, frames

MANIFEST, READINGS, EVENTS, CHECKPOINT = 0, 1, 2, 7


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root(leaves):
    """The definition of RFC 6962, 2.1, over leaf hashes."""
    if not leaves:
        return sha()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01", root(leaves[:half]), root(leaves[half:]))


def signed_varint(value):
    value = (value + 2**63) % 2**64 - 2**63
    rest = (value << 1 ^ value >> 63) % 2**64
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def events(payload):
    data = Bytes(payload)
    while data.place < len(payload):
        begin = data.place
        at = data.signed()
        if data.take(1)[0]:
            data.signed()
        data.varint()
        text = lambda: data.take(data.varint())
        text(), text()
        data.signed()
        text(), text()
        yield at, payload[begin : data.place]


class Waiting:
    def __init__(self):
        self.samples, self.events = {}, set()

    def add(self, channel, at, value, quality):
        self.samples.setdefault((channel, at), (value, quality))

    def instants(self):
        return [at for _, at in self.samples] + [at for at, _ in self.events]

    def part(self, begin, end):
        part = Waiting()
        part.samples = {key: it for key, it in self.samples.items() if begin <= key[1] < end}
        part.events = {it for it in self.events if begin <= it[0] < end}
        return part

    def leaf(self, kind, start, manifest):
        content = [b"mW\x01", bytes([kind]), struct.pack("<q", start), manifest]
        lanes = {}
        for (channel, at), (value, quality) in self.samples.items():
            lanes.setdefault((channel, quality), []).append((at, value))
        for (channel, quality), samples in sorted(lanes.items()):
            content.append(struct.pack("<BHBQ", 1, channel, quality, len(samples)))
            before, step, value = start, 0, 0
            for at, now in sorted(samples):
                content.append(signed_varint(at - before - step) + signed_varint(now - value))
                before, step, value = at, at - before, now
        for _, payload in sorted(self.events):
            content.append(struct.pack("<BI", 2, len(payload)) + payload)
        return sha(b"\x00", *content)


def main(paths):
    leaves, sealed_to, manifest, origin = [], -(2**63), b"", None
    on_time, late = Waiting(), Waiting()
    for path in paths:
        with open(path, "rb") as page:
            log = page.read()
        for kind, payload in frames(log):
            if kind == MANIFEST:
                manifest = sha(payload)
            elif kind == READINGS:
                for column in columns(payload):
                    for place, value in enumerate(column["values"]):
                        at = column["start"] + place * column["step"]
                        waiting = late if at < sealed_to else on_time
                        waiting.add(column["channel"], at, value, column["quality"])
            elif kind == EVENTS:
                for at, event in events(payload):
                    (late if at < sealed_to else on_time).events.add((at, event))
            elif kind == CHECKPOINT:
                to, span, count = struct.unpack_from("<qIB", payload)
                text, _ = payload[13 + 32 * count :].decode().split("\n\n")
                origin, size, told = text.split("\n")
                size, told = int(size), base64.b64decode(told)
                if size == len(leaves) and told == root(leaves):
                    continue
                taken = on_time.part(-(2**63), to)
                for start in sorted({at - at % span for at in taken.instants()}):
                    leaves.append(taken.part(start, start + span).leaf(0, start, manifest))
                if late.instants():
                    leaves.append(late.leaf(1, sealed_to, manifest))
                on_time, late = on_time.part(to, 2**63), Waiting()
                sealed_to = max(sealed_to, to)
                found = root(leaves)
                print(json.dumps({"size": size, "leaves": len(leaves), "told": told.hex(), "found": found.hex()}))


main(sys.argv[1:])
