// Stops that wait for a reason: a card each, on every phone, until somebody taps one.

const STOPS = "millwatt-form-stops";
const LOOK_AGAIN = 30000;

// As the gateway told it last; `answered` was said here and is in no answer of the gateway yet.
const stops = { cards: [], told: [], more: 0, ...store.get(STOPS), answered: [], open: null, shows: false, all: false };

// How many are shown before somebody asks for the rest: the menu below must stay in reach.
const FIRST = 3;

async function loadStops() {
  if (!state.me) return;
  // What is still in the queue when the gateway is asked is not in its answer.
  const waiting = new Set(queue.all().filter((item) => !item.reason).map((item) => item.entry.id));
  const known = stops.answered.filter(({ id }) => !waiting.has(id));
  const answer = await ask("/form/stops");
  if (!answer || answer.status !== 200) return;
  const { cards, told, more } = answer.body;
  stops.answered = stops.answered.filter((entry) => !known.includes(entry));
  const isNew = JSON.stringify([cards, told, more]) !== JSON.stringify([stops.cards, stops.told, stops.more]);
  Object.assign(stops, { cards, told, more });
  store.set(STOPS, { cards, told, more });
  if ((isNew || known.length) && state.view === "menu" && state.drawn === "menu") render();
}

function forgetStops() {
  Object.assign(stops, { cards: [], told: [], more: 0, answered: [], open: null });
  store.set(STOPS, null);
}

const keyOf = (card) => `${card.asset}-${card.from}`;
const meets = (entry, card) => entry.asset === card.asset && entry.at < card.until && (entry.until || entry.at) > card.from;

// Those that nobody has answered on this phone.
function openCards() {
  const queued = queue.all().filter((item) => !item.reason && item.entry.kind === "stop").map((item) => item.entry);
  return stops.cards.filter((card) => ![...queued, ...stops.answered].some((entry) => meets(entry, card)));
}

// --- How it looks ---

function stopsView(text) {
  const cards = openCards();
  if (!cards.length) return null;
  const shown = stops.all ? cards : cards.slice(0, FIRST);
  return element("section", { id: "stops", "aria-labelledby": "stops-head" },
    element("h2", { id: "stops-head", tabindex: -1 }, fill(text.stops, cards.length + stops.more)),
    element("p", { class: "hint" }, text.tapReason),
    element("ul", {}, ...shown.map((card) => cardView(card, text))),
    cards.length > FIRST ? button(stops.all ? text.fewerStops : fill(text.moreStops, cards.length + stops.more - FIRST),
      () => { stops.all = !stops.all; render(); }, { id: "more-stops", "aria-expanded": String(stops.all) }) : null);
}

function cardView(card, text) {
  const key = keyOf(card);
  const mode = stops.open && stops.open.key === key ? stops.open.mode : "";
  const name = nameOf(card.asset);
  const when = card.standing ? fill(text.standsSince, shownShort(card.from, text)) : shownSpan(card.from, card.until, text);
  const toggle = (wanted, label) => button(label, () => openCard(card, mode === wanted ? "" : wanted),
    { "aria-expanded": String(mode === wanted), id: `${wanted}-${key}` });
  return element("li", { class: card.standing ? "card standing" : "card", "data-card": key },
    element("h3", { id: `card-${key}`, tabindex: -1 }, name),
    element("p", { class: "when" }, [when, lasted(card, text)].join(" · ")),
    card.said ? element("p", { class: "when" }, fill(text.saidBefore, text.reasons[card.said] || card.said)) : null,
    mode === "split" ? splitView(card, text) : reasonsView(card, mode === "all", text),
    element("div", { class: "bar" }, toggle("all", mode === "all" ? text.fewerReasons : text.moreReasons),
      toggle("split", mode === "split" ? text.oneReason : text.twoReasons)));
}

function reasonsView(card, all, text) {
  const reasons = all ? state.config.choices.reasons : card.likely;
  const label = `${nameOf(card.asset)}, ${text.fields.reason}`;
  return element("div", { class: "menu", role: "group", "aria-label": label },
    ...reasons.map((reason) => button(text.reasons[reason] || reason, () => explain(card, [entryOf(card, { product: reason })]),
      { "data-reason": reason })));
}

