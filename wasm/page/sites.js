// Further sites' files: dropped on the page or chosen, unfolded here, read by the desk.
const sites = (() => {
  // A slice at a time: a year of readings is many million letters.
  const decoded = async (text) => {
    const slice = 1 << 18;
    const bytes = new Uint8Array(text.length / 4 * 3);
    let length = 0;
    for (let at = 0; at < text.length; at += slice) {
      const letters = atob(text.slice(at, at + slice));
      for (let place = 0; place < letters.length; place += 1) bytes[length + place] = letters.charCodeAt(place);
      length += letters.length;
      await new Promise((done) => setTimeout(done));
    }
    return bytes.subarray(0, length);
  };

  // A gzip stream of up to `most` bytes, and its length; of one that breaks off, what came before.
  const unfold = async (packed, most) => {
    const { writable, readable } = new DecompressionStream("gzip");
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    const write = async () => {
      for (let at = 0; at < packed.length; at += 16384) await writer.write(packed.subarray(at, at + 16384));
      await writer.close();
    };
    write().catch(() => {});
    const pieces = [];
    let length = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        length += value.length;
        if (length > most) {
          await reader.cancel();
          return [new Uint8Array(), length];
        }
        pieces.push(value);
      }
    } catch { /* The desk says where it ends. */ }
    return [new Uint8Array(await new Blob(pieces).arrayBuffer()), length];
  };

  // The log in a file: a report's, or the file itself.
  const opened = async (file, most) => {
    if (file.size > most) return [new Uint8Array(), file.size];
    const bytes = new Uint8Array(await file.arrayBuffer());
    const isPage = bytes[0] === 60 || /\.html?$/i.test(file.name);
    const packed = isPage ? wasm_bindgen.packed_log(new TextDecoder().decode(bytes)) : undefined;
    if (packed === undefined) return [bytes, file.size];
    try {
      const [log, size] = await unfold(await decoded(packed), most);
      return size ? [log, size] : [bytes, file.size];
    } catch {
      return [bytes, file.size];
    }
  };

  const take = async (desk, progress, say, list) => {
    [progress.hidden, progress.max, progress.value] = [false, list.length + 1, 0];
    for (const file of list) {
      try {
        const [bytes, size] = await opened(file, wasm_bindgen.most_bytes());
        desk.file(file.name, size, bytes);
      } catch (error) {
        say(`Không đọc được tệp ${file.name}.`, `The file ${file.name} cannot be read: ${error.message || error}`);
      }
      progress.value += 1;
    }
  };

  const listen = (page, desk, progress, say) => {
    const mark = document.documentElement.classList;
    addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      mark.add("dropping");
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) mark.remove("dropping");
    });
    addEventListener("drop", (event) => {
      mark.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      take(desk, progress, say, [...event.dataTransfer.files]);
    });
    page.addEventListener("change", ({ target }) => {
      if (target.id !== "add-site") return;
      take(desk, progress, say, [...target.files]);
      target.value = "";
    });
  };

  return { decoded, unfold, listen };
})();
