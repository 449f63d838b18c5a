// The log in a report, and what can happen to it on its way.
const zlib = require("node:zlib");

const HEAD = 24;

const crc32c = (bytes) => {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
};

function unpacked(html) {
  const [, packed] = /id="data">([^<]*)/.exec(html);
  return zlib.gunzipSync(Buffer.from(packed.trim(), "base64"));
}

function* frames(log) {
  for (let at = 0; at + HEAD <= log.length;) {
    const length = HEAD + log.readUIntLE(at + 4, 3);
    yield { at, length };
    at += length;
  }
}

// As a later program would write it.
function newer(log) {
  const bytes = Buffer.from(log);
  for (const { at, length } of frames(log)) {
    bytes[at + 2] = 2;
    const covered = Buffer.concat([bytes.subarray(at, at + 20), bytes.subarray(at + HEAD, at + length)]);
    bytes.writeUInt32LE(crc32c(covered), at + 20);
  }
  return bytes;
}

function damaged(log) {
  const bytes = Buffer.from(log);
  const all = [...frames(log)];
  const { at } = all[Math.floor(all.length / 2)];
  bytes[at + HEAD] ^= 1;
  return bytes;
}

// Files that a reader may drop on the page, and a word that the sentence about each holds in English.
function broken(html) {
  const log = unpacked(html);
  const inside = html.indexOf("id=\"data\">");
  const file = (name, bytes, word) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes), word });
  return [
    file("empty.mwlog", "", "empty"),
    file("foreign.html", "<!DOCTYPE html><p>something else", "no log"),
    file("table.mwlog", "date;kWh\r\n2026-01-01;12\r\n", "no log"),
    file("newer.mwlog", newer(log), "version 2"),
    file("damaged.mwlog", damaged(log), "damaged"),
    file("truncated.mwlog", log.subarray(0, log.length - 7), "breaks off"),
    file("half.html", html.slice(0, Math.floor((inside + html.length) / 2)), ""),
  ];
}

module.exports = { broken };
