// The fields of each form: how they are drawn, read and judged.

// What each form asks for. A trailing "?" marks what may stay empty.
const FORMS = {
  output: ["at", "asset?", "product?", "good?", "reject?", "rework?", "note?"],
  "raw-material": ["at", "asset?", "material", "amount", "unit", "note?"],
  fuel: ["at", "asset?", "fuel", "otherFuel", "amount", "unit", "note?"],
  stock: ["at", "goods", "otherGoods", "amount", "unit", "note?"],
  stop: ["asset?", "from", "until", "reason", "note?"],
  batch: ["at", "asset?", "product", "batch?"],
  people: ["at", "asset?", "count", "note?"],
  incident: ["at", "asset?", "words"],
  note: ["at", "asset?", "words"],
  meter: ["at", "counter", "removed", "installed", "note?"],
  bill: ["month", "kwh", "money", "note?"],
};

// Where a field goes in an entry, where its name there is another one.
const PLACES = {
  from: "at", month: "at", material: "product", fuel: "product", otherFuel: "product", goods: "product", otherGoods: "product", reason: "product", counter: "asset",
  count: "amount", kwh: "amount", batch: "note", words: "note",
};

// Choices that have a place to write what they do not offer.
const OTHERS = { fuel: "otherFuel", goods: "otherGoods" };

const NUMBERS = ["good", "reject", "rework", "amount", "count", "removed", "installed", "kwh", "money"];
const CHOICES = ["asset", "counter", "fuel", "goods", "unit", "reason", "month"];

// An element; text is always text.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function options(name, words, choices, wall) {
  const first = { value: "", text: name === "asset" ? words.site : words.choose };
  const named = (ids, table) => ids.map((value) => ({ value, text: table[value] || value }));
  const machines = choices.machines.map(({ id, name: text }) => ({ value: id, text }));
  switch (name) {
    case "asset": return [first, ...machines];
    case "counter": return [first, ...machines.filter((one) => choices.counters.includes(one.value))];
    case "fuel": return [first, ...named(choices.fuels, words.fuels), { value: "*", text: words.otherOne }];
    case "goods": return [first, ...named([...new Set([...choices.products, ...choices.materials, ...choices.fuels])], words.fuels),
      { value: "*", text: words.otherOne }];
    case "unit": return named(choices.units, {});
    case "reason": return [first, ...named(choices.reasons, words.reasons)];
    default: return lastMonths(wall, words.code);
  }
}

// The field's control, its value set.
function control(name, value, context) {
  const { words, choices, wall } = context;
  const id = `field-${name}`;
  const shared = { id, name, "aria-describedby": `${id}-hint` };
  if (CHOICES.includes(name)) {
    const rows = options(name, words, choices, wall);
    const select = element("select", shared, ...rows.map((row) => element("option", { value: row.value }, row.text)));
    select.value = rows.some((row) => row.value === value) ? value : rows[0].value;
    return select;
  }
  if (["at", "from", "until"].includes(name)) return element("input", { ...shared, type: "datetime-local", value });
  if (NUMBERS.includes(name)) {
    const inputmode = name === "count" ? "numeric" : "decimal";
    return element("input", { ...shared, type: "text", inputmode, autocomplete: "off", value });
  }
  if (["note", "words"].includes(name)) {
    const area = element("textarea", { ...shared, maxlength: 500, rows: 3 });
    area.value = value;
    return area;
  }
  const list = { product: choices.products, material: choices.materials }[name];
  return element("input", { ...shared, type: "text", maxlength: 40, autocomplete: "off", list: list ? `${id}-list` : null, value });
}

function unitOf(name, choices) {
  if (["good", "reject", "rework"].includes(name)) return choices.output_unit;
  if (["removed", "installed", "kwh"].includes(name)) return "kWh";
  return name === "money" ? choices.currency : "";
}

// A field with its label and the place for hints and faults.
function field(name, optional, value, context) {
  const { words, choices } = context;
  const id = `field-${name}`;
  const unit = unitOf(name, choices);
  const label = words.fields[name === "counter" ? "asset" : name] + (unit ? ` (${unit})` : "");
  const list = { product: choices.products, material: choices.materials }[name];
  const isPlain = optional && name !== "asset" && name !== "note";
  return element("div", { class: "field", "data-field": name },
    element("label", { for: id }, isPlain ? `${label}, ${words.optional}` : label),
    control(name, value, context),
    list ? element("datalist", { id: `${id}-list` }, ...list.map((text) => element("option", { value: text }))) : null,
    element("span", { class: "hint", id: `${id}-hint` }));
}

// What a form begins with.
function defaults(kind, context) {
  const { choices, wall } = context;
  const asset = kind === "output" ? choices.output || "" : "";
  return { at: wall, from: wall, until: wall, asset, unit: choices.units[0] };
}

// The same fields filled in from an entry that is to be corrected, or that was refused.
function valuesOf(kind, entry, context) {
  const values = defaults(kind, context);
  for (const name of FORMS[kind].map((name) => name.replace("?", ""))) {
    const value = entry[PLACES[name] || name] || "";
    if (name === "month") values[name] = value.slice(0, 7);
    else if (NUMBERS.includes(name) && value) values[name] = shownPlain(value, context.words.code);
    else values[name] = value;
  }
  for (const [name, other] of Object.entries(OTHERS).filter(([, other]) => other in values)) {
    const isOffered = options(name, context.words, context.choices, context.wall).some((row) => row.value === values[name]);
    [values[name], values[other]] = isOffered ? [values[name], ""] : ["*", values[name]];
  }
  return values;
}

// As people would type it: no groups, so that it is never in doubt.
const shownPlain = (text, language) => (language === "vi" ? text.replace(".", ",") : text);

// One field judged: { value } or { fault, figures }.
function judged(name, optional, typed, values, context) {
  const text = typed.trim();
  const offered = Object.keys(OTHERS).find((one) => OTHERS[one] === name);
  if (offered && values[offered] !== "*") return { value: "" };
  if (!text) {
    if (optional) return { value: "" };
    return { fault: CHOICES.includes(name) ? "choose" : "empty" };
  }
  if (NUMBERS.includes(name)) {
    const read = readNumber(text, context.words.code);
    return name === "count" && !read.fault && read.value.includes(".") ? { fault: "whole" } : read;
  }
  if (["at", "from"].includes(name) && between(context.wall, text) > 15 * 60000) return { fault: "ahead" };
  if (name === "until" && between(values.from, text) < 0) return { fault: "ends" };
  if (name === "until" && between(values.from, text) > 31 * 86400000) return { fault: "long" };
  if (["product", "material", "otherFuel", "otherGoods"].includes(name) && !/^[\p{L}\p{N}]/u.test(text)) return { fault: "label" };
  return { value: text };
}

// The whole form: { entry } or { faults: { name: sentence } }.
function readForm(kind, values, context) {
  const entry = { kind };
  const faults = {};
  for (const marked of FORMS[kind]) {
    const [name, optional] = [marked.replace("?", ""), marked.endsWith("?")];
    const read = judged(name, optional, values[name] || "", values, context);
    if (read.fault) faults[name] = fill(context.words.faults[read.fault], ...(read.figures || []));
    else if (read.value && read.value !== "*") entry[PLACES[name] || name] = read.value;
  }
  if (kind === "output" && !["good", "reject", "rework"].some((name) => entry[name] || faults[name])) {
    faults.good = context.words.faults.amounts;
  }
  if (kind === "bill" && entry.at) {
    entry.until = monthEnd(entry.at);
    entry.at = `${entry.at}-01T00:00`;
  }
  return Object.keys(faults).length ? { faults } : { entry };
}
