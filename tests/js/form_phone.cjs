// A phone in the hand of somebody on the shop floor, and the gateway that it asks. What was seen on every screen
// is collected in `seen`.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { barriers } = require("./look.cjs");

const plan = JSON.parse(process.argv[2]);
const { chromium } = require(path.join(plan.modules, "playwright-core"));
const AXE = fs.readFileSync(path.join(plan.modules, "axe-core/axe.min.js"), "utf8");

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const PHONE = { width: 360, height: 780 };

const seen = { console: [], strangers: [], unlabelled: [], small: [], overflow: {}, barriers: {} };
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

// What has no label, what is lower than a thumb, how far the page stands out, and what axe finds.
async function inspect(page, name) {
  if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(AXE);
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll("button, input, select, textarea, summary")];
    const visible = all.filter((one) => one.checkVisibility());
    const name = (one) => one.id || one.textContent || one.outerHTML.slice(0, 60);
    const wants = (one) => !["BUTTON", "SUMMARY"].includes(one.tagName);
    return {
      unlabelled: visible.filter((one) => wants(one) && !one.labels.length).map(name),
      small: visible.filter((one) => one.getBoundingClientRect().height < 44).map(name),
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  });
  seen.unlabelled.push(...found.unlabelled);
  seen.small.push(...found.small);
  seen.overflow[name] = found.over;
  seen.barriers[name] = await page.evaluate(barriers);
  await page.screenshot({ path: path.join(plan.artefacts, `form-${PHONE.width}-${name}.png`), fullPage: true });
}

async function signIn(page, person = plan.person, pin = plan.pin) {
  await page.waitForSelector("#pin");
  await page.selectOption("#person", person);
  await page.fill("#pin", pin);
  await page.press("#pin", "Enter");
  await page.waitForSelector("[data-kind=output]");
}

// Goes through a story with a browser and a gateway, and tells what was seen as JSON on standard output.
async function tell(story) {
  await start();
  const browser = await chromium.launch({ executablePath: plan.chromium, args: flags });
  const phone = async () => {
    const context = await browser.newContext({ viewport: PHONE, ignoreHTTPSErrors: true, locale: "vi-VN" });
    const page = await context.newPage();
    listen(page);
    await page.goto(plan.url);
    await page.waitForSelector("#pin");
    return page;
  };
  try {
    await story(phone);
  } catch (error) {
    console.error(error, JSON.stringify(seen));
    process.exitCode = 1;
  } finally {
    await browser.close();
    await kill();
  }
  console.log(JSON.stringify(seen));
}

module.exports = { seen, start, kill, status, says, inspect, signIn, tell };
