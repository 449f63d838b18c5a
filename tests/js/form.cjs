// Fills in the form at 360 pixels as somebody on the shop floor would, kills the gateway between two entries, and
// tells what the page said.
// usage: node form.cjs '{"program", "words", "url", "port", "person", "pin", "artefacts", "chromium", "modules"}'
const { seen, start, kill, status, says, inspect, signIn, tell } = require("./form_phone.cjs");

const KINDS = ["output", "raw-material", "fuel", "stock", "stop", "batch", "people", "incident", "note", "bill"];

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
  for (const kind of KINDS) {
    await page.click(`[data-kind=${kind}]`);
    await inspect(page, `${kind}-${name}`);
    await page.click("button.back");
  }
}

tell(async (phone) => {
  const page = await phone();
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

  // Of each other kind one waits, too.
  await page.click("[data-kind=stock]");
  await page.selectOption("#field-goods", "*");
  await page.fill("#field-otherGoods", "Lá quế khô");
  await page.fill("#field-amount", "850");
  await page.click("button[type=submit]");
  await page.click("[data-kind=batch]");
  await page.fill("#field-product", "Tinh dầu");
  await page.fill("#field-batch", "M-17");
  await page.click("button[type=submit]");
  await page.click("[data-kind=incident]");
  await page.fill("#field-words", "Ống ngưng bị rò");
  await page.click("button[type=submit]");
  seen.awayAll = await status(page);

  await start();
  await signIn(page);
  await says(page, "Đã ghi");
  seen.back = await status(page);
  await page.waitForFunction(() => document.querySelectorAll("#mine li.kept").length === 5);
  await inspect(page, "back-vi");
  await page.click("#language");
  await everyView(page, "en", "light");
  await everyView(page, "en", "dark");
});
