// What is in the files that a page saves.
const zlib = require("node:zlib");

// Rows of a CSV file, with its separator.
function table(bytes) {
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const separator = (/[;,]/.exec(text) || [";"])[0];
  const rows = [[""]];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const [letter, row] = [text[at], rows[rows.length - 1]];
    if (isQuoted && letter === "\"" && text[at + 1] === "\"") row[row.length - 1] += text[at += 1];
    else if (letter === "\"") isQuoted = !isQuoted;
    else if (isQuoted) row[row.length - 1] += letter;
    else if (letter === separator) row.push("");
    else if (letter === "\n") rows.push([""]);
    else if (letter !== "\r") row[row.length - 1] += letter;
  }
  return rows.filter((row) => row.length > 1 || row[0]);
}

// Cells that a spreadsheet would compute.
const formulas = (bytes) => table(bytes).flat().filter((cell) =>
  /^[\s\u00a0\u200b\ufeff]*[=+\-@\t\r＝＋－＠]/.test(cell) && !/^-?\d+([.,]\d+)?$/.test(cell));

// Files of a zip archive by name, from its central directory.
function unzipped(bytes) {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06"));
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
    const [name, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place));
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(begin, begin + size);
    files.set(bytes.toString("utf8", at + 46, at + 46 + name), method ? zlib.inflateRawSync(packed) : packed);
    at += 46 + name + extra + comment;
  }
  return files;
}

// Sheets of a workbook, as XML.
function sheets(bytes) {
  if (bytes.toString("latin1", 0, 4) !== "PK\x03\x04") return [];
  const files = [...unzipped(bytes)].filter(([name]) => /^xl\/worksheets\/[^/]+\.xml$/.test(name));
  return files.map(([, xml]) => xml.toString("utf8"));
}

const pages = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length;

module.exports = { table, formulas, sheets, pages };
