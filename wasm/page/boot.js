(() => {
  // The same script serves page and worker.
  const pauses = new MessageChannel();
  const paused = [];
  pauses.port1.onmessage = () => paused.shift()();
  const pause = () => new Promise((done) => {
    paused.push(done);
    pauses.port2.postMessage(0);
  });

  if (typeof document === "undefined") {
    const post = (kind, name, bytes, left, word) => {
      const whole = name.endsWith(".xlsx") ? millwatt_xlsx.book(bytes) : bytes;
      self.postMessage({ kind, name, bytes: whole, left, word }, [whole.buffer]);
    };
    let ready;
    self.onmessage = async ({ data }) => {
      if (data.xlsx) {
        ready = ready.then(() => millwatt_xlsx({ module_or_path: data.xlsx }));
        return;
      }
      if (data.module) {
        ready = wasm_bindgen({ module_or_path: data.module });
        await ready;
        wasm_bindgen.open_desk(post, pause, data.live, data.narrow);
        return;
      }
      await ready;
      if (data.log) wasm_bindgen.hand_log(data.log);
      else if (data.wish) wasm_bindgen.hand_wish(data.wish);
      else if (data.file) wasm_bindgen.hand_file(data.file.name, data.file.size, data.file.bytes);
      else wasm_bindgen.hand_act(data.act, data.value);
    };
    return;
  }

  const own = document.currentScript.textContent;
  const page = document.getElementById("page");
  const live = document.documentElement.dataset.live === "live";
  const progress = document.getElementById("progress");
  const entered = new Map();
  let shown = 0;

  const say = (vi, en) => {
    const line = document.createElement("p");
    line.className = "missing";
    line.setAttribute("role", "alert");
    line.textContent = `${vi} ${en}`;
    if (shown) page.prepend(line);
    else page.replaceChildren(line);
    progress.hidden = true;
  };
  const cannotRead = (why) =>
    say("Không đọc được số liệu của báo cáo này.", `The data of this report cannot be read: ${why}`);

  // Site, period and digest stand on every printed page.
  const writeFoot = () => {
    const foot = document.querySelector("[data-foot]")?.dataset.foot;
    const digest = document.querySelector(".digest")?.textContent;
    const words = [foot, digest].filter(Boolean).join(" · ");
    document.documentElement.style.setProperty("--foot", JSON.stringify(words));
  };

  const show = async ({ name, bytes, left, word }) => {
    if (!shown) page.replaceChildren();
    shown += 1;
    progress.hidden = left === 0;
    progress.max = Math.max(progress.max, left + 1);
    progress.value = progress.max - left;
    await wasm_bindgen.show_part(name, bytes, word, pause);
    if (name === "head" || name === "trust") writeFoot();
    if (left === 0) document.documentElement.dataset.shown = String(shown);
  };

  // Parts are put in their places one after the other, as they came.
  let showing = Promise.resolve();
  const take = (message) => {
    const { kind, name, bytes, word } = message;
    if (kind === "trouble") say(name, "");
    else if (kind === "file") files.give(name, word, bytes);
    else showing = showing.then(() => show(message)).catch((error) => cannotRead(error.message || error));
  };

  // Of a file that breaks off, what stands before the break.
  const unpack = async (id) => {
    const text = document.getElementById(id).textContent.trim();
    const packed = await sites.decoded(text.slice(0, text.length - text.length % 4));
    const [bytes] = await sites.unfold(packed, 2 ** 31);
    return bytes;
  };

  let known = "";
  const fetchLog = async () => {
    const answer = await fetch("data", { headers: known ? { "If-None-Match": known } : {} });
    if (answer.status === 304) return null;
    if (!answer.ok) throw new Error(await answer.text());
    known = answer.headers.get("ETag") || "";
    return new Uint8Array(await answer.arrayBuffer());
  };

  // A desk in a worker, or on the page itself where a browser refuses workers to a file.
  const openDesk = (module, narrow) => {
    try {
      const policy = self.trustedTypes?.createPolicy("millwatt", { createScriptURL: (url) => url });
      const url = URL.createObjectURL(new Blob([own], { type: "text/javascript" }));
      const worker = new Worker(policy ? policy.createScriptURL(url) : url);
      worker.onmessage = ({ data }) => take(data);
      worker.onerror = (error) => cannotRead(error.message);
      worker.postMessage({ module, live, narrow });
      return {
        log: (log) => worker.postMessage({ log }, [log.buffer]),
        act: (act, value) => worker.postMessage({ act, value }),
        wish: (wish) => worker.postMessage({ wish }),
        file: (name, size, bytes) => worker.postMessage({ file: { name, size, bytes } }, [bytes.buffer]),
        bookmaker: (xlsx) => worker.postMessage({ xlsx }),
      };
    } catch {
      wasm_bindgen.open_desk((kind, name, bytes, left, word) => take({
        kind, name, left, word, bytes: name.endsWith(".xlsx") ? millwatt_xlsx.book(bytes) : bytes,
      }), pause, live, narrow);
      return {
        log: wasm_bindgen.hand_log,
        act: wasm_bindgen.hand_act,
        wish: wasm_bindgen.hand_wish,
        file: wasm_bindgen.hand_file,
        bookmaker: (xlsx) => millwatt_xlsx({ module_or_path: xlsx }),
      };
    }
  };

  const refreshEvery = (desk, ms) => setInterval(async () => {
    try {
      const log = await fetchLog();
      if (log) desk.log(log);
      document.documentElement.removeAttribute("data-stale");
    } catch {
      document.documentElement.setAttribute("data-stale", "");
    }
  }, ms);

  // Buttons that ask for a file: of a section, of the period, of the page.
  let hasBookmaker = false;
  const wishFor = async (desk, wish) => {
    if (wish === "xlsx" && !hasBookmaker) {
      await desk.bookmaker(await WebAssembly.compile(await unpack("xlsx")));
      hasBookmaker = true;
    }
    desk.wish(wish);
  };
  const listenForFiles = (desk) => page.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-save],[data-wish]");
    if (!button) return;
    const { save, wish, name } = button.dataset;
    try {
      if (save) await files.save(button.closest("[data-section]"), save);
      else if (wish === "print") print();
      else if (wish === "copy") await files.copy(name, entered, live);
      else await wishFor(desk, wish);
    } catch (error) {
      say("Không lưu được tệp.", `The file could not be made: ${error.message || error}`);
    }
  });

  // Sections out of sight are laid out when they come into it; a way across them needs their true heights,
  // which the browser remembers afterwards.
  const layOutWhole = () => {
    const { classList } = document.documentElement;
    classList.add("whole");
    setTimeout(() => classList.remove("whole"), 1000);
  };

  // On a phone chapters are folded: the way to one unfolds it, paper shows them all.
  const listenForChapters = () => {
    page.addEventListener("click", ({ target }) => {
      const way = target.closest(".chapters a");
      if (!way) return;
      document.querySelector(`${way.hash} > .chapter`)?.setAttribute("open", "");
      layOutWhole();
    });
    addEventListener("beforeprint", () => {
      for (const chapter of document.querySelectorAll(".chapter")) chapter.open = true;
    });
  };

  const start = async () => {
    if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
      say("Trình duyệt này quá cũ. Hãy mở tệp bằng Chrome, Edge, Firefox hoặc Safari mới hơn.",
        "This browser is too old. Open the file in a newer Chrome, Edge, Firefox or Safari.");
      return;
    }
    try {
      const module = await WebAssembly.compile(await unpack("wasm"));
      await wasm_bindgen({ module_or_path: module });
      const narrow = matchMedia("(max-width: 560px)");
      const desk = openDesk(module, narrow.matches);
      narrow.addEventListener("change", () => desk.act("narrow", narrow.matches ? "narrow" : ""));
      wasm_bindgen.listen((act, value) => {
        if (act.startsWith("edit:")) entered.set(act.slice(5), value);
        desk.act(act, value);
      });
      listenForFiles(desk);
      listenForChapters();
      sites.listen(page, desk, progress, say);
      desk.log(live ? await fetchLog() : await unpack("data"));
      const kept = document.getElementById("edits")?.textContent || "{}";
      for (const [name, value] of Object.entries(JSON.parse(kept))) entered.set(name, value);
      for (const [name, value] of entered) desk.act(`edit:${name}`, value);
      if (live) refreshEvery(desk, 15000);
    } catch (error) {
      cannotRead(error.message || error);
      if (live) setTimeout(() => location.reload(), 10000);
    }
  };
  addEventListener("DOMContentLoaded", start);
})();
