(async () => {
  const live = document.documentElement.dataset.live === "live";
  const status = (vi, en) => {
    const line = document.createElement("p");
    line.className = "missing";
    line.textContent = `${vi} ${en}`;
    document.getElementById("page").replaceChildren(line);
  };
  const unpack = async (id) => {
    const packed = atob(document.getElementById(id).textContent.trim());
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
    status("Trình duyệt này quá cũ. Hãy mở tệp bằng Chrome, Edge, Firefox hoặc Safari mới hơn.",
      "This browser is too old. Open the file in a newer Chrome, Edge, Firefox or Safari.");
    return;
  }
  let known = "";
  const fetchLog = async () => {
    const answer = await fetch("data", { headers: known ? { "If-None-Match": known } : {} });
    if (answer.status === 304) return null;
    if (!answer.ok) throw new Error(await answer.text());
    known = answer.headers.get("ETag") || "";
    return new Uint8Array(await answer.arrayBuffer());
  };
  try {
    await wasm_bindgen({ module_or_path: await unpack("wasm") });
    wasm_bindgen.start(live ? await fetchLog() : await unpack("data"), live);
  } catch (error) {
    status("Không đọc được số liệu của báo cáo này.", `The data of this report cannot be read: ${error.message || error}`);
    if (live) setTimeout(() => location.reload(), 10000);
    return;
  }
  if (live) {
    setInterval(async () => {
      try {
        const log = await fetchLog();
        if (log) wasm_bindgen.refresh(log);
        document.documentElement.removeAttribute("data-stale");
      } catch {
        document.documentElement.setAttribute("data-stale", "");
      }
    }, 15000);
  }
})();
