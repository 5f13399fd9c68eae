// Suggestions while typing: the search box becomes a combobox with a list (ARIA 1.2, list autocomplete, manual
// selection): queries, which are searched, and apart from them articles, which are opened. Texts, and the addresses that
// are asked and opened, stand in data attributes of the box. Without this file the form
// works as it is. Results may change behind the list (instant.js); neither knows the other. While an input method composes a syllable nothing is asked and no key is taken.
"use strict";

(() => {
  const box = document.getElementById("q");
  if (!box || !box.dataset.suggest) return;

  const WAIT_MS = 120;
  const {suggest: address, articles: place, suggestLabel, suggestOne, suggestMany, suggestBoth, suggestArticles} =
    box.dataset;

  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.lang = "vi";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", suggestLabel);
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  box.closest(".box").append(list, status);

  // A search field empties itself at Escape, which here only closes the list; nor may it be a combobox.
  box.type = "text";
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let active = -1;
  let composing = false;
  let timer = 0;
  let request = null;

  // Of an input method's key some browsers tell only by the code 229, when the composition is already over.
  const isComposed = (event) => composing || event.isComposing || event.keyCode === 229;

  // Beside results, and on a phone, a short list, so that they are seen below it.
  const narrow = matchMedia("(max-width: 52rem)");
  const limit = () => (document.querySelector(".results") || narrow.matches ? 5 : 8);
  const written = new Intl.DateTimeFormat(document.documentElement.lang === "vi" ? "vi" : "en-GB", {
    day: "2-digit",
    month: document.documentElement.lang === "vi" ? "2-digit" : "short",
    year: "numeric",
    timeZone: "UTC",
  });

  // Completions have no signs at their ends, and one form of each letter.
  const bare = (text) => text.normalize().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  const options = () => list.querySelectorAll("[role=option]");

  function forget() {
    clearTimeout(timer);
    request?.abort();
    request = null;
  }

  function close() {
    forget();
    activate(-1);
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    status.textContent = "";
  }

  function activate(index) {
    options()[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options()[active];
    if (!option) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({block: "nearest"});
    box.setAttribute("aria-activedescendant", option.id);
  }

  function optionOf(index) {
    const option = document.createElement("li");
    option.id = `suggestion-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  }

  function queryOf({text, highlights}, index) {
    const option = optionOf(index);
    // Offsets count code points, strings count UTF-16 units.
    const points = Array.from(text);
    let at = 0;
    for (const [start, end] of highlights) {
      const rest = document.createElement("b");
      rest.textContent = points.slice(start, end).join("");
      option.append(points.slice(at, start).join(""), rest);
      at = end;
    }
    option.append(points.slice(at).join(""));
    return option;
  }

  function articleOf({id, title, date, source}, index) {
    const option = optionOf(index);
    const path = id.split("/").map(encodeURIComponent).join("/");
    option.dataset.address = `${place}${path}?${new URLSearchParams({q: box.value})}`;
    const name = document.createElement("span");
    name.className = "title";
    name.textContent = title;
    const from = document.createElement("span");
    from.className = "from";
    from.textContent = [date && written.format(new Date(date)), source].filter(Boolean).join(" · ");
    option.append(name, ...(from.textContent ? [" ", from] : []));
    return option;
  }

  // Articles stand under a heading, so that nobody takes a title for a query.
  function groupOf(articles, before) {
    const group = document.createElement("li");
    const heading = document.createElement("span");
    const own = document.createElement("ul");
    heading.id = "suggested-articles";
    heading.className = "heading";
    heading.lang = document.documentElement.lang;
    heading.textContent = suggestArticles;
    heading.setAttribute("role", "presentation");
    own.setAttribute("role", "group");
    own.setAttribute("aria-labelledby", heading.id);
    own.append(...articles.map((article, index) => articleOf(article, before + index)));
    group.setAttribute("role", "presentation");
    group.append(heading, own);
    return group;
  }

  function show(suggestions, found) {
    const articles = found.slice(0, narrow.matches ? 2 : 3);
    const titles = new Set(articles.map(({title}) => bare(title)));
    // With articles below them five queries are enough; on a phone all together are five. A whole title stands there once.
    const queries = suggestions
      .filter(({text}) => !titles.has(bare(text)))
      .slice(0, articles.length ? 5 - (narrow.matches ? articles.length : 0) : undefined);
    if (!queries.length && !articles.length) {
      close();
      return;
    }
    activate(-1);
    list.replaceChildren(...queries.map(queryOf), ...(articles.length ? [groupOf(articles, queries.length)] : []));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    const told = articles.length ? suggestBoth : queries.length === 1 ? suggestOne : suggestMany;
    status.textContent = told.replace("{count}", queries.length).replace("{articles}", articles.length);
  }

  async function ask() {
    forget();
    const text = box.value;
    if (!text.trim()) {
      close();
      return;
    }
    const mine = new AbortController();
    request = mine;
    try {
      const response = await fetch(`${address}?${new URLSearchParams({q: text, limit: limit()})}`, {signal: mine.signal});
      const {suggestions, articles = []} = response.ok ? await response.json() : {suggestions: []};
      // Even an answer that arrives while it is called off is not shown.
      if (request === mine) show(suggestions, articles);
    } catch {
      // Called off, or the server cannot be reached: the box goes on without suggestions.
      if (request === mine) close();
    }
  }

  function changed() {
    forget();
    timer = setTimeout(ask, WAIT_MS);
  }

  // A query goes into the box; what was typed stays there when an article is opened.
  function take(option) {
    if (!option.dataset.address) box.value = option.textContent;
    close();
  }

  function follow(option) {
    const {address: opened} = option.dataset;
    take(option);
    if (opened) location.assign(opened);
    else box.form.requestSubmit();
  }

  box.addEventListener("compositionstart", () => {
    composing = true;
    close();
  });
  box.addEventListener("compositionend", () => {
    composing = false;
    changed();
  });
  box.addEventListener("input", (event) => {
    if (!isComposed(event)) changed();
  });

  box.addEventListener("keydown", (event) => {
    if (isComposed(event)) {
      // The Enter that ends a composition takes the syllable; it does not search.
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const down = event.key === "ArrowDown";
      const first = document.querySelector(".result h2 a");
      if (down && count && active === count - 1 && first) {
        // Below the last suggestion come the results.
        close();
        first.focus();
        return;
      }
      // Between the last and the first stands the box itself, where nothing is chosen.
      if (count) activate(down ? (active + 2) % (count + 1) - 1 : (active + count + 1) % (count + 1) - 1);
      else ask();
    } else if (event.key === "Escape") {
      if (!list.hidden) event.preventDefault();
      close();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      follow(options()[active]);
    } else if (event.key === "Tab" && active >= 0) {
      take(options()[active]);
    }
  });

  // A press must not take the focus away, which would close the list before the click comes.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
})();