// Two reasons one after the other: until when the first, which was it, which came then.
function splitView(card, text) {
  const { values, faults } = stops.open;
  const reasons = [["", text.choose], ...state.config.choices.reasons.map((reason) => [reason, text.reasons[reason] || reason])];
  const marked = (name) => ({ "aria-describedby": `split-${name}-fault`, "aria-invalid": String(Boolean(faults[name])) });
  const select = (name) => {
    const made = element("select", { id: `split-${name}`, name, ...marked(name) }, ...reasons.map(([value, shown]) => element("option", { value }, shown)));
    made.value = values[name] || "";
    return made;
  };
  const labelled = (name, label, control) => element("div", { class: "field" }, element("label", { for: `split-${name}` }, label), control,
    element("span", { class: "hint fault", id: `split-${name}-fault` }, faults[name] || ""));
  const time = element("input", { id: "split-time", name: "time", ...marked("time"), type: "datetime-local", value: values.time, min: card.from, max: endOf(card) });
  return element("form", { novalidate: true, onsubmit: (event) => split(event, card), oninput: keepSplit, onchange: keepSplit },
    labelled("first", text.firstReason, select("first")), labelled("time", text.splitAt, time), labelled("then", text.thenReason, select("then")),
    element("button", { type: "submit", class: "main" }, text.save));
}

function keepSplit(event) {
  stops.open.values[event.target.name] = event.target.value;
}

function openCard(card, mode) {
  const values = { first: "", then: "", time: middleOf(card) };
  stops.open = mode ? { key: keyOf(card), mode, values, faults: {} } : null;
  render();
}

// Those that have a reason, for a second thought or a word more.
function toldView(text) {
  if (!stops.told.length) return null;
  const rows = stops.told.map((told) => {
    const entry = { kind: "stop", id: told.id, asset: told.asset, at: told.at, until: told.until || "", product: told.product, note: told.note };
    const comment = { at: told.at, asset: told.asset, note: "" };
    return row(entry, text, "kept", told.by ? fill(text.by, told.by) : "",
      button(text.correct, () => openForm("stop", entry, told.mine ? told.id : ""), { "data-act": "reason" }),
      button(text.comment, () => openForm("note", comment), { "data-act": "comment" }));
  });
  return element("details", { id: "told", open: stops.shows, ontoggle: (event) => { stops.shows = event.target.open; } },
    element("summary", {}, fill(text.told, rows.length)), element("ul", {}, ...rows));
}

const nameOf = (asset) => (state.config.choices.machines.find((one) => one.id === asset) || { name: asset }).name;

function lasted(card, text) {
  const whole = Math.round(between(card.from, card.until) / 60000);
  const length = shownLength(whole, text);
  return whole - card.minutes > 2 ? `${length}, ${fill(text.ofShifts, shownLength(card.minutes, text))}` : length;
}

// --- What is said ---

// While it stands, a reason is given up to now.
const endOf = (card) => (card.standing && now() > card.until ? now() : card.until);

function middleOf(card) {
  const half = Math.round(between(card.from, endOf(card)) / 120000) * 60000;
  return wallTime(Date.parse(`${card.from}Z`) + half, 0);
}

function entryOf(card, part) {
  const entry = { kind: "stop", asset: card.asset, at: card.from, until: endOf(card), ...part };
  return card.standing && !part.until ? { ...entry, standing: true } : entry;
}

function split(event, card) {
  event.preventDefault();
  const text = words();
  const { values } = stops.open;
  const end = endOf(card);
  const faults = {};
  for (const name of ["first", "then"]) if (!values[name]) faults[name] = text.faults.choose;
  if (!(values.time > card.from && values.time < end)) faults.time = fill(text.faults.between, shown(card.from), shown(end));
  stops.open.faults = faults;
  if (Object.keys(faults).length) {
    render();
    return document.getElementById(`split-${Object.keys(faults)[0]}`).focus();
  }
  explain(card, [entryOf(card, { until: values.time, product: values.first }), entryOf(card, { at: values.time, product: values.then })]);
}

// Puts the reasons into the queue; the next card takes the place of this one.
function explain(card, entries) {
  const place = openCards().findIndex((one) => keyOf(one) === keyOf(card));
  stops.open = null;
  enqueue(entries);
  render();
  const left = openCards().slice(0, stops.all ? undefined : FIRST);
  const next = left.length ? document.getElementById(`card-${keyOf(left[Math.min(place, left.length - 1)])}`) : document.querySelector("h2");
  next.focus();
  send();
}

setInterval(() => document.visibilityState === "visible" && state.view === "menu" && loadStops(), LOOK_AGAIN);
