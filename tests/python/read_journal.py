"""Reads a journal's newest run by the words of shared/SPEC.md alone, and prints a JSON line a row."""

import json
import struct
import sys

from read_log import Bytes, crc32c, unzigzag

PAGE, UNIT = 4096, 4
WRAP = 1 << 64


class Bits:
    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        value = 0
        for _ in range(count):
            value = value << 1 | self.data[self.place // 8] >> (7 - self.place % 8) & 1
            self.place += 1
        return value

    def long(self):
        return self.take(self.take(6) + 1)


def signed(value):
    value %= WRAP
    return value - WRAP if value >> 63 else value


def cut(value, by):
    return abs(value) // by * (1 if value >= 0 else -1)


class Channel:
    quality = 0
    last = step = still = moving = seen = 0

    def value(self, bits):
        moves = self.moving < self.still
        error, step = (self.moving, self.step >> 4) if moves else (self.still, 0)
        usual = 11 * error // 128
        k = usual.bit_length()
        ones = 0
        while ones < 12 and bits.take(1):
            ones += 1
        zigzagged = bits.long() if ones == 12 else ones << k | bits.take(k)
        value = signed(self.last + step + unzigzag(zigzagged))
        self.learn(value)
        return value

    def learn(self, value):
        d = signed(value - self.last)
        o = signed(d - (self.step >> 4))
        if self.seen:
            w = min(self.seen, 8)
            most = lambda size: min(abs(size), 1 << 40) * 16
            self.still += cut(most(d) - self.still, w)
            self.moving += cut(most(o) - self.moving, w)
            self.step += cut(most(d) * (1 if d >= 0 else -1) - self.step, w)
        self.last, self.seen = value, self.seen + 1


class Run:
    def __init__(self, page, place):
        head = page[place : place + 24]
        magic, version, kind, length = struct.unpack_from("<2sBBI", head)
        length &= 0xFFFFFF
        payload = page[place + 24 : place + 24 + length]
        self.sum = struct.unpack_from("<I", head, 20)[0]
        self.is_one = (magic, version, kind) == (b"mW", 1, 9) and crc32c(head[:20] + payload) == self.sum
        if not self.is_one:
            return
        data = Bytes(payload)
        self.number, count = data.varint(), data.varint()
        self.channels = [Channel() for _ in range(count)]
        self.at = self.pace = 0
        self.rows, self.end = [], place + -(-(24 + length) // UNIT) * UNIT
        while self.record(page):
            pass

    def record(self, page):
        bits, rows = Bits(page[self.end :]), []
        try:
            follows = 1
            while follows:
                rows.append(self.row(bits))
                follows = bits.take(1)
        except IndexError:
            return False
        length = -(-bits.place // 8)
        record = page[self.end : self.end + length]
        checksum = crc32c(struct.pack("<I", self.sum) + record)
        if page[self.end + length : self.end + length + 4] != struct.pack("<I", checksum):
            return False
        self.sum, self.end = checksum, self.end + -(-(length + 4) // UNIT) * UNIT
        self.rows += rows
        return True

    def row(self, bits):
        late = unzigzag(bits.long()) if bits.take(1) else 0
        at = signed(self.at + self.pace + late)
        self.pace, self.at = at - self.at, at
        if bits.take(1):
            for channel in self.channels:
                channel.quality = bits.take(2)
        cells = [[c.value(bits), c.quality - 1] if c.quality else None for c in self.channels]
        return [at, cells]


def runs(journal):
    for start in range(0, len(journal), PAGE):
        page, place = journal[start : start + PAGE], 0
        while place + 24 <= PAGE and (run := Run(page, place)).is_one:
            yield run
            place = run.end


newest = max(runs(open(sys.argv[1], "rb").read()), key=lambda run: run.number)
for row in newest.rows:
    print(json.dumps(row))
