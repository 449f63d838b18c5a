// A reader's hour with a report, from file://: what is shown and saved, as JSON on standard output; `wrong` lists every
// assertion that failed.
// usage: node report.cjs '{"report", "other", "hostile", "name", "folder", "chromium", "modules"}'
//   other: the report of another site; hostile: one whose site is called `name`; folder: for what is saved
const fs = require("node:fs");
const path = require("node:path");
const { Reader, round, use, enter, unfold, settled, dates, active, day } = require("./reader.cjs");
const { broken } = require("./logs.cjs");
const { table, formulas, sheets, pages } = require("./saved.cjs");
const look = require("./look.cjs");

const PARTS = ["head", "owner", "sites", "machines", "energy", "baseline", "actions", "review", "compliance", "systems",
  "quality", "trust", "figures", "method"];
const BASELINE_DAYS = 14;

const figures = (page) => page.$$eval("tr[data-indicator]", (rows) => rows.map((row) => ({
  name: row.dataset.indicator,
  asset: row.dataset.asset,
  part: row.dataset.part,
  value: row.dataset.value,
  coverage: row.dataset.coverage,
})));
const period = async (page) => ({ dates: await dates(page), figures: await figures(page) });
const baseline = (page) => page.$$eval("[data-figure]", (cells) =>
  Object.fromEntries(cells.map((cell) => [cell.dataset.figure, cell.dataset.value])));

// The figures of three periods in two languages, and what was open stays open.
async function periods(reader, page) {
  const { told } = reader;
  told.title = await page.textContent("h1");
  told.language = [await page.getAttribute("html", "lang")];
  await use(page, "whole");
  told.whole = await period(page);
  await page.locator("[data-section='figures.all'] summary").evaluate((one) => one.click());
  await use(page, "week");
  reader.check(await page.locator("[data-section='figures.all'] details[open]").count() === 1,
    "a table that was opened stays open when the period changes");
  told.week = await period(page);
  await use(page, "en");
  told.language.push(await page.getAttribute("html", "lang"));
  told.english = await period(page);
  const [first] = told.whole.dates;
  await enter(page, "[data-act=from]", first);
  await enter(page, "[data-act=to]", first);
  told.day = await period(page);
  await use(page, "vi");
}

// Each button gives the days that its name says; one step back and one forth lead home.
async function presets(reader, page) {
  const [first, last] = reader.told.whole.dates;
  const since = { day: last, week: day(last, -6), days30: day(last, -29), month: `${last.slice(0, 8)}01`, year: `${last.slice(0, 5)}01-01`, whole: first };
  for (const [act, from] of Object.entries(since)) {
    await use(page, act);
    const expected = [from > first ? from : first, last];
    const shown = await dates(page);
    reader.check(String(shown) === String(expected), `${act} shows ${expected}`, shown);
    reader.check(await page.getAttribute(`[data-act=${act}]`, "aria-pressed") === "true", `${act} is pressed`);
  }
  await use(page, "week");
  const week = await dates(page);
  await use(page, "earlier");
  const before = await dates(page);
  reader.check(String(before) === String([day(week[0], -7), day(week[0], -1)]), "the week before", before);
  await use(page, "later");
  reader.check(String(await dates(page)) === String(week), "and back", await dates(page));
  const midnight = await figures(page);
  await use(page, "by-shift");
  reader.check(JSON.stringify(await figures(page)) !== JSON.stringify(midnight), "days by shift are other days");
  reader.check(String(await dates(page)) === String(week), "of the same dates", await dates(page));
  await use(page, "by-shift");
  reader.check(JSON.stringify(await figures(page)) === JSON.stringify(midnight), "days from midnight are back");
}

// Where something stands once the page has laid out what came into sight with it.
async function resting(element) {
  for (let before = null; ;) {
    await element.scrollIntoViewIfNeeded();
    await element.page().waitForTimeout(150);
    const box = await element.boundingBox();
    if (before && Math.abs(box.y - before.y) < 1 && Math.abs(box.x - before.x) < 1) return box;
    before = box;
  }
}

