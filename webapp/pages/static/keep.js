// The reading list and the searches that are kept: in this browser alone (localStorage), no list is sent. Here entries are
// added and passages cited; /list (list.js) shows, orders and exports them. The words stand in data attributes of the link to the
// list. Without this file, or where the browser keeps nothing, there are simply no buttons.
"use strict";

const timdoan = (() => {
  const LIST = "timdoan.list";
  const SEARCHES = "timdoan.searches";
  const MOST = 500;

  function read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((entry) => typeof entry?.address === "string") : [];
    } catch {
      return [];
    }
  }

  // Whether it could be kept: the browser may refuse, or be full.
  function write(key, entries) {
    try {
      localStorage.setItem(key, JSON.stringify(entries.slice(0, MOST)));
      return entries.length <= MOST;
    } catch {
      return false;
    }
  }

  // Authors, “Title”, source, date. Address.
  function cite({authors, title, source, date, address}) {
    const parts = [authors, title && `“${title}”`, source, date].filter(Boolean).join(", ");
    return `${parts}. ${address}`;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without permission, as on plain http: by a field that is selected.
      const field = document.createElement("textarea");
      field.value = text;
      field.className = "unseen";
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  return {LIST, SEARCHES, MOST, read, write, cite, copy};
})();

(() => {
  const link = document.getElementById("kept");
  if (!link) return;
  const words = link.dataset;
  const main = document.getElementById("main");
  const news = document.getElementById("news");
  const {LIST, SEARCHES, read, write, cite, copy} = timdoan;
  const DONE_MS = 2_000;

  const textOf = (within, selector) => within?.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") ?? "";
  // The place of a passage, without the query that led to it.
  const addressOf = (href) => {
    const address = new URL(href, location.href);
    return `${address.origin}${address.pathname}${address.hash}`;
  };

  function entryOfHit(hit) {
    const passage = hit.querySelector(".passage");
    return {
      address: addressOf(hit.querySelector(".passage .place a, h2 a").href),
      title: textOf(hit, "h2"),
      source: textOf(hit, ".source"),
      date: textOf(hit, ".dated"),
      // Of many authors the page shows the first; a citation names all.
      authors: hit.querySelector(".authors")?.dataset.all ?? textOf(hit, ".authors"),
      text: passage ? snippetOf(passage) : "",
    };
  }

  // The text without what is said about it.
  function snippetOf(passage) {
    const copy = passage.querySelector(".body").cloneNode(true);
    for (const element of copy.querySelectorAll(".missing")) element.remove();
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  function entryOfLine(line) {
    const details = document.querySelector(".details");
    return {
      address: addressOf(line.querySelector(".place a").href),
      title: textOf(document, ".reading h1"),
      source: textOf(details, ".source"),
      date: details?.querySelector("time")?.dataset.day ?? "",
      authors: textOf(details, ".authors"),
      text: textOf(line, ".body"),
    };
  }

  // What a hit shows of its passage may be cut; the whole of it is asked for when it is kept, and takes the place of the cut
  // text unless the passage was dropped meanwhile. Where it does not come, or has been changed, the cut text stays.
  async function complete({address, text}) {
    if (!/^… | …$/.test(text)) return;
    try {
      const {suggest, articles} = document.getElementById("q").dataset;
      const {pathname, hash} = new URL(address);
      const id = pathname.slice(new URL(articles, location.href).pathname.length);
      const response = await fetch(new URL(`articles/${id}`, new URL(suggest, location.href)));
      if (!response.ok) return;
      const position = Number(/^#p(\d+)/.exec(hash)[1]);
      const {paragraphs} = await response.json();
      const whole = paragraphs.find((paragraph) => paragraph.position === position).text.trim().replace(/\s+/g, " ");
      if (!whole.includes(text.replace(/^… | …$/g, ""))) return;
      write(LIST, read(LIST).map((entry) => (entry.address === address && entry.text === text ? {...entry, text: whole} : entry)));
    } catch {
      // Out of reach, or not what was expected.
    }
  }

  // What a button is called begins with what it shows.
  function button(text = "", about = "") {
    const made = document.createElement("button");
    made.type = "button";
    name(made, text, about);
    return made;
  }

  function name(made, text, about = "") {
    made.textContent = text;
    if (about) made.setAttribute("aria-label", `${text}: ${about}`);
  }

  function tell(text) {
    news.textContent = "";
    // A region that says the same twice is read once.
    requestAnimationFrame(() => {
      news.textContent = text;
    });
  }

  function count() {
    const entries = read(LIST).length;
    const shown = link.querySelector(".number");
    shown.textContent = entries ? ` (${entries})` : "";
  }

  function keeper(entry) {
    const kept = () => read(LIST).some(({address}) => address === entry.address);
    const made = button();
    made.className = "keep";
    const show = () => {
      made.classList.toggle("on", kept());
      name(made, kept() ? words.kept : words.keep, entry.title);
    };
    made.addEventListener("click", () => {
      const others = read(LIST).filter(({address}) => address !== entry.address);
      const done = write(LIST, kept() ? others : [...others, {...entry, note: ""}]);
      show();
      count();
      tell(done ? (kept() ? words.kept : words.removed) : words.full);
      if (done && kept()) complete(entry);
    });
    show();
    return made;
  }

  // That it was copied is seen on the button for a moment, and heard.
  function copier(label, about, text) {
    const made = button();
    const shown = document.createElement("span");
    made.className = "cite";
    shown.textContent = label;
    made.append(shown);
    made.setAttribute("aria-label", `${label}: ${about}`);
    made.dataset.done = words.done;
    let timer = 0;
    made.addEventListener("click", async () => {
      await copy(text);
      tell(words.copied);
      made.classList.add("done");
      clearTimeout(timer);
      timer = setTimeout(() => made.classList.remove("done"), DONE_MS);
    });
    return made;
  }

  const citer = (entry) => copier(words.cite, entry.title, cite(entry));

  // The same button at each of the places. Results that come while typing are here before their address is, so it is
  // looked at once more a moment later.
  function keepSearch(places) {
    const addressNow = () => `${location.pathname}${location.search}`;
    const kept = () => read(SEARCHES).some(({address}) => address === addressNow());
    const made = places.map(() => button());
    const show = () => {
      for (const each of made) {
        each.classList.toggle("on", kept());
        name(each, kept() ? words.keptSearch : words.keepSearch);
      }
    };
    const toggle = (feed) => {
      const address = addressNow();
      const others = read(SEARCHES).filter((entry) => entry.address !== address);
      const name = [document.getElementById("q").value.trim(), textOf(main, ".within")].filter(Boolean).join(", ");
      const done = write(SEARCHES, kept() ? others : [...others, {address, name, feed, seen: null}]);
      show();
      tell(done ? made[0].textContent : words.full);
    };
    places.forEach((place, number) => {
      made[number].addEventListener("click", () => toggle(place.dataset.feed));
      place.append(made[number]);
    });
    show();
    setTimeout(show);
  }

  // Where an article has neither date nor source nor authors, the line they would stand in.
  function lineBelow(title) {
    const made = document.createElement("p");
    made.className = "body about";
    title.after(made);
    return made;
  }

  function prepare() {
    for (const hit of main.querySelectorAll(".result:not([data-keeps])")) {
      hit.dataset.keeps = "";
      const place = hit.querySelector(".about") ?? lineBelow(hit.querySelector("h2"));
      const tools = document.createElement("span");
      tools.className = "tools";
      const entry = entryOfHit(hit);
      tools.append(citer(entry), keeper(entry));
      place.append(tools);
    }
    for (const line of main.querySelectorAll(".line:not([data-keeps])")) {
      line.dataset.keeps = "";
      const tools = document.createElement("span");
      tools.className = "tools";
      const entry = entryOfLine(line);
      tools.append(keeper(entry), citer(entry));
      line.querySelector(".place").append(tools);
    }
    const citation = main.querySelector(".citation:not(:has(button))");
    citation?.append(copier(words.copy, words.cite, citation.textContent.trim()));
    keepSearch([...main.querySelectorAll(".keep-search:empty")]);
  }

  // Where nothing can be kept, no button pretends to.
  if (!write(LIST, read(LIST))) return;
  count();
  prepare();
  new MutationObserver(prepare).observe(main, {childList: true});
})();
