// The form: who is signed in, which view is open, what waits and when it is sent.

const CONFIG = "millwatt-form-config";
const LANGUAGE = "millwatt-form-language";
const SHORTEST_WAIT = 2000;
const LONGEST_WAIT = 60000;

const state = {
  language: store.get(LANGUAGE) || "",
  // As the gateway told it last: site, language, people, choices, skew, me.
  config: store.get(CONFIG),
  me: null,
  view: "menu",
  // What stands on the screen.
  drawn: "",
  // What is being filled in: { kind, values, corrects, replaces, faults, person, at }.
  draft: null,
  recent: [],
  // Why nothing is sent: "", "away", "disk", or a fault of the gateway.
  trouble: "",
  isSending: false,
  keptAt: "",
  keptCount: 0,
  message: "",
  armed: "",
  wait: SHORTEST_WAIT,
  timer: 0,
};

const words = () => WORDS[state.language || (state.config && state.config.language)] || WORDS.vi;
const now = () => wallTime(Date.now(), state.config ? state.config.skew : -new Date().getTimezoneOffset() * 60000);
const context = () => ({ words: words(), choices: state.config.choices, wall: now() });
const shown = (wall) => shownTime(wall, words().code);
const button = (text, onclick, attributes = {}) => element("button", { type: "button", onclick, ...attributes }, text);

// --- What the gateway says ---

async function loadConfig() {
  const answer = await ask("/form/config");
  if (!answer || answer.status !== 200) {
    state.me = state.config ? state.config.me : null;
    troubled(answer);
    return refresh();
  }
  const { body } = answer;
  const choices = body.choices || (state.config && state.config.choices) || null;
  state.config = { ...body, choices, me: body.me || null, skew: Date.parse(`${body.now}Z`) - Date.now() };
  store.set(CONFIG, state.config);
  state.me = state.config.me;
  reached();
  refresh();
  if (state.me) {
    await loadRecent();
    await send();
    await loadStops();
  }
}

async function loadRecent() {
  const answer = await ask("/form/recent");
  if (answer && answer.status === 200) state.recent = answer.body.entries;
  if (state.view === "menu") render();
}

function reached() {
  [state.trouble, state.wait] = ["", SHORTEST_WAIT];
}

// Nothing could be sent: says why, and tries again later, ever more rarely.
function troubled(answer) {
  state.trouble = answer ? String(answer.body.detail || answer.body.error || answer.status) : "away";
  later();
}

function later() {
  clearTimeout(state.timer);
  state.timer = setTimeout(retry, state.wait);
  state.wait = Math.min(state.wait * 2, LONGEST_WAIT);
}

const retry = () => (state.me && queue.toSend(state.me).length ? send() : loadConfig());

function signedOut() {
  state.me = null;
  state.recent = [];
  forgetStops();
  if (state.config) store.set(CONFIG, { ...state.config, me: null });
  reached();
  render();
}

// --- Sending ---

async function send() {
  if (state.isSending || !state.me) return;
  const items = queue.toSend(state.me).slice(0, 50);
  if (!items.length) return;
  state.isSending = true;
  showStatus();
  const answer = await ask("/form/entries", "POST", items.map((item) => item.entry));
  state.isSending = false;
  if (answer && answer.status === 401) return signedOut();
  if (!answer || answer.status !== 200) troubled(answer);
  else settle(answer.body.entries);
  showStatus();
  if (state.view === "menu") render();
}

// Takes in what became of each entry.
function settle(outcomes) {
  const before = queue.toSend(state.me).length;
  const kept = outcomes.filter(({ outcome }) => outcome === "kept");
  kept.forEach(({ id }) => queue.remove(id));
  outcomes.filter(({ outcome }) => outcome === "refused").forEach(({ id, reason }) => queue.refuse(id, reason));
  reached();
  if (kept.length) {
    [state.keptAt, state.keptCount] = [now(), kept.length];
    loadRecent();
    loadStops();
  }
  if (outcomes.some(({ outcome }) => outcome === "waiting")) {
    state.trouble = "disk";
    later();
    return;
  }
  const left = queue.toSend(state.me).length;
  if (left && left < before) setTimeout(send, 0);
  else if (left) later();
}

