// Two phones, four stops without a reason: one is answered with a tap, one while the gateway is away, one with two
// reasons, one by nobody; and a word is added later.
// usage: as of form.cjs
const { seen, start, kill, status, says, inspect, signIn, tell } = require("./form_phone.cjs");

// How many the heading tells of.
const told = () => Number(/\d+$/.exec(document.getElementById("stops-head")?.textContent || "0")[0]);
const count = (page) => page.evaluate(told);
const becomes = (page, number) => page.waitForFunction(
  (expected) => Number(/\d+$/.exec(document.getElementById("stops-head")?.textContent || "0")[0]) === expected, number, { timeout: 30000 });
const card = (page, name, number = 0) => page.locator("li.card", { hasText: name }).nth(number);

// As when somebody looks at the phone again.
const looksAgain = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

async function everyLook(page, name) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await inspect(page, `${name}-vi-${scheme}`);
    await page.click("#language");
    await inspect(page, `${name}-en-${scheme}`);
    await page.click("#language");
  }
  await page.emulateMedia({ colorScheme: "light" });
}

// The leaf cutter stood for two reasons.
async function twoReasons(page) {
  await card(page, "Máy băm lá").getByText("Hai lý do…").click();
  await everyLook(page, "stops-split");
  await page.fill("#split-time", "2020-01-01T00:00");
  await page.click("li.card button[type=submit]");
  seen.between = await page.textContent("#split-time-fault");
  await inspect(page, "stops-split-faults-vi");
  const { min } = await page.evaluate(() => ({ min: document.getElementById("split-time").min }));
  const at = new Date(Date.parse(`${min}Z`) + 20 * 60000).toISOString().slice(0, 16);
  await page.fill("#split-time", at);
  await page.selectOption("#split-first", "breakdown");
  await page.selectOption("#split-then", "setup");
  await page.click("li.card button[type=submit]");
}

tell(async (phone) => {
  const lan = await phone();
  const minh = await phone();
  await signIn(lan);
  await signIn(minh, "Minh", "2580");
  await becomes(lan, 4);
  await becomes(minh, 4);
  seen.cards = [await count(lan)];
  seen.shown = [await lan.locator("li.card").count()];
  await everyLook(lan, "stops");
  await lan.click("#more-stops");
  seen.shown.push(await lan.locator("li.card").count());
  await card(lan, "Đang dừng").getByText("Lý do khác…").click();
  await inspect(lan, "stops-all-vi");
  await card(lan, "Đang dừng").locator("[data-reason=tool_change]").click();
  await says(lan, "Đã ghi");
  await becomes(lan, 3);
  seen.cards.push(await count(lan));
  await looksAgain(minh);
  await becomes(minh, 3);
  seen.elsewhere = await count(minh);

  await kill();
  await card(minh, "Nồi chưng cất").locator("[data-reason=breakdown]").click();
  await says(minh, "Không liên lạc được");
  seen.away = await status(minh);
  seen.cards.push(await count(minh));
  await inspect(minh, "stops-away-vi");
  await start();
  await signIn(minh, "Minh", "2580");
  await says(minh, "Đã ghi");
  await becomes(minh, 2);
  await twoReasons(minh);
  await becomes(minh, 1);
  await says(minh, "Đã ghi");
  seen.cards.push(await count(minh));

  await minh.waitForFunction(() => document.querySelectorAll("#told li").length === 4);
  await minh.click("#told summary");
  await everyLook(minh, "stops-told");
  await minh.locator("#told [data-act=comment]").first().click();
  await minh.fill("#field-words", "Thay lưỡi dao số 3");
  await minh.click("button[type=submit]");
  await says(minh, "Đã ghi");
});
