// A browser in a reader's hands: opens reports from file://, waits for the page's rounds, keeps what it saves.
const fs = require("node:fs");
const path = require("node:path");

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const PATIENCE = 60000;

// Whatever holds the page up for longer than 50 ms, in milliseconds.
const watchFreezes = () => {
  window.freezes = [];
  const keep = (list) => list.getEntries().forEach((one) => window.freezes.push(Math.round(one.duration)));
  new PerformanceObserver(keep).observe({ type: "longtask", buffered: true });
};

class Reader {
  constructor(plan, browser) {
    this.plan = plan;
    this.browser = browser;
    this.told = { console: [], requests: [], wrong: [], freezes: {}, overlaps: {}, seconds: {} };
    this.begun = Date.now();
  }

  static async begin(plan) {
    const { chromium } = require(path.join(plan.modules, "playwright-core"));
    const browser = await chromium.launch({ executablePath: plan.chromium, args: FLAGS });
    return new Reader(plan, browser);
  }

  // An assertion: all that fail are told at the end.
  check(holds, sentence, found) {
    if (!holds) this.told.wrong.push(found === undefined ? sentence : `${sentence}: ${JSON.stringify(found)}`);
  }

  // How long a chapter of the story took.
  lap(name) {
    this.told.seconds[name] = Math.round((Date.now() - this.begun) / 100) / 10;
    this.begun = Date.now();
  }

  async open(report, { width = 1440, height = 900, colorScheme = "light" } = {}) {
    const page = await this.browser.newPage({ viewport: { width, height }, colorScheme });
    page.setDefaultTimeout(PATIENCE);
    page.on("console", (message) => this.told.console.push(message.text()));
    page.on("pageerror", (error) => this.told.console.push(String(error)));
    page.on("request", (request) => {
      if (!/^(file|blob):/.test(request.url())) this.told.requests.push(request.url().slice(0, 120));
    });
    await page.addInitScript(watchFreezes);
    await page.goto(`file://${report}`);
    await page.waitForSelector("html[data-shown]");
    return page;
  }

  // Keeps the longest stretch that the page did not answer since the last time.
  async freeze(page, name) {
    const longest = await page.evaluate(() => Math.max(0, ...window.freezes.splice(0)));
    this.told.freezes[name] = Math.max(this.told.freezes[name] || 0, longest);
  }

  // A file that the page gives when a button is used.
  async saved(page, button, name) {
    const waiting = page.waitForEvent("download");
    await page.locator(button).first().evaluate((one) => one.click());
    const download = await waiting;
    const file = path.join(this.plan.folder, name);
    await download.saveAs(file);
    return { file, suggested: download.suggestedFilename(), bytes: fs.readFileSync(file) };
  }
}

// Does something, and waits until the page has drawn all that follows from it.
async function round(page, act) {
  const shown = () => page.evaluate(() => Number(document.documentElement.dataset.shown));
  const before = await shown();
  await act();
  await page.waitForFunction((count) => Number(document.documentElement.dataset.shown) > count, before);
}

const use = (page, act) => round(page, () => page.locator(`[data-act="${act}"]`).first().evaluate((one) => one.click()));
const enter = (page, field, value) => round(page, async () => {
  await page.locator(field).first().evaluate((one, text) => {
    one.value = text;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }, value);
});
// Everything is laid out: chapters unfolded, also what a browser leaves for later because it is not in sight.
const unfold = (page) => page.evaluate(() => {
  for (const chapter of document.querySelectorAll("details.chapter")) chapter.open = true;
  const [sheet] = document.styleSheets;
  sheet.insertRule("section { content-visibility: visible !important }", sheet.cssRules.length);
});
// Until nothing is drawn any more: a picture of the whole page changes the window, and some things are drawn anew.
async function settled(page) {
  const shown = () => page.evaluate(() => document.documentElement.dataset.shown);
  for (let before = ""; before !== await shown();) {
    before = await shown();
    await page.waitForTimeout(400);
    await page.waitForFunction(() => document.getElementById("progress").hidden);
  }
}
const dates = (page) => page.$$eval("[data-act=from], [data-act=to]", (all) => all.map((input) => input.value));
const active = (page) => page.evaluate(() => document.activeElement.dataset.act || document.activeElement.tagName);

const day = (date, count) => new Date(Date.parse(date) + count * 86400000).toISOString().slice(0, 10);

module.exports = { Reader, round, use, enter, unfold, settled, dates, active, day };