// --- The line on top ---

function statusText() {
  const text = words();
  const all = queue.all();
  const lines = [];
  const open = all.filter((item) => !item.reason);
  const mine = open.filter((item) => item.person === state.me);
  if (mine.length) lines.push(fill(text.waits, mine.length, shown(mine[0].since)), state.isSending ? text.sending : whyNot());
  for (const person of new Set(open.filter((item) => item.person !== state.me).map((item) => item.person))) {
    lines.push(fill(text.others, open.filter((item) => item.person === person).length, person));
  }
  const rejected = all.length - open.length;
  if (rejected) lines.push(fill(text.rejected, rejected));
  if (!lines.length && state.trouble) lines.push(whyNot());
  if (!lines.length) lines.push(state.keptAt ? keptText() : text.nothingWaits);
  if (store.broken && open.length) lines.push(text.noStore);
  return lines.filter(Boolean).join(" ");
}

function keptText() {
  const text = words();
  const at = shown(state.keptAt);
  return state.keptCount > 1 ? fill(text.keptMany, state.keptCount, at) : fill(text.keptAt, at);
}

function whyNot() {
  const text = words();
  if (!state.trouble) return "";
  return text[state.trouble] && ["away", "disk"].includes(state.trouble) ? text[state.trouble] : fill(text.trouble, state.trouble);
}

function showStatus() {
  const line = document.getElementById("status");
  const text = statusText();
  // Only a change is read out.
  if (line.textContent !== text) line.textContent = text;
  const waits = queue.all().length > 0 || state.trouble !== "";
  line.className = waits ? "waiting" : state.keptAt ? "kept" : "";
}

// --- Views ---

const viewName = () => {
  if (!state.config) return "";
  if (!state.config.people.length) return "nobody";
  if (!state.me) return "sign-in";
  return state.config.choices ? state.view : "";
};

// Draws anew, unless somebody is typing into what would be drawn again.
function refresh() {
  if (["form", "sign-in"].includes(state.drawn) && viewName() === state.drawn) showStatus();
  else render();
}

function render() {
  const text = words();
  const { id, dataset } = document.activeElement;
  const find = () => (id ? document.getElementById(id) : dataset.kind ? document.querySelector(`[data-kind="${dataset.kind}"]`) : null);
  if (state.drawn === "form" && state.draft) state.draft.values = typedValues();
  state.drawn = viewName();
  document.documentElement.lang = text.code;
  document.title = state.config ? state.config.site : "millwatt";
  document.getElementById("head").replaceChildren(head(text));
  document.getElementById("page").replaceChildren(...view(text));
  showStatus();
  const again = find();
  if (again) again.focus();
}

function head(text) {
  const other = text.code === "vi" ? "en" : "vi";
  return element("div", { class: "bar" },
    element("h1", {}, state.config ? state.config.site : "millwatt"),
    element("span", { class: "me" }, state.me || ""),
    button(text.other, () => switchTo(other), { lang: other, id: "language" }),
    state.me ? button(text.signOut, signOut, { id: "sign-out" }) : null);
}

function view(text) {
  switch (state.drawn) {
    case "nobody": return nobody(text);
    case "sign-in": return signInView(text);
    case "form": return formView(text);
    case "menu": return menuView(text);
    default: return [];
  }
}

function nobody(text) {
  const command = `millwatt people add "Lan" --data ${state.config.data || "data"}`;
  return [element("h2", {}, text.signIn), element("p", {}, text.nobody), element("code", {}, command)];
}

function switchTo(language) {
  state.language = language;
  store.set(LANGUAGE, language);
  render();
}

// --- Signing in ---

