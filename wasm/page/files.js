// What leaves the page as a file: drawings, tables, a copy with what was entered.
const files = (() => {
  const give = (name, type, content) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  const svgElement = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    return element;
  };

  // A title in lines that a drawing has room for.
  const lines = (title, width) => title.split(/\s+/).reduce((all, word) => {
    const longer = `${all[all.length - 1]} ${word}`.trim();
    return longer.length * 7 > width ? [...all, word] : [...all.slice(0, -1), longer];
  }, [""]);

  // A drawing that stands alone: its title above, site and period below, the page's own style, always light.
  const drawing = (section) => {
    const inside = section.querySelector("figure svg[viewBox]").cloneNode(true);
    const [, , width, height] = inside.getAttribute("viewBox").split(" ").map(Number);
    const title = lines(section.querySelector("h3")?.textContent ?? "", width);
    const top = 12 + 18 * title.length;
    const whole = [width + 24, top + height + 34];
    const svg = svgElement("svg", { viewBox: `0 0 ${whole.join(" ")}`, width: whole[0], height: whole[1] });
    const sheet = document.querySelector("style").textContent;
    // A style attribute is against the page's policy.
    const own = ".paper{fill:#fff}.above{font-size:13px;font-weight:600}.below{font-size:9px}";
    const light = (sheet.match(/:root\{[^}]*\}/) || [""])[0];
    svg.append(svgElement("style", {}, `${sheet}\n${light}\nsvg{font-family:system-ui,sans-serif}${own}`));
    svg.append(svgElement("rect", { width: whole[0], height: whole[1], class: "paper" }));
    title.forEach((line, place) =>
      svg.append(svgElement("text", { x: 12, y: 22 + 18 * place, class: "above" }, line)));
    for (const [key, value] of Object.entries({ x: 12, y: top, width, height })) inside.setAttribute(key, value);
    svg.append(inside);
    const foot = document.querySelector("[data-foot]")?.dataset.foot ?? "";
    svg.append(svgElement("text", { x: 12, y: whole[1] - 10, class: "below" }, foot));
    return { text: new XMLSerializer().serializeToString(svg), width: whole[0], height: whole[1] };
  };

  const picture = async (section) => {
    const { text, width, height } = drawing(section);
    const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = 1600 / width;
    [canvas.width, canvas.height] = [width * scale, height * scale];
    const ink = canvas.getContext("2d");
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const save = async (section, end) => {
    const name = `${section.dataset.section.replace(/\./g, "-")}.${end}`;
    if (end === "csv") give(name, "text/csv", wasm_bindgen.table_as_csv(section));
    if (end === "svg") give(name, "image/svg+xml", drawing(section).text);
    if (end === "png") give(name, "image/png", await picture(section));
  };

  // The page as it was opened, with other entries in it. A script's text may not be set in a page that trusts none.
  const filled = (html, edits) => html.replace(/(id="edits">)[^<]*/, (_, before) => before + edits);
  const copied = (edits) => {
    const root = document.documentElement.cloneNode(true);
    for (const name of ["data-shown", "data-stale", "style", "class"]) root.removeAttribute(name);
    const progress = root.querySelector("#progress");
    [progress.max, progress.value, progress.hidden] = [1, 0, false];
    root.querySelector("#page").replaceChildren();
    return filled(`<!DOCTYPE html>\n${root.outerHTML}`, edits);
  };

  const copy = async (name, entered, live) => {
    const edits = JSON.stringify(Object.fromEntries(entered)).replace(/</g, "\\u003c");
    const html = live ? filled(await (await fetch("report.html")).text(), edits) : copied(edits);
    give(name, "text/html", html);
  };

  return { give, save, copy };
})();
