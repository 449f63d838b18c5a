// What waits to be sent. It is read from the browser's store before each change, for another tab may have changed it.

const QUEUE = "millwatt-form-queue";

const store = {
  memory: new Map(),
  broken: false,
  get(key) {
    if (!this.broken) {
      try {
        const text = localStorage.getItem(key);
        return text === null ? null : JSON.parse(text);
      } catch {
        this.broken = true;
      }
    }
    return this.memory.has(key) ? this.memory.get(key) : null;
  },
  set(key, value) {
    this.memory.set(key, value);
    try {
      localStorage.setItem(key, JSON.stringify(value));
      this.broken = false;
    } catch {
      this.broken = true;
    }
  },
};

// Each: { entry, person, since, reason }, `reason` where it was refused.
const queue = {
  all: () => store.get(QUEUE) || [],
  change(how) {
    store.set(QUEUE, how(queue.all()));
  },
  add(entry, person, since) {
    queue.change((items) => [...items, { entry, person, since, reason: "" }]);
  },
  remove(id) {
    queue.change((items) => items.filter((item) => item.entry.id !== id));
  },
  refuse(id, reason) {
    queue.change((items) => items.map((item) => (item.entry.id === id ? { ...item, reason } : item)));
  },
  // Of one person, not refused, in the order in which they were filled in.
  toSend: (person) => queue.all().filter((item) => item.person === person && !item.reason),
};

// Sixteen hexadecimal digits, drawn by lot.
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Asks the gateway: { status, body }, or null when it cannot be reached.
async function ask(path, method = "GET", body = undefined) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 15000);
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await fetch(path, { method, headers, body: text, signal: stop.signal, credentials: "same-origin" });
    return { status: answer.status, body: await answer.json() };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