function signInView(text) {
  const person = element("select", { id: "person", required: true },
    element("option", { value: "" }, text.choose),
    ...state.config.people.map((name) => element("option", { value: name }, name)));
  const pin = element("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 8 });
  const labelled = (id, label, input) => element("div", { class: "field" }, element("label", { for: id }, label), input);
  return [element("h2", {}, text.signIn), element("form", { onsubmit: (event) => signIn(event, person.value, pin), novalidate: true },
    labelled("person", text.person, person), labelled("pin", text.pin, pin),
    element("p", { class: "fault", role: "alert" }, state.message),
    element("button", { type: "submit", class: "main" }, text.enter))];
}

async function signIn(event, person, pin) {
  event.preventDefault();
  const answer = await ask("/form/session", "POST", { person, pin: pin.value });
  pin.value = "";
  if (answer && answer.status === 200) {
    state.message = "";
    if (state.draft && state.draft.person !== person) [state.view, state.draft] = ["menu", null];
    return loadConfig();
  }
  const text = words();
  if (!answer) state.message = text.away;
  else state.message = answer.status === 403 ? text.refused : fill(text.trouble, answer.body.detail || answer.status);
  document.querySelector("[role=alert]").textContent = state.message;
  pin.focus();
}

async function signOut() {
  await ask("/form/session", "DELETE");
  [state.view, state.draft] = ["menu", null];
  signedOut();
}

// --- The menu and what was reported lately ---

function menuView(text) {
  const kinds = Object.keys(FORMS).filter((kind) => kind !== "meter" || state.config.choices.counters.length);
  const menu = kinds.map((kind) => button(text.kinds[kind], () => openForm(kind), { "data-kind": kind }));
  const waiting = queue.all().filter((item) => item.person === state.me).map((item) => waitingRow(item, text));
  const kept = state.recent.map((entry) => keptRow(entry, text));
  const rows = [...waiting.reverse(), ...kept];
  return [stopsView(text), element("h2", { tabindex: -1 }, text.what), element("div", { class: "menu" }, ...menu),
    element("h2", {}, text.mine), rows.length ? element("ul", { id: "mine" }, ...rows) : element("p", {}, text.none), toldView(text)].filter(Boolean);
}

function described(entry, text) {
  const shownIf = (table, id) => table[id] || id;
  const product = entry.kind === "stop" ? shownIf(text.reasons, entry.product) : shownIf(text.fuels, entry.product);
  const amount = (value, unit, label = "") => (value ? `${label}${shownNumber(value, text.code)} ${unit || ""}`.trim() : "");
  const { output_unit: unit, currency } = state.config.choices;
  return [text.kinds[entry.kind], entry.asset ? nameOf(entry.asset) : "", entry.kind === "bill" ? "" : product,
    amount(entry.good, unit), amount(entry.reject, unit, `${text.fields.reject}: `), amount(entry.rework, unit, `${text.fields.rework}: `),
    amount(entry.amount, entry.kind === "bill" ? "kWh" : entry.unit), amount(entry.money, currency), entry.note].filter(Boolean).join(" · ");
}

function whenOf(entry) {
  if (entry.kind === "bill") return entry.at.slice(0, 7);
  return entry.until ? `${shown(entry.at)} – ${shown(entry.until)}` : shown(entry.at);
}

function row(entry, text, mark, label, ...buttons) {
  return element("li", { class: mark, "data-id": entry.id },
    element("div", { class: "when" }, whenOf(entry)), element("div", { class: "what" }, described(entry, text)),
    element("div", { class: `state ${mark}` }, label), element("div", { class: "bar" }, ...buttons));
}

function waitingRow({ entry, reason }, text) {
  if (!reason) return row(entry, text, "waiting", text.stateWaiting);
  const drop = () => { queue.remove(entry.id); render(); };
  return row(entry, text, "refused", fill(text.stateRefused, text.refusals[reason] || reason),
    FORMS[entry.kind] ? button(text.correct, () => openForm(entry.kind, entry, entry.corrects, entry.id)) : null, button(text.drop, drop));
}

function keptRow(kept, text) {
  const entry = flat(kept);
  if (kept.corrected) return row(entry, text, "corrected", text.stateCorrected);
  if (["withdraw", "meter"].includes(kept.kind)) return row(entry, text, "kept", text.stateKept);
  return row(entry, text, "kept", text.stateKept,
    button(text.correct, () => openForm(kept.kind, entry, kept.id), { "data-act": "correct" }),
    button(state.armed === kept.id ? text.sure : text.withdraw, () => withdraw(entry), { "data-act": "withdraw" }));
}

// An entry as it was sent, from what the gateway tells of its events.
function flat(kept) {
  const { id, kind, at, until, asset, product, note } = kept;
  const entry = { id, kind, at, until: until || "", asset, product: kind === "bill" ? "" : product, note };
  for (const { field: name, amount, unit } of kept.amounts) {
    if (["good", "reject", "rework", "money"].includes(name)) entry[name] = amount;
    if (["amount", "kwh"].includes(name)) [entry.amount, entry.unit] = [amount, kind === "people" ? "" : unit];
  }
  return entry;
}

function withdraw(entry) {
  if (state.armed !== entry.id) {
    state.armed = entry.id;
    return render();
  }
  state.armed = "";
  put({ kind: "withdraw", at: now(), corrects: entry.id });
}

// Puts entries into the queue.
function enqueue(entries) {
  const fresh = entries.map((entry) => ({ ...entry, id: freshId() }));
  fresh.forEach((entry) => queue.add(entry, state.me, now()));
  stops.answered.push(...fresh.filter((entry) => entry.kind === "stop"));
  state.keptAt = "";
}

// Puts an entry into the queue and sends it. One that is waiting to be corrected cannot be corrected twice.
function put(entry) {
  enqueue([entry]);
  [state.view, state.draft] = ["menu", null];
  render();
  document.querySelector("h2").focus();
  window.scrollTo(0, 0);
  send();
}

// --- A form ---

function openForm(kind, entry = null, corrects = "", replaces = "") {
  const values = entry ? valuesOf(kind, entry, context()) : defaults(kind, context());
  state.draft = { kind, values, corrects, replaces, faults: {}, person: state.me, at: entry ? entry.at : "" };
  state.view = "form";
  render();
  document.querySelector("h2").focus();
  window.scrollTo(0, 0);
}

function formView(text) {
  const { kind, values, corrects, at } = state.draft;
  const fields = FORMS[kind].map((marked) => {
    const name = marked.replace("?", "");
    return field(name, marked.endsWith("?"), values[name] || "", context());
  });
  const form = element("form", { onsubmit: submit, oninput: showHints, onchange: showHints, novalidate: true }, ...fields,
    element("button", { type: "submit", class: "main" }, text.save));
  queueMicrotask(() => showHints());
  const heading = corrects ? fill(text.correcting, shown(at)) : text.kinds[kind];
  return [button(text.back, closeForm, { class: "back" }), element("h2", { tabindex: -1 }, heading),
    corrects ? element("p", {}, text.correctingHint) : null, form].filter(Boolean);
}

function closeForm() {
  [state.view, state.draft] = ["menu", null];
  render();
}

function typedValues() {
  const controls = [...document.querySelectorAll("#page form [name]")];
  return Object.fromEntries(controls.map((one) => [one.name, one.value]));
}

// Below each number how it was understood; below each fault its sentence.
function showHints(event) {
  if (!state.draft || state.drawn !== "form") return;
  if (event) delete state.draft.faults[event.target.name];
  const text = words();
  const values = typedValues();
  for (const [name, value] of Object.entries(values)) {
    const hint = document.getElementById(`field-${name}-hint`);
    const fault = state.draft.faults[name];
    const read = NUMBERS.includes(name) && value.trim() ? readNumber(value, text.code) : {};
    hint.textContent = fault || (read.value ? `= ${shownNumber(read.value, text.code)}` : "");
    hint.classList.toggle("fault", Boolean(fault));
    document.getElementById(`field-${name}`).setAttribute("aria-invalid", fault ? "true" : "false");
  }
  for (const [name, other] of Object.entries(OTHERS)) {
    const written = document.querySelector(`[data-field=${other}]`);
    if (written) written.hidden = values[name] !== "*";
  }
}

function submit(event) {
  event.preventDefault();
  const { kind, corrects, replaces } = state.draft;
  const read = readForm(kind, typedValues(), context());
  state.draft.faults = read.faults || {};
  showHints();
  if (read.faults) return document.getElementById(`field-${Object.keys(read.faults)[0]}`).focus();
  if (replaces) queue.remove(replaces);
  put(corrects ? { ...read.entry, corrects } : read.entry);
}

// --- Beginning ---

window.addEventListener("online", () => retry());
window.addEventListener("storage", showStatus);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && retry());
render();
loadConfig();
