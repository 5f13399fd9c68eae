// Suggestions while typing: the search box becomes a combobox with a list (ARIA 1.2, list autocomplete, manual
// selection). Texts, and the address that is asked, stand in data attributes of the box. Without this file the form
// works as it is. Results may change behind the list (instant.js); neither knows the other. While an input method composes a syllable nothing is asked and no key is taken.
"use strict";

(() => {
  const box = document.getElementById("q");
  if (!box || !box.dataset.suggest) return;

  const WAIT_MS = 120;
  const {suggest: address, suggestLabel, suggestOne, suggestMany} = box.dataset;

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
  const limit = () => (document.querySelector(".results") || matchMedia("(max-width: 52rem)").matches ? 5 : 8);

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
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[active];
    if (!option) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({block: "nearest"});
    box.setAttribute("aria-activedescendant", option.id);
  }

  function optionOf({text, highlights}, index) {
    const option = document.createElement("li");
    option.id = `suggestion-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
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

  function show(suggestions) {
    if (!suggestions.length) {
      close();
      return;
    }
    activate(-1);
    list.replaceChildren(...suggestions.map(optionOf));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    status.textContent = suggestions.length === 1 ? suggestOne : suggestMany.replace("{count}", suggestions.length);
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
      const suggestions = response.ok ? (await response.json()).suggestions : [];
      // Even an answer that arrives while it is called off is not shown.
      if (request === mine) show(suggestions);
    } catch {
      // Called off, or the server cannot be reached: the box goes on without suggestions.
      if (request === mine) close();
    }
  }

  function changed() {
    forget();
    timer = setTimeout(ask, WAIT_MS);
  }

  function take(option) {
    box.value = option.textContent;
    close();
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
    const count = list.children.length;
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
      take(list.children[active]);
      box.form.requestSubmit();
    } else if (event.key === "Tab" && active >= 0) {
      take(list.children[active]);
    }
  });

  // A press must not take the focus away, which would close the list before the click comes.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    take(option);
    box.form.requestSubmit();
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
})();
