"""Reads a log's readings by the words of shared/SPEC.md alone, and prints a JSON line a column.

It shares no code with the program: where the two differ, the text or one of them is wrong.
"""

import json
import math
import struct
import sys
from statistics import NormalDist

WHOLE = 1 << 16


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Bytes:
    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        taken = self.data[self.place : self.place + count]
        assert len(taken) == count, "the bytes end too early"
        self.place += count
        return taken

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        return unzigzag(self.varint())


def unzigzag(value):
    return value >> 1 ^ -(value & 1)


def frames(data):
    place = 0
    while place < len(data):
        magic, version, kind, length, epoch, sequence, ticks, crc = struct.unpack_from("<2sBBIIIII", data, place)
        length &= 0xFFFFFF  # the highest byte is the quality of the clock
        assert (magic, version) == (b"mW", 1)
        payload = data[place + 24 : place + 24 + length]
        assert crc32c(data[place : place + 20] + payload) == crc, "checksum"
        yield kind, payload
        place += 24 + length


def columns(payload):
    data = Bytes(payload)
    base = struct.unpack("<q", data.take(8))[0]
    following, grid, recent = 0, None, []
    while data.place < len(payload):
        head = data.take(1)[0]
        channel = following if head & 4 else data.varint()
        if not head & 8:
            grid = base + data.signed(), data.varint(), data.varint()
        following = channel + 1
        start, step, count = grid
        relation = Relation(data, grid, recent) if head & 32 else None
        bytes = Bytes(data.take(data.varint()))
        summary = [bytes.signed() for _ in range(4)] if head & 16 else None
        values = column(bytes, count)
        recent.append(None if relation else (grid, values))
        if relation:
            values = [wrapped(relation.said(place) + rest) for place, rest in enumerate(values)]
        if summary:
            first = values[0]
            rest = sum(values) - first * count
            assert summary == [values[-1] - first, first - min(values), max(values) - first, rest], "summary"
        yield {"channel": channel, "quality": head & 3, "start": start, "step": step, "values": values}


def wrapped(value):
    value &= 2**64 - 1
    return value - (value >> 63 << 64)


