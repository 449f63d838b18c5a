// Fills in the form at 390 pixels as somebody on the shop floor would, kills the gateway between two entries, and
// tells what the page said, as JSON on standard output.
// usage: node form.cjs '{"program", "words", "url", "port", "person", "pin", "artefacts", "chromium", "playwright"}'
const { spawn } = require("node:child_process");
const net = require("node:net");
const path = require("node:path");

const plan = JSON.parse(process.argv[2]);
const { chromium } = require(plan.playwright);

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const PHONE = { width: 390, height: 844 };

const seen = { console: [], strangers: [], unlabelled: [], small: [], overflow: {} };
let gateway;

const answers = () => new Promise((resolve) => {
  const socket = net.connect(plan.port, "127.0.0.1", () => { socket.destroy(); resolve(true); });
  socket.on("error", () => resolve(false));
});

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

async function start() {
  gateway = spawn(plan.program, plan.words, { stdio: "ignore" });
  for (let tries = 0; tries < 400; tries += 1) {
    if (await answers()) return;
    await pause(50);
  }
  throw new Error("the gateway does not listen");
}

async function kill() {
  const ended = new Promise((resolve) => { gateway.once("exit", resolve); });
  gateway.kill("SIGKILL");
  await ended;
}

// Everything but what the browser says of a server that is away or wants a PIN.
function listen(page) {
  page.on("console", (message) => {
    if (!message.text().startsWith("Failed to load resource")) seen.console.push(message.text());
  });
  page.on("pageerror", (error) => seen.console.push(String(error)));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(plan.url).origin && protocol !== "data:") seen.strangers.push(request.url().slice(0, 120));
  });
}

const status = (page) => page.textContent("#status");
const says = (page, words) => page.waitForFunction(
  (text) => document.getElementById("status").textContent.includes(text), words, { timeout: 30000 });

// What has no label, what is lower than a thumb, and how far the page stands out.
async function inspect(page, name) {
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll("button, input, select, textarea")];
    const visible = all.filter((one) => one.offsetParent !== null);
    const name = (one) => one.id || one.textContent || one.outerHTML.slice(0, 60);
    return {
      unlabelled: visible.filter((one) => one.tagName !== "BUTTON" && !one.labels.length).map(name),
      small: visible.filter((one) => one.getBoundingClientRect().height < 44).map(name),
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  });
  seen.unlabelled.push(...found.unlabelled);
  seen.small.push(...found.small);
  seen.overflow[name] = found.over;
  await page.screenshot({ path: path.join(plan.artefacts, `form-390-${name}.png`), fullPage: true });
}

async function signIn(page) {
  await page.waitForSelector("#pin");
  await page.selectOption("#person", plan.person);
  await page.fill("#pin", plan.pin);
  await page.press("#pin", "Enter");
  await page.waitForSelector("[data-kind=output]");
}

// Opens the form of output, fills it in and saves it.
async function report(page, values) {
  await page.click("[data-kind=output]");
  for (const [name, value] of Object.entries(values)) await page.fill(`#field-${name}`, value);
  await page.click("button[type=submit]");
}

async function everyView(page, language, scheme) {
  await page.emulateMedia({ colorScheme: scheme });
  const name = `${language}-${scheme}`;
  await inspect(page, `menu-${name}`);
  for (const kind of ["output", "fuel", "stop", "bill"]) {
    await page.click(`[data-kind=${kind}]`);
    await inspect(page, `${kind}-${name}`);
    await page.click("button.back");
  }
}

async function story(page) {
  await page.goto(plan.url);
  await page.waitForSelector("#pin");
  await inspect(page, "sign-in-vi");
  await signIn(page);
  await everyView(page, "vi", "light");
  await everyView(page, "vi", "dark");
  await page.emulateMedia({ colorScheme: "light" });

  await report(page, { good: "1.250" });
  seen.doubt = await page.textContent("#field-good-hint");
  await inspect(page, "doubt-vi");
  await page.fill("#field-good", "1.250,5");
  await page.click("button[type=submit]");
  await says(page, "Đã ghi");

  await kill();
  await report(page, { good: "7,5", reject: "0,25" });
  await says(page, "Không liên lạc được");
  seen.away = await status(page);
  await inspect(page, "away-vi");
  await page.click("#language");
  seen.awayEnglish = await status(page);
  await inspect(page, "away-en");
  await page.click("#language");

  await start();
  await signIn(page);
  await says(page, "Đã ghi");
  seen.back = await status(page);
  await page.waitForFunction(() => document.querySelectorAll("#mine li.kept").length === 2);
  await inspect(page, "back-vi");
  await page.click("#language");
  await everyView(page, "en", "light");
  await everyView(page, "en", "dark");
}

async function main() {
  await start();
  const browser = await chromium.launch({ executablePath: plan.chromium, args: flags });
  const context = await browser.newContext({ viewport: PHONE, ignoreHTTPSErrors: true, locale: "vi-VN" });
  const page = await context.newPage();
  listen(page);
  try {
    await story(page);
  } finally {
    await browser.close();
    await kill();
  }
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error, JSON.stringify(seen));
  process.exit(1);
});
