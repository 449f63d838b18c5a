// What can be seen of a page without an eye: what stands out, what is too small, what nobody can read. Each runs in
// the page.

// Parts that were drawn, with the length of their words.
const parts = () => [...document.querySelectorAll("[id^=part-]")].map((one) => [one.id.slice(5), one.textContent.trim().length]);

// Elements that stand out of the window, other than in boxes that scroll.
const outside = () => {
  const width = document.documentElement.clientWidth;
  const found = document.documentElement.scrollWidth > width ? [`the page: ${document.documentElement.scrollWidth}`] : [];
  for (const one of document.querySelectorAll("main, main *")) {
    if (one.closest(".scroll, .picker, .chapters, .quiet, defs")) continue;
    const box = one.getBoundingClientRect();
    if (!box.width || !one.checkVisibility() || (box.right <= width + 1 && box.left >= -1)) continue;
    const section = one.closest("[data-section]")?.dataset.section || one.closest("[id]")?.id;
    found.push(`${section} ${one.tagName} ${one.textContent.slice(0, 30)}: ${Math.round(box.left)}–${Math.round(box.right)}`);
  }
  return found;
};

// Controls that a thumb misses.
const small = () => {
  const found = [];
  for (const one of document.querySelectorAll("main :is(button, a, input, select, textarea, summary)")) {
    const target = one.matches("[type=checkbox], [type=radio], [type=file]") ? one.closest("label") || one : one;
    const box = target.getBoundingClientRect();
    if (!box.width || !target.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true })) continue;
    if (box.height < 43.5 || box.width < 43.5) {
      found.push(`${one.closest("[data-section]")?.dataset.section} ${target.tagName} ${target.textContent.slice(0, 30)}: ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
  }
  return found;
};

// Words of a drawing that stand in each other's way.
const overlaps = () => {
  const found = [];
  for (const svg of document.querySelectorAll("main svg")) {
    const words = [...svg.querySelectorAll("text")].map((one) => [one.textContent, one.getBoundingClientRect()]);
    const shown = words.filter(([, box]) => box.width && box.height);
    shown.forEach(([text, a], place) => shown.slice(place + 1).forEach(([other, b]) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 4) found.push(`${svg.closest("[data-section]")?.dataset.section}: ${text} / ${other}`);
    }));
  }
  return found;
};

// What axe finds, shortly; `only` names the rules, all of them if absent.
const barriers = async (only) => {
  const options = { resultTypes: ["violations"], ...(only ? { runOnly: { type: "rule", values: only } } : {}) };
  const { violations } = await window.axe.run(document, options);
  return violations.map(({ id, nodes }) => `${id} ${nodes.length}: ${nodes[0].target.join(" ")} ${nodes[0].html.slice(0, 100)}`);
};

module.exports = { parts, outside, small, overlaps, barriers };