class Relation:
    """What other columns of a block say of one."""

    SOURCES = [1, 2, 2, 2, 2, 3, 3, 1]

    def __init__(self, data, grid, recent):
        self.kind = data.take(1)[0]
        found = [recent[-back] for back in data.take(self.SOURCES[self.kind])]
        assert all(other and other[0] == grid for other in found), "a source"
        self.sources = [values for _, values in found]
        self.factor, self.shift = data.varint(), data.take(1)[0]

    def said(self, place):
        sources = [values[place] for values in self.sources]
        if any(abs(source) > 1 << 46 for source in sources):
            return 0
        a, b, c = (sources + [0, 0])[:3]
        root, one = math.isqrt((a * a + b * b) << 32), 1 << 16
        above, below = [
            lambda: (a, 1),
            lambda: (a * one, root),
            lambda: (root, one),
            lambda: (a, b),
            lambda: (a * b, 1),
            lambda: (a, b * c),
            lambda: (root, c * one),
            lambda: (sum(self.sources[0][: place + 1]), 1),
        ][self.kind]()
        if below == 0 or abs(above) > 1 << 62 or abs(below) > 1 << 62:
            return 0
        above, below = above * self.factor, below << self.shift
        value = (abs(above) + abs(below) // 2) // abs(below)
        value = value if (above < 0) == (below < 0) else -value
        return 0 if abs(value) > 1 << 50 else value


class RangeDecoder:
    def __init__(self, data):
        self.data, self.place = data, 4
        self.range = 2**32 - 1
        self.code = int.from_bytes((data + bytes(4))[:4], "big")

    def target(self):
        self.unit = self.range >> 16
        return min(self.code // self.unit, WHOLE - 1)

    def take(self, start, share):
        self.code -= self.unit * start
        self.range = self.unit * share
        while self.range < 1 << 24:
            byte = self.data[self.place] if self.place < len(self.data) else 0
            self.place += 1
            self.code, self.range = self.code << 8 | byte, self.range << 8

    def plain(self, count):
        value = done = 0
        while done < count:
            bits = min(16, count - done)
            part = self.target() >> (16 - bits)
            self.take(part << (16 - bits), 1 << (16 - bits))
            value |= part << done
            done += bits
        return value


def bell(share_above_middle):
    return [round(share_above_middle(i / 16) * WHOLE) for i in range(128)] + [1 << 15]


BELLS = [
    bell(lambda z: NormalDist().cdf(z / math.sqrt(math.pi / 2)) - 0.5),
    bell(lambda z: 1 / (1 + 4**-z) - 0.5),
]


def weight(n):
    return 2**17 // (2 * n + 3)


def towards(a, b, w):
    return a + (max(-(2**46), min(2**46, b - a)) * w >> 16)


class Level:
    def __init__(self):
        self.seen = self.met = self.mean = self.next = self.width = 0


class State:
    def __init__(self, method, first):
        method, self.shape = divmod(method, 2)
        method, self.memory = divmod(method, 3)
        self.kind, hold = divmod(method, 6)
        self.hold = (16, 14, 12, 8, 4, 0)[hold]
        self.longest = (31, 15, 63)[self.memory]
        self.levels = [Level() for _ in range(32)]
        self.recent, self.outside, self.n = 1024, 1300, 0
        self.hidden = first * 256 + 128
        self.ones = [1 << 15] * 64
        self.arrive(first * 256 if self.kind == 0 else 0)

    def level(self, at):
        size = abs(at) >> 6
        if self.memory != 0 or size == 0:
            return self.levels[0]
        octave = size.bit_length() - 1
        half = size >> (octave - 1) & 1 if octave else 0
        return self.levels[(1 + 2 * octave + half + (16 if at < 0 else 0)) % 32]

    def arrive(self, at):
        level = self.level(at)
        level.mean = towards(level.mean, at, weight(min(level.met, 63))) if level.met else at
        level.met += 1
        self.at = at

    def value(self, coder):
        level = self.level(self.at)
        x = (level.next if level.seen else level.mean) + (self.at - level.mean >> 4) * self.hold
        centre = x if self.kind == 0 else self.hidden - 128 + x
        value, is_outside = self.residual(coder, level, centre)
        self.learn(level, x, centre, value, is_outside)
        return value

    def width(self, level):
        if level.seen == 0:
            width = self.recent
        elif level.seen <= 5:
            width = (level.width * level.seen + self.recent) // (level.seen + 1)
        elif self.memory == 0:
            width = (3 * level.width + self.recent) // 4
        else:
            width = (level.width + self.recent) // 2
        return max(8, min(2**40, width))

    def residual(self, coder, level, centre):
        whole = centre + 128 >> 8
        width = self.width(level)
        e = width.bit_length() - 1
        t = width >> (e - 2) & 3
        q = max(0, e - 12)
        e -= q
        reach = ((9 + 2 * t) * 2**e >> 8) + 1
        offset = (2**q >> 1) * 256 + 128 + (centre - 256 * whole) >> q
        spread = WHOLE - self.outside - 2 * reach - 1
        reciprocal, table = (7282, 5958, 5041, 4369)[t], BELLS[self.shape]

        def edge(symbol):
            z = 256 * symbol - offset
            g = (abs(z) * 2**15 >> e) * reciprocal >> 16
            part = 1 << 15
            if g >> 8 < 128:
                low, high = table[g >> 8], table[(g >> 8) + 1]
                part = low + ((high - low) * (g & 255) >> 8)
            return ((1 << 15) + (-part if z < 0 else part)) * spread // WHOLE + symbol + reach

        target = coder.target()
        if target >= WHOLE - self.outside:
            coder.take(WHOLE - self.outside, self.outside)
            return whole + unzigzag(self.far(coder)), True
        low, high = -reach, reach + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if edge(middle) <= target else (low, middle)
        coder.take(edge(low), edge(low + 1) - edge(low))
        return whole + low * 2**q + coder.plain(q) - (2**q >> 1), False

    def far(self, coder):
        node = 1
        for _ in range(6):
            one = self.ones[node]
            bit = coder.target() < one
            coder.take(0, one) if bit else coder.take(one, WHOLE - one)
            moved = one + (WHOLE - one >> 3) if bit else one - (one >> 3)
            self.ones[node] = max(2**8, min(WHOLE - 2**8, moved))
            node = 2 * node + bit
        length = node - 64
        return 1 << length | coder.plain(length)

    def learn(self, level, x, centre, value, is_outside):
        off = abs(256 * value - centre)
        before, middle = self.hidden, 256 * value + 128
        if self.kind == 0:
            at = 256 * value
        else:
            inside = max(256 * value, min(256 * value + 255, before + x))
            self.hidden = inside if self.kind == 2 and not is_outside else middle
            at = self.hidden - before
        if is_outside:
            self.recent = min(self.recent + (self.recent >> 1) + 64, 2**40)
        else:
            off = min(off, 2**44)
            if level.seen:
                level.width = towards(level.width, off, weight(min(level.seen, self.longest)))
                level.next = towards(level.next, at, weight(min(level.seen, 63)))
            else:
                level.width = off if self.n < 2 else off + self.recent >> 1
                level.next = at
            level.seen += 1
            self.recent = towards(self.recent, off, max(weight(min(self.n, 3)), 2**14))
        moved = self.outside + ((WHOLE if is_outside else 0) - self.outside >> (5 if self.n < 32 else 6))
        self.outside = max(32, min(20_000, moved))
        self.n += 1
        self.arrive(at)


def column(data, count):
    if count == 0:
        return []
    method, first = data.take(1)[0], data.signed()
    if method == 255:
        return [first] * count
    values = [first]
    if method == 254:
        while len(values) < count:
            value = (values[-1] + data.signed()) & (2**64 - 1)
            values.append(value - (value >> 63 << 64))
        return values
    assert method < 108, "no such method"
    coder, state = RangeDecoder(data.data[data.place :]), State(method, first)
    while len(values) < count:
        values.append(state.value(coder))
    return values


def main():
    with open(sys.argv[1], "rb") as file:
        for kind, payload in frames(file.read()):
            if kind == 1:
                for row in columns(payload):
                    print(json.dumps(row))


if __name__ == "__main__":
    main()
