// Numbers and times as people write them, and as the gateway wants them.

const grouped = (digits, mark) => digits.replace(/\B(?=(\d{3})+$)/g, mark);

// "1250.5" as people of a language read it.
function shownNumber(text, language) {
  const [whole, part] = text.split(".");
  const [group, point] = language === "vi" ? [".", ","] : [",", "."];
  const number = grouped(whole.replace("-", ""), group) + (part ? point + part : "");
  return whole.startsWith("-") ? `\u2212${number}` : number;
}

// Whether digits stand in groups of three.
const isGrouped = (text, mark) => new RegExp(`^\\d{1,3}(\\${mark}\\d{3})+$`).test(text);

// Reads a number with a comma or a point: { value: "1250.5" } or { fault, figures }. What may mean two things is asked about.
function readNumber(typed, language) {
  const text = typed.replace(/[\s\u00a0\u202f]/g, "");
  if (/^[-\u2212]/.test(text)) return { fault: "negative" };
  if (!/^[\d.,]*\d[\d.,]*$/.test(text)) return { fault: "number" };
  const marks = text.replace(/\d/g, "");
  const last = marks.slice(-1);
  if (!marks) return checkedNumber(text, "");
  const at = text.lastIndexOf(last);
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  if (marks.length > 1) {
    if (isGrouped(text, last)) return checkedNumber(text.replaceAll(last, ""), "");
    const other = last === "," ? "." : ",";
    if (!isGrouped(before, other)) return { fault: "number" };
    return checkedNumber(before.replaceAll(other, ""), after);
  }
  if (!before || !after) return { fault: "number" };
  if (after.length === 3 && /^[1-9]\d{0,2}$/.test(before)) {
    const point = language === "vi" ? "," : ".";
    const short = after.replace(/0+$/, "");
    return { fault: "ambiguous", figures: [text, before + after, short ? before + point + short : before] };
  }
  return checkedNumber(before, after);
}

function checkedNumber(whole, part) {
  const bare = whole.replace(/^0+(?=\d)/, "");
  if (part.length > 3) return { fault: "decimals" };
  if (bare.length > 12) return { fault: "large" };
  return { value: part ? `${bare}.${part}` : bare };
}

// The site's time, `2026-03-02T16:05`, whatever zone the phone is in: `skew` is site time less phone time, ms.
const wallTime = (milliseconds, skew) => new Date(milliseconds + skew).toISOString().slice(0, 16);

// Milliseconds between two of them.
const between = (from, to) => Date.parse(`${to}Z`) - Date.parse(`${from}Z`);

function shownTime(wall, language) {
  const [date, time] = wall.split("T");
  const [year, month, day] = date.split("-");
  return language === "vi" ? `${time} ${day}/${month}/${year}` : `${date} ${time}`;
}

// Without the year, and of today without the date.
function shownShort(wall, words) {
  const [date, time] = wall.split("T");
  if (date === now().slice(0, 10)) return words.code === "vi" ? `${time} ${words.today}` : `${words.today} ${time}`;
  const [, month, day] = date.split("-");
  return words.code === "vi" ? `${time} ${day}/${month}` : `${month}-${day} ${time}`;
}

// From when to when; a date that both share stands once.
function shownSpan(from, until, words) {
  const [first, last] = [from, until].map((wall) => wall.split("T"));
  if (first[0] !== last[0]) return `${shownShort(from, words)} – ${shownShort(until, words)}`;
  return words.code === "vi" ? `${first[1]} – ${shownShort(until, words)}` : `${shownShort(from, words)} – ${last[1]}`;
}

// How long, from minutes.
function shownLength(minutes, words) {
  const [short, hours, days] = words.lengths;
  if (minutes < 60) return fill(short, minutes);
  if (minutes < 1440) return fill(hours, Math.floor(minutes / 60), minutes % 60);
  return fill(days, Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60));
}

// The last two years' months, the newest first: { value: "2026-02", text }.
function lastMonths(wall, language) {
  let [year, month] = wall.split("-").map(Number);
  const months = [];
  for (let count = 0; count < 24; count += 1) {
    const digits = String(month).padStart(2, "0");
    const text = language === "vi" ? `Tháng ${digits}/${year}` : `${year}-${digits}`;
    months.push({ value: `${year}-${digits}`, text });
    [year, month] = month === 1 ? [year - 1, 12] : [year, month - 1];
  }
  return months;
}

// The first moment of the month after one.
function monthEnd(value) {
  const [year, month] = value.split("-").map(Number);
  const next = month === 12 ? [year + 1, 1] : [year, month + 1];
  return `${String(next[0]).padStart(4, "0")}-${String(next[1]).padStart(2, "0")}-01T00:00`;
}