// From one share of a drawing's time to another.
async function drag(page, drawing, from, to) {
  const svg = page.locator(drawing).first();
  const box = await resting(svg);
  const [left, right, width] = await svg.evaluate((one) =>
    [Number(one.dataset.left), Number(one.dataset.right), one.viewBox.baseVal.width]);
  const x = (share) => box.x + ((left + (right - left) * share) * box.width) / width;
  await page.mouse.move(x(from), box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(x((from + to) / 2), box.y + box.height / 2, { steps: 4 });
  await page.mouse.move(x(to), box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
}

const chosenBaseline = async (page) => {
  const text = await page.textContent("details.set summary");
  return (text.match(/\d\d\/\d\d\/\d{4}/g) || []).map((date) => date.split("/").reverse().join("-"));
};

// A baseline by a button, then another by a drag; the states of machines looked at from near.
async function brushes(reader, page) {
  const { told } = reader;
  const [first] = told.whole.dates;
  await enter(page, "[data-act=from]", first);
  await enter(page, "[data-act=to]", day(first, BASELINE_DAYS - 1));
  await use(page, "brush:baseline");
  await use(page, "whole");
  told.taken = { dates: await chosenBaseline(page), figures: await baseline(page) };
  await round(page, () => drag(page, "svg[data-brush=baseline]", 0.02, 0.8));
  told.dragged = { dates: await chosenBaseline(page), figures: await baseline(page) };
  reader.check(String(told.taken.dates) !== String(told.dragged.dates), "a drag sets another baseline", told.dragged.dates);
  const states = "svg[data-brush^='machines.']";
  const ends = () => page.$eval(states, (svg) => [Number(svg.dataset.from), Number(svg.dataset.to)]);
  const before = await ends();
  await round(page, () => drag(page, states, 0.4, 0.6));
  const after = await ends();
  const share = (after[1] - after[0]) / (before[1] - before[0]);
  reader.check(share > 0.15 && share < 0.25, "a drag over the states looks closer", share);
  const opened = await page.evaluate(() => Number(document.documentElement.dataset.shown));
  await page.locator(states).first().click();
  reader.check(await page.evaluate(() => Number(document.documentElement.dataset.shown)) === opened, "a click is no drag");
}

// The keyboard stays where it was, and what is typed meanwhile is not lost.
async function keyboard(reader, page) {
  for (const act of ["week", "whole", "by-shift", "by-shift"]) {
    await page.focus(`[data-act=${act}]`);
    await round(page, () => page.keyboard.press("Enter"));
    reader.check(await active(page) === act, `${act} keeps the keyboard`, await active(page));
  }
  await page.focus("[data-act=en]");
  await round(page, () => page.keyboard.press("Space"));
  reader.check(await active(page) === "vi", "the language's button keeps the keyboard", await active(page));
  await page.focus("[data-act=vi]");
  await round(page, () => page.keyboard.press("Enter"));
  const choice = page.locator("[data-section^='machines.'] select[data-act]").first();
  const name = await choice.getAttribute("data-act");
  await choice.focus();
  await round(page, () => page.keyboard.press("ArrowDown"));
  reader.check(await active(page) === name, "a choice keeps the keyboard", await active(page));
}

// Enters what an action costs and who does it, saves a copy, and finds both in it.
async function entries(reader, page) {
  const { told } = reader;
  const field = (name) => `[data-opportunity] input[data-act$='.${name}']`;
  await page.locator("[data-opportunity]").first().evaluate((one) => {
    for (let at = one; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  });
  const limits = await page.textContent("[data-section='trust.limits'] h3");
  await page.locator(field("investment")).first().fill("155000000");
  await round(page, async () => {
    await page.keyboard.press("Tab");
    await page.keyboard.type("Bà <Hoa>");
  });
  const typed = await page.inputValue(field("owner"));
  reader.check(typed === "Bà <Hoa>", "what is typed while the page computes stays", typed);
  await page.keyboard.press("Tab");
  const planned = page.waitForFunction(() => {
    const plan = document.querySelector("[data-section='actions.plan']").textContent;
    return plan.includes("155.000.000") && plan.includes("Bà <Hoa>");
  });
  reader.check(await planned.then(() => true, () => false), "the plan says who does it and what it costs");
  await settled(page);
  const copy = await reader.saved(page, "[data-wish=copy]", "copy.html");
  reader.check(/^[a-z0-9-]+\.html$/.test(copy.suggested), "a plain name", copy.suggested);
  told.events = (await reader.saved(page, "[data-wish=events]", "entered.csv")).file;
  const again = await reader.open(copy.file);
  const kept = [await again.inputValue(field("investment")), await again.inputValue(field("owner"))];
  reader.check(String(kept) === "155000000,Bà <Hoa>", "the copy holds what was entered", kept);
  reader.check(await again.textContent("[data-section='trust.limits'] h3") !== limits, "the copy says that entries are not signed");
  reader.check(await again.locator("[data-wish=events]").isEnabled(), "the copy gives its entries, too");
  const twice = await reader.saved(again, "[data-wish=copy]", "copy-of-copy.html");
  reader.check(twice.bytes.equals(copy.bytes), "a copy of the copy is the copy", [twice.bytes.length, copy.bytes.length]);
  told.copy = copy.file;
  await again.close();
}

// Every kind of file that the page saves.
async function exports(reader, page) {
  const { told } = reader;
  await use(page, "whole");
  told.json = { dates: await dates(page), file: (await reader.saved(page, "[data-wish=json]", "indicators.json")).file };
  const all = await reader.saved(page, "[data-wish=csv]", "indicators.csv");
  reader.check(table(all.bytes).length === told.whole.figures.length + 1, "a row for each indicator", table(all.bytes).length);
  const section = "[data-section='energy.daily']";
  const csv = await reader.saved(page, `${section} [data-save=csv]`, "section.csv");
  reader.check(csv.suggested === "energy-daily.csv" && table(csv.bytes).length > 2, "the days as CSV", csv.suggested);
  const svg = await reader.saved(page, `${section} [data-save=svg]`, "section.svg");
  reader.check(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/.test(svg.bytes.toString("utf8", 0, 400)), "an SVG that stands alone");
  const png = (await reader.saved(page, `${section} [data-save=png]`, "section.png")).bytes;
  reader.check(png.toString("latin1", 1, 4) === "PNG" && png.readUInt32BE(16) === 1600 && png.length > 5000, "a PNG of 1600 pixels",
    png.length);
  const book = sheets((await reader.saved(page, "[data-wish=xlsx]", "tables.xlsx")).bytes);
  reader.check(book.length > 10, "a workbook with a sheet for each table", book.length);
  reader.check(!book.some((xml) => /<f[ >]/.test(xml)), "without a formula");
  told.sheets = book.length;
  for (const [name, { bytes }] of Object.entries({ all, csv })) reader.check(!formulas(bytes).length, `${name} computes nothing`, formulas(bytes));
  const pdf = await page.pdf({ path: path.join(reader.plan.folder, "report.pdf"), preferCSSPageSize: true });
  told.pages = pages(pdf);
  reader.check(pdf.length < 3e6, "a print that can be mailed", pdf.length);
  reader.check(told.pages >= 8 && told.pages <= 90, "a report of a few dozen pages", told.pages);
}

// Another site beside this one, then files that are none: a sentence each, and the page goes on.
async function others(reader, page) {
  const add = (files) => round(page, () => page.setInputFiles("#add-site", files));
  await use(page, "en");
  await add(reader.plan.other);
  reader.check(await page.locator("[data-section='sites.compared'] tbody tr").count() === 3, "two sites and their sum",
    await page.textContent("#part-sites"));
  const bad = broken(fs.readFileSync(reader.plan.report, "utf8"));
  for (const { word, ...file } of bad) {
    await add(file);
    const said = await page.locator("[data-section='sites.files'] li").last().evaluate((one) =>
      [...one.querySelectorAll(".missing")].map((line) => line.textContent));
    reader.check(said.length === 1 && said[0].includes(word), `one sentence about ${file.name}`, said);
  }
  await use(page, "week");
  const removers = page.locator("[data-section='sites.files'] button");
  reader.check(await removers.count() === bad.length + 1, "a button that removes each", await removers.count());
  for (let left = bad.length; left >= 0; left -= 1) await round(page, () => removers.last().evaluate((one) => one.click()));
  reader.check(!(await page.textContent("#part-sites")).trim(), "and nothing is left of them");
  await use(page, "vi");
}

// On a phone the summary comes first, then a title for each chapter; the way to one unfolds it, and it stays open.
async function chapters(reader, page) {
  const windows = await page.evaluate(() => document.documentElement.scrollHeight / innerHeight);
  reader.check(windows < 6, "a phone's page is a summary and titles", windows);
  const open = () => page.$$eval(".chapter[open]", (all) => all.map((one) => one.parentElement.id));
  reader.check(!(await open()).length, "no chapter is unfolded", await open());
  await page.locator(".chapters a[href='#part-energy']").click();
  reader.check(String(await open()) === "part-energy", "the way to a chapter unfolds it", await open());
  await use(page, "week");
  reader.check(String(await open()) === "part-energy", "it stays unfolded", await open());
  await use(page, "days30");
}

// The way to a chapter leads to its title, however long the page before it.
async function ways(reader, page, where) {
  for (const part of ["trust", "machines", "method"]) {
    await page.locator(`.chapters a[href='#part-${part}']`).evaluate((way) => way.click());
    const leads = page.waitForFunction((id) => {
      const { top } = document.querySelector(`#part-${id} h2`).getBoundingClientRect();
      const isAtEnd = scrollY + innerHeight > document.documentElement.scrollHeight - 4;
      return top > 0 && top < (isAtEnd ? innerHeight : 160);
    }, part, { timeout: 5000 });
    reader.check(await leads.then(() => true, () => false), `${where}: the way to ${part} leads there`);
  }
}

const dress = (page, colorScheme) => page.emulateMedia({ colorScheme });

// What axe finds, light in each language and dark in one: colours do not depend on words.
async function barriers(reader, page, where, isDark) {
  if (isDark) {
    await dress(page, "dark");
    const found = await page.evaluate(look.barriers, ["color-contrast"]);
    reader.check(!found.length, `${where} dark: axe finds nothing`, found);
  }
  await dress(page, "light");
  const found = await page.evaluate(look.barriers, null);
  reader.check(!found.length, `${where}: axe finds nothing`, found);
}

// Every part in both languages at one width, light and dark: nothing stands out, nothing is too small, no barriers.
async function widths(reader, width, height) {
  const page = await reader.open(reader.plan.report, { width, height });
  await reader.freeze(page, "opening");
  await page.evaluate(fs.readFileSync(path.join(reader.plan.modules, "axe-core/axe.min.js"), "utf8"));
  if (width < 500) await chapters(reader, page);
  await ways(reader, page, width);
  for (const language of ["vi", "en"]) {
    if (language === "en") await use(page, "en");
    await reader.freeze(page, "language");
    const where = `${width} ${language}`;
    const drawn = await page.evaluate(look.parts);
    reader.check(String(drawn.map(([name]) => name)) === String(PARTS), `${where}: every part`, drawn);
    const bare = drawn.filter(([name, length]) => name !== "sites" && length < 40);
    reader.check(!bare.length, `${where}: no empty part`, bare);
    await unfold(page);
    for (const [name, sentence] of [["outside", "stands out of the window"], ["small", "is too small for a thumb"]]) {
      const found = await page.evaluate(look[name]);
      reader.check(!found.length, `${where}: nothing ${sentence}`, found.slice(0, 8));
    }
    reader.told.overlaps[where] = await page.evaluate(look.overlaps);
    if (width !== 820) await barriers(reader, page, where, language === "vi");
    for (const scheme of ["light", "dark"]) {
      await dress(page, scheme);
      await page.screenshot({ path: path.join(reader.plan.folder, `report-${width}-${language}-${scheme}.png`), fullPage: true });
    }
    await settled(page);
  }
  await page.close();
  reader.lap(`at ${width}`);
}

// Names that would be markup, a formula, or text from right to left are text.
async function hostile(reader) {
  const page = await reader.open(reader.plan.hostile, { width: 390, height: 844 });
  const { name } = reader.plan;
  reader.check(await page.textContent("h1") === name && (await page.title()).includes(name), "a name is text", await page.textContent("h1"));
  reader.check(await page.locator("main img, main script, main iframe").count() === 0, "and never an element");
  await unfold(page);
  const turns = (await page.textContent("main")).match(/.{0,30}[\u202a-\u202e\u2066-\u2069].{0,30}/g) || [];
  reader.check(!turns.length, "no name turns the words around it", turns);
  const outside = await page.evaluate(look.outside);
  reader.check(!outside.length, "hostile names stay inside the window", outside.slice(0, 8));
  const sections = await page.$$eval("[data-section]:has(table)", (all) => all.map((one) =>
    [one.dataset.section, new TextDecoder().decode(wasm_bindgen.table_as_csv(one))]));
  reader.check(sections.length > 2, "tables to save", sections.length);
  for (const [section, text] of sections) {
    const found = formulas(Buffer.from(text));
    reader.check(!found.length, `${section} as CSV computes nothing`, found);
  }
  const all = await reader.saved(page, "[data-wish=csv]", "hostile.csv");
  reader.check(!formulas(all.bytes).length, "nor do the indicators", formulas(all.bytes));
  reader.check(/^[a-z0-9-]+\.csv$/.test(all.suggested), "the file's name is plain", all.suggested);
  await page.close();
  reader.lap("hostile");
}

async function main() {
  const reader = await Reader.begin(JSON.parse(process.argv[2]));
  const page = await reader.open(reader.plan.report);
  await reader.freeze(page, "opening");
  for (const story of [periods, presets, brushes, keyboard, entries, exports, others]) {
    await story(reader, page);
    await reader.freeze(page, story.name);
    reader.lap(story.name);
  }
  await page.close();
  for (const [width, height] of [[390, 844], [820, 1180], [1440, 900]]) await widths(reader, width, height);
  await hostile(reader);
  await reader.browser.close();
  console.log(JSON.stringify(reader.told));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
