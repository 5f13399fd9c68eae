// The page of the reading list: entries with notes, their order, and their export as Markdown, CSV and Word; the searches
// that were kept, with how many of their newest articles are new since they were last opened.
"use strict";

(() => {
  const {LIST, SEARCHES, read, write, cite} = timdoan;
  const list = document.querySelector(".kept-list");
  const words = list.dataset;
  const exports = document.querySelector(".exports");

  function element(name, text = "", attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  // Only addresses of pages become links.
  const isPage = (address) => /^https?:\/\//.test(address);

  function show(focus) {
    const entries = read(LIST);
    list.replaceChildren(...entries.map(shown));
    document.querySelector(".empty-list").hidden = entries.length > 0;
    exports.hidden = entries.length === 0;
    if (!focus) return;
    const item = list.querySelectorAll("li")[focus.index];
    (item?.querySelector(`${focus.selector}:not(:disabled)`) ?? item?.querySelector("button:not(:disabled)"))?.focus();
  }

  function change(index, step) {
    const entries = read(LIST);
    const [entry] = entries.splice(index, 1);
    if (step !== 0) entries.splice(index + step, 0, entry);
    write(LIST, entries);
    const selector = step < 0 ? ".up" : step > 0 ? ".down" : ".up";
    show({index: Math.min(Math.max(index + step, 0), entries.length - 1), selector});
  }

  function shown(entry, index, entries) {
    const item = element("li");
    const heading = element("h2");
    heading.lang = "vi";
    const link = element("a", entry.title || entry.address);
    if (isPage(entry.address)) link.href = entry.address;
    heading.append(link);
    const about = element("p", [entry.date, entry.source, entry.authors].filter(Boolean).join(" · "), {class: "about"});
    const text = element("p", entry.text, {class: "kept-text", lang: "vi"});
    const label = element("label", words.note);
    const note = element("textarea", "", {rows: "2"});
    note.value = entry.note ?? "";
    note.addEventListener("change", () => {
      const now = read(LIST);
      const same = now.find(({address}) => address === entry.address);
      if (same) same.note = note.value;
      write(LIST, now);
    });
    label.append(note);
    const tools = element("p", "", {class: "kept-tools"});
    const act = (name, sign, step, enabled) => {
      const button = element("button", sign, {type: "button", class: name, "aria-label": `${words[name]}: ${entry.title}`});
      button.disabled = !enabled;
      button.addEventListener("click", () => change(index, step));
      tools.append(button);
    };
    act("up", "↑", -1, index > 0);
    act("down", "↓", 1, index < entries.length - 1);
    act("drop", words.drop, 0, true);
    item.append(heading, about, text, label, tools);
    return item;
  }

  // Export.

  const escaped = (text) => text.replace(/[\\`*_[\]<>#]/g, "\\$&");

  function markdown(entries) {
    return entries
      .map((entry) => {
        const lines = [`> ${escaped(entry.text)}`, "", `— ${escaped(cite(entry).slice(0, -entry.address.length))}<${entry.address}>`];
        return entry.note ? [...lines, "", escaped(entry.note)].join("\n") : lines.join("\n");
      })
      .join("\n\n---\n\n")
      .concat("\n");
  }

  function csv(entries) {
    const columns = ["title", "source", "date", "authors", "text", "note", "address"];
    // A spreadsheet takes what begins so for a formula.
    const cell = (text) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
    const rows = entries.map((entry) => columns.map((column) => cell(String(entry[column] ?? ""))).join(","));
    return `\ufeff${[words.columns, ...rows].join("\r\n")}\r\n`;
  }

  const xml = (text) =>
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

  function docx(entries) {
    const paragraph = (text, style = "") =>
      `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${xml(text)}</w:t></w:r></w:p>`;
    const body = entries.map(
      (entry) =>
        paragraph(entry.title || entry.address, "Heading1") +
        paragraph(entry.text, "Quote") +
        paragraph(cite(entry)) +
        (entry.note ? paragraph(entry.note) : ""),
    );
    const style = (id, inner) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id === "Heading1" ? "heading 1" : id}"/>${inner}</w:style>`;
    const word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
    const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
    const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const related = (id, type, target) => `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`;
    const links = (inner) =>
      `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
    const type = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    return zip({
      "[Content_Types].xml":
        `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        `<Override PartName="/word/document.xml" ContentType="${type}.document.main+xml"/>` +
        `<Override PartName="/word/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
      "_rels/.rels": links(related("r1", "officeDocument", "word/document.xml")),
      "word/_rels/document.xml.rels": links(related("r1", "styles", "styles.xml")),
      "word/document.xml": `${head}<w:document ${word}><w:body>${body.join("")}</w:body></w:document>`,
      "word/styles.xml":
        `${head}<w:styles ${word}>` +
        style("Heading1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="28"/></w:rPr>') +
        style("Quote", '<w:pPr><w:ind w:left="567"/></w:pPr><w:rPr><w:i/></w:rPr>') +
        "</w:styles>",
    });
  }

  const TABLE = Uint32Array.from({length: 256}, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });

  function crc32(bytes) {
    let value = 0xffffffff;
    for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
    return (value ^ 0xffffffff) >>> 0;
  }

  // A ZIP file whose entries are stored as they are (APPNOTE 4.3): a list is small.
  function zip(files) {
    const encode = (text) => new TextEncoder().encode(text);
    const header = (signature, fields) => {
      const bytes = new DataView(new ArrayBuffer(4 + fields.reduce((sum, [size]) => sum + size, 0)));
      bytes.setUint32(0, signature, true);
      let at = 4;
      for (const [size, value] of fields) {
        if (size === 2) bytes.setUint16(at, value, true);
        else bytes.setUint32(at, value, true);
        at += size;
      }
      return new Uint8Array(bytes.buffer);
    };
    const parts = [];
    const directory = [];
    let offset = 0;
    for (const [name, text] of Object.entries(files)) {
      const [path, data] = [encode(name), encode(text)];
      // Version 2.0, names in UTF-8, stored, 1 January 1980.
      const common = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 33], [4, crc32(data)], [4, data.length], [4, data.length], [2, path.length], [2, 0]];
      const local = header(0x04034b50, common);
      parts.push(local, path, data);
      directory.push(header(0x02014b50, [[2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), path);
      offset += local.length + path.length + data.length;
    }
    const size = directory.reduce((sum, part) => sum + part.length, 0);
    const entries = directory.length / 2;
    const end = header(0x06054b50, [[2, 0], [2, 0], [2, entries], [2, entries], [4, size], [4, offset], [2, 0]]);
    return new Blob([...parts, ...directory, end]);
  }

  const FORMATS = {
    markdown: [markdown, "text/markdown", "md"],
    csv: [csv, "text/csv", "csv"],
    docx: [docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
  };

  exports.addEventListener("click", (event) => {
    const chosen = FORMATS[event.target.closest("button")?.dataset.format];
    if (!chosen) return;
    const [make, type, suffix] = chosen;
    const address = URL.createObjectURL(new Blob([make(read(LIST))], {type}));
    const link = element("a", "", {href: address, download: `tim-doan.${suffix}`});
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });

  // The searches that were kept.

  const searches = document.querySelector(".kept-searches");

  const isHere = (address) => /^\/(?!\/)/.test(address);

  async function newest(feed) {
    const response = await fetch(feed);
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "application/xml");
    return [...page.querySelectorAll("entry > id")].map((id) => id.textContent);
  }

  function seen(address, ids) {
    write(SEARCHES, read(SEARCHES).map((entry) => (entry.address === address ? {...entry, seen: ids} : entry)));
  }

  function showSearches() {
    const entries = read(SEARCHES).filter(({address, feed}) => isHere(address) && isHere(feed));
    document.querySelector(".searches").hidden = entries.length === 0;
    searches.replaceChildren(
      ...entries.map((entry) => {
        const item = element("li");
        const link = element("a", entry.name, {href: entry.address, lang: "vi"});
        const fresh = element("b", "", {class: "fresh", "aria-live": "polite"});
        const feed = element("a", "RSS", {href: entry.feed, type: "application/atom+xml"});
        const drop = element("button", words.drop, {type: "button", "aria-label": `${words.drop}: ${entry.name}`});
        drop.addEventListener("click", () => {
          write(SEARCHES, read(SEARCHES).filter(({address}) => address !== entry.address));
          showSearches();
        });
        item.append(link, " ", fresh, " · ", feed, " ", drop);
        newest(entry.feed)
          .then((ids) => {
            if (!ids) return;
            item.dataset.checked = "";
            if (!Array.isArray(entry.seen)) {
              seen(entry.address, ids);
              return;
            }
            const count = ids.filter((id) => !entry.seen.includes(id)).length;
            if (count) fresh.textContent = words.fresh.replace("{count}", count);
            link.addEventListener("click", () => seen(entry.address, ids));
          })
          .catch(() => {
            // Out of reach: the search stays without a mark.
          });
        return item;
      }),
    );
  }

  document.querySelector(".with-script").hidden = false;
  show();
  showSearches();
})();
