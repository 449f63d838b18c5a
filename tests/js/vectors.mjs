// Times modules that do one thing in `main`: `node vectors.mjs VALUES MODULE…`, each in turn, the best of five.

import { readFile } from "node:fs/promises";

const [values, ...modules] = process.argv.slice(2);
const best = new Map(modules.map((name) => [name, Infinity]));
for (let turn = 0; turn < 5; turn += 1) {
  for (const name of modules) {
    const { instance } = await WebAssembly.instantiate(await readFile(name), {});
    const started = performance.now();
    instance.exports.main(0, 0);
    best.set(name, Math.min(best.get(name), performance.now() - started));
  }
}
for (const milliseconds of best.values()) {
  console.log((Number(values) / milliseconds / 1e3).toFixed(1));
}
