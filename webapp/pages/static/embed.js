// A search box for any page: one tag, <script src="https://HOST/static/embed.js" defer></script>, puts it where data-target
// says, else where the tag stands. It asks HOST's JSON endpoint (cors_origins must allow the page) and shows articles in a
// shadow tree: page and box keep their looks apart. HOST's page /embed has it all.
"use strict";

(() => {
  const script = document.currentScript;
  const base = new URL("..", script.src);
  const {target, lang, limit = "5", links = "own", source, key, theme, accent} = script.dataset;
  const looks = {...(theme && {theme}), ...(accent && {accent})};
  const english = (lang || document.documentElement.lang || "vi").startsWith("en");
  const say = english
    ? {
        label: "Search the archive", hint: "What do you remember?", list: "Articles found", none: "Nothing was found.",
        found: (n) => `${n} found. Choose with the arrow keys.`, all: "All results", failed: "The search cannot be reached.",
        busy: "Too many requests. Try again in a moment.",
      }
    : {
        label: "Tìm trong kho bài", hint: "Bạn nhớ điều gì?", list: "Các bài tìm thấy", none: "Không tìm thấy bài nào.",
        found: (n) => `Có ${n} bài. Dùng phím mũi tên để chọn.`, all: "Xem tất cả", failed: "Hiện không tìm được.",
        busy: "Quá nhiều yêu cầu. Hãy thử lại sau giây lát.",
      };

  const LOOKS = `
    :host { display: block; }
    section { position: relative; max-width: var(--tim-doan-width, 32rem); color: var(--tim-doan-ink, #1c1829);
      font: var(--tim-doan-font, 1rem/1.6 system-ui, sans-serif); text-align: start; }
    * { box-sizing: border-box; }
    input { width: 100%; padding: .55em .8em; border: 1.5px solid var(--tim-doan-line, #8a8499); font: inherit; color: inherit;
      border-radius: var(--tim-doan-radius, .4rem); background: var(--tim-doan-paper, #fff); }
    input:focus-visible { outline: 3px solid var(--tim-doan-accent, #4a2a9c); outline-offset: 1px; }
    [role=listbox] { position: absolute; z-index: 1000; inset-inline: 0; margin-top: .3rem; max-height: 70vh; overflow: auto;
      border: 1px solid var(--tim-doan-line, #8a8499); border-radius: var(--tim-doan-radius, .4rem);
      background: var(--tim-doan-paper, #fff); box-shadow: 0 .5rem 1.5rem #0003; }
    [hidden] { display: none; }
    a { display: block; padding: .55em .8em; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
    a + a { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
    a[aria-selected=true], a:hover { background: var(--tim-doan-tint, #efecf8); }
    a[aria-selected=true] { box-shadow: inset .25rem 0 var(--tim-doan-accent, #4a2a9c); }
    b { display: block; color: var(--tim-doan-accent, #4a2a9c); }
    span { font-size: .9em; }
    small { display: block; opacity: .8; }
    mark { background: var(--tim-doan-mark, #e6f255); color: var(--tim-doan-mark-ink, #1c1829); }
    p { margin: .3rem 0 0; font-size: .9em; }
    p.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }`;

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    element.append(...children);
    return element;
  };

  function build() {
    const host = make("div", {class: "tim-doan"});
    const place = target && document.querySelector(target);
    if (place) place.append(host);
    else script.after(host);

    const root = host.attachShadow({mode: "open"});
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOKS);
    root.adoptedStyleSheets = [sheet];
    const box = make("input", {
      type: "text", role: "combobox", "aria-label": say.label, "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "list", placeholder: say.hint, autocomplete: "off", autocapitalize: "none", spellcheck: "false",
      enterkeyhint: "search",
    });
    const list = make("div", {id: "list", role: "listbox", "aria-label": say.list});
    const status = make("p", {role: "status", class: "unseen"});
    list.hidden = true;
    root.append(make("section", {}, box, list, status));

    let active = -1;
    let composing = false;
    let timer = 0;
    let request = null;

    // Some browsers tell of an input method's key only by the code 229.
    const isComposed = (event) => composing || event.isComposing || event.keyCode === 229;
    const everything = () => new URL(`search?${new URLSearchParams({q: box.value.trim(), ...looks})}`, base).href;

    function tell(text, seen = false) {
      status.textContent = text;
      status.className = seen ? "" : "unseen";
    }

    function forget() {
      clearTimeout(timer);
      request?.abort();
      request = null;
    }

    function activate(index) {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = index;
      const option = list.children[active];
      if (!option) return box.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({block: "nearest"});
      box.setAttribute("aria-activedescendant", option.id);
    }

    function open(options) {
      activate(-1);
      list.replaceChildren(...options);
      list.hidden = !options.length;
      box.setAttribute("aria-expanded", String(!list.hidden));
    }

    function close() {
      forget();
      open([]);
      tell("");
    }

    // Offsets count code points, strings count UTF-16 units.
    function marked({text, highlights}) {
      const points = Array.from(text);
      const pieces = [];
      let at = 0;
      for (const [start, end] of highlights) {
        pieces.push(points.slice(at, start).join(""), make("mark", {}, points.slice(start, end).join("")));
        at = end;
      }
      return [...pieces, points.slice(at).join("")];
    }

    function addressOf({article, paragraph}) {
      if (links === "own" && article.url) return article.url;
      const path = article.id.split("/").map(encodeURIComponent).join("/");
      return new URL(`articles/${path}?${new URLSearchParams({q: box.value.trim(), ...looks})}#p${paragraph.position}`, base).href;
    }

    function option(index, href, ...children) {
      const attributes = {id: `option-${index}`, role: "option", "aria-selected": "false", tabindex: "-1", href};
      return make("a", attributes, ...children);
    }

    // Of each article the best passage comes first; for a title alone, its lead.
    function show({results}) {
      const best = results.filter(({article}, at) => article.id !== results[at - 1]?.article.id);
      const options = best.map((found, index) =>
        option(index, addressOf(found), make("b", {}, found.article.title),
          make("small", {}, [found.article.date?.split("-").reverse().join("/"), found.article.source].filter(Boolean).join(" · ")),
          make("span", {}, ...(found.paragraph.kind === "title" ? [] : marked(found.snippet)))));
      if (best.length) options.push(option(options.length, everything(), say.all));
      open(options);
      tell(best.length ? say.found(best.length) : say.none, !best.length);
    }

    async function ask() {
      forget();
      const q = box.value;
      if (!q.trim()) return close();
      const mine = new AbortController();
      request = mine;
      const parameters = new URLSearchParams({q, group: "article", per_page: limit, fields: "article,paragraph,snippet"});
      if (source) parameters.set("source", source);
      try {
        const headers = key ? {"X-API-Key": key} : {};
        const response = await fetch(new URL(`api/v1/search?${parameters}`, base), {headers, signal: mine.signal});
        const answer = response.ok ? await response.json() : null;
        if (request !== mine) return;
        if (answer) return show(answer);
        open([]);
        tell(response.status === 429 ? say.busy : say.failed, true);
      } catch {
        if (request !== mine) return;
        console.warn(`tim-doan: no answer. If it was blocked, add ${origin} to cors_origins.`);
        open([]);
        tell(say.failed, true);
      }
    }

    function changed() {
      forget();
      timer = setTimeout(ask, 150);
    }

    box.addEventListener("compositionstart", () => {
      composing = true;
      forget();
    });
    box.addEventListener("compositionend", () => {
      composing = false;
      changed();
    });
    box.addEventListener("input", (event) => {
      if (!isComposed(event)) changed();
    });
    box.addEventListener("keydown", (event) => {
      if (isComposed(event) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const count = list.children.length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const down = event.key === "ArrowDown";
        // Between the last and the first stands the box itself, where nothing is chosen.
        if (count) activate(down ? (active + 2) % (count + 1) - 1 : (active + count + 1) % (count + 1) - 1);
        else ask();
      } else if (event.key === "Escape") {
        if (!list.hidden) event.preventDefault();
        close();
      } else if (event.key === "Enter" && box.value.trim()) {
        event.preventDefault();
        if (active >= 0) list.children[active].click();
        else location.assign(everything());
      }
    });
    // A press must not take the focus away, which would close the list before the click comes.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("blur", close);
  }

  // Deferred and module scripts run when the page is there; others may stand before their target.
  if (document.readyState === "loading" && target) document.addEventListener("DOMContentLoaded", build);
  else build();
})();
