// Opens a report from file:// as a reader would and tells what it shows, as JSON on standard output.
// usage: node report.cjs REPORT FOLDER-FOR-SCREENSHOTS CHROMIUM PLAYWRIGHT
const path = require("node:path");

const [report, folder, executablePath, playwright] = process.argv.slice(2);
const { chromium } = require(playwright);

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const figures = (page) => page.$$eval("tr[data-indicator]", (rows) => rows.map((row) => ({
  name: row.dataset.indicator,
  asset: row.dataset.asset,
  part: row.dataset.part,
  value: row.dataset.value,
  coverage: row.dataset.coverage,
})));

const inputs = (page) => page.$$eval("input[type=date]", (all) => all.map((input) => input.value));

// Elements that stand out to the right of the window, and text that is cut.
const overflow = (page) => page.evaluate(() =>
  document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function open(browser, told, width, height, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.on("console", (message) => told.console.push(message.text()));
  page.on("pageerror", (error) => told.console.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) told.requests.push(request.url().slice(0, 120));
  });
  await page.goto(`file://${report}`);
  await page.waitForSelector("h1", { timeout: 30000 });
  return page;
}

async function main() {
  const browser = await chromium.launch({ executablePath, args: flags });
  const told = { console: [], requests: [], overflow: {} };
  const page = await open(browser, told, 1440, 900, "light");
  told.title = await page.textContent("h1");
  told.whole = { language: await page.getAttribute("html", "lang"), figures: await figures(page), dates: await inputs(page) };
  await page.pdf({ path: path.join(folder, "report.pdf"), preferCSSPageSize: true });
  await page.click("details summary");
  await page.click("[data-act=week]");
  told.open = await page.$$eval("details[open]", (all) => all.length);
  told.week = { figures: await figures(page), dates: await inputs(page) };
  await page.click("[data-act=en]");
  told.english = { language: await page.getAttribute("html", "lang"), figures: await figures(page) };
  await page.fill("[data-act=from]", told.whole.dates[0]);
  await page.fill("[data-act=to]", told.whole.dates[0]);
  told.day = { figures: await figures(page), dates: await inputs(page) };
  for (const [width, height] of [[390, 844], [820, 1180], [1440, 900]]) {
    for (const scheme of ["light", "dark"]) {
      const shot = await open(browser, told, width, height, scheme);
      for (const language of ["vi", "en"]) {
        if (language === "en") await shot.click("[data-act=en]");
        told.overflow[`${width}-${language}`] = await overflow(shot);
        const name = `report-${width}-${language}-${scheme}.png`;
        await shot.screenshot({ path: path.join(folder, name), fullPage: true });
      }
      await shot.close();
    }
  }
  await browser.close();
  console.log(JSON.stringify(told));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
