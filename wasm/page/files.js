// What leaves the page as a file: drawings, tables, a copy with what was entered.
const files = (() => {
  const give = (name, type, content) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  // A drawing that stands alone: the page's own style, always on a light ground.
  const drawing = (section) => {
    const svg = section.querySelector("figure svg[viewBox]").cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    const sheet = document.querySelector("style").textContent;
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = `${sheet}\n${(sheet.match(/:root\{[^}]*\}/) || [""])[0]}\nsvg{background:#fff;font-family:system-ui,sans-serif}`;
    svg.prepend(style);
    return { text: new XMLSerializer().serializeToString(svg), width, height };
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

  // The page as it was opened, with other entries in it.
  const copied = (edits) => {
    const root = document.documentElement.cloneNode(true);
    for (const name of ["data-shown", "data-stale"]) root.removeAttribute(name);
    root.querySelector("#page").replaceChildren();
    root.querySelector("#edits").textContent = edits;
    return `<!DOCTYPE html>\n${root.outerHTML}\n`;
  };
  const filled = (html, edits) => html.replace(/(id="edits">)[^<]*/, (_, before) => before + edits);

  const copy = async (name, entered, live) => {
    const edits = JSON.stringify(Object.fromEntries(entered)).replace(/</g, "\\u003c");
    const html = live ? filled(await (await fetch("report.html")).text(), edits) : copied(edits);
    give(name, "text/html", html);
  };

  return { give, save, copy };
})();
