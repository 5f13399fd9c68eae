// Results while typing. When typing pauses, the page of results is asked for as the form would, and its content takes
// the place of the present one: the box itself is never touched, so neither focus, caret nor an input method notice.
// Suggestions (suggest.js) stay open above; the results change behind them.
//
// A syllable that is still being typed is not taken at its word (`readings`); Enter asks what is in the box as it is. The
// address is always that of the box. The first change by typing makes an entry in the history, further ones replace it,
// and Enter settles it: "back" leads to what the reader last asked for, not through every letter.
// Without this file the form works as it is. While an input method composes a syllable nothing is asked.
"use strict";

(() => {
  const box = document.getElementById("q");
  const form = box?.form;
  if (!form || !("instant" in form.dataset)) return;

  const WAIT_MS = 200;
  const SLOW_MS = 400;
  const main = document.getElementById("main");
  const sheet = document.querySelector(".sheet");
  const news = document.getElementById("news");
  const alarm = document.createElement("p");
  alarm.className = "alarm";
  alarm.setAttribute("role", "alert");
  alarm.hidden = true;
  box.closest(".box").append(alarm);

  let shown = location.pathname + location.search;
  // Whether that is what was asked for it, word for word.
  let literal = true;
  let settled = true;
  let typedPage = null;
  let composing = false;
  let timer = 0;
  let request = null;

  // The address the form would lead to, with `text` in the box.
  function address(text = box.value) {
    const fields = [...new FormData(form)]
      .filter(([name, value]) => value !== "" || name === "q")
      .map(([name, value]) => [name, name === "q" ? text : value]);
    return `${new URL(form.action).pathname}?${new URLSearchParams(fields)}`;
  }

  // What is asked for while typing, the second where the first finds little. The syllable before the caret may go on: of
  // one letter nothing is known yet and it is left out, more are asked as the beginning of a syllable too. Not at once:
  // what is finished finds better than what begins so, for `y tế*` is also "Ý", "Tết". In capitals are abbreviations and
  // OR, and what has digits, colons or other signs is no syllable; between quotes a star is a letter like others.
  function readings() {
    const text = box.value;
    const last = text.split(/\s/).at(-1);
    const goesOn = box.selectionEnd === text.length && /^[\p{L}\p{M}]+$/u.test(last) && last !== last.toUpperCase();
    if (!goesOn) return [text];
    if ([...last.normalize()].length === 1) return [text.slice(0, -last.length).trimEnd()];
    const quoted = (text.match(/["“”]/g) ?? []).length % 2 === 1;
    return quoted ? [text] : [text, `${text}*`];
  }

  // Whether a page has nothing, or so little that it goes on with what lacks a part of the query.
  const isPoor = (page) => !page.querySelector(".result") || page.querySelector(".result .missing") !== null;

  function forget() {
    clearTimeout(timer);
    request?.abort();
    request = null;
    main.removeAttribute("aria-busy");
    box.closest(".box").classList.remove("busy");
  }

  function busy() {
    main.setAttribute("aria-busy", "true");
    box.closest(".box").classList.add("busy");
    news.textContent = form.dataset.searching;
  }

  function fail(text) {
    alarm.textContent = text;
    alarm.hidden = !text;
  }

  // A style sheet the new page needs is there before its content is.
  async function dress(page) {
    const needed = [...page.querySelectorAll('link[rel="stylesheet"]')].filter(
      ({href}) => ![...document.querySelectorAll('link[rel="stylesheet"]')].some((link) => link.href === href),
    );
    await Promise.all(
      needed.map(
        ({href}) =>
          new Promise((done) => {
            const link = document.createElement("link");
            link.rel = "stylesheet";
            link.addEventListener("load", done);
            link.addEventListener("error", done);
            link.href = href;
            document.head.append(link);
          }),
      ),
    );
  }

  const ABOUT = 'link[rel="canonical"], link[rel="alternate"], meta[name="description"], meta[name="robots"], meta[property]';

  function swap(page) {
    const inside = main.contains(document.activeElement);
    document.title = page.title;
    for (const element of document.head.querySelectorAll(ABOUT)) element.remove();
    document.head.append(...page.head.querySelectorAll(ABOUT));
    main.replaceChildren(...page.getElementById("main").childNodes);
    const about = [...page.querySelectorAll(".colophon > :not(:has(#kept))")];
    for (const element of document.querySelectorAll(".colophon > :not(:has(#kept))")) element.remove();
    document.querySelector(".colophon").append(...about);
    if (inside) main.focus({preventScroll: true});
    news.textContent = main.querySelector("h1")?.textContent.trim().replace(/\s+/g, " ") ?? "";
  }

  // What stands round the form, and the form's hidden fields. Not while one types.
  function swapMasthead(page) {
    sheet.className = page.querySelector(".sheet").className;
    const fresh = page.querySelector("form.search");
    for (const element of [...form.parentElement.children]) if (element !== form) element.remove();
    const around = [...fresh.parentElement.children];
    form.before(...around.slice(0, around.indexOf(fresh)));
    form.after(...around.slice(around.indexOf(fresh) + 1));
    for (const field of form.querySelectorAll("input[type=hidden]")) field.remove();
    form.append(...fresh.querySelectorAll("input[type=hidden]"));
  }

  // The page at the first of `addresses` that is not poor, else the last that has results, else the first.
  async function firstOf(addresses, mine) {
    let best = null;
    for (const each of addresses) {
      const response = await fetch(each, {signal: mine.signal, headers: {Accept: "text/html"}});
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // Errors come as pages too, and say what happened; what is no page of ours is a failure.
      if (!page.querySelector("form.search")) throw new Error(`status ${response.status}`);
      if (!best || page.querySelector(".result")) best = {page, address: each};
      if (!isPoor(page)) break;
    }
    return best;
  }

  // Show what is at `url`, or at what is asked in its place. Raises where the server cannot be reached; false where
  // another request came between.
  async function load(url, addresses = [url]) {
    forget();
    const mine = new AbortController();
    request = mine;
    timer = setTimeout(busy, SLOW_MS);
    try {
      const {page, address: found} = await firstOf(addresses, mine);
      if (request !== mine) return false;
      await dress(page);
      if (request !== mine) return false;
      forget();
      swap(page);
      fail("");
      shown = url;
      literal = found === url;
      return page;
    } catch (error) {
      if (request !== mine) return false;
      forget();
      throw error;
    }
  }

  function remember(url) {
    if (!settled) {
      history.replaceState(null, "", url);
      return;
    }
    history.replaceState({top: scrollY}, "");
    history.pushState(null, "", url);
  }

  async function typed() {
    const url = address();
    const text = box.value.trim();
    const asked = readings();
    if (!asked[0].trim() || url === shown) return;
    try {
      const page = await load(url, asked.map(address));
      if (!page) return;
      typedPage = page;
      document.title = page.title.replace(page.getElementById("q").value, () => text);
      sheet.classList.add(...page.querySelector(".sheet").classList);
    } catch {
      fail(form.dataset.unreachable);
      return;
    }
    remember(url);
    settled = false;
  }

  async function submitted() {
    const url = address();
    if (url !== shown || !literal) {
      try {
        const page = await load(url);
        if (!page) return;
        swapMasthead(page);
      } catch {
        // The browser says best what is wrong with the way to the server.
        location.assign(url);
        return;
      }
      remember(url);
    } else if (!settled) {
      swapMasthead(typedPage);
    }
    settled = true;
    // A keyboard on the screen would hide the results.
    if (matchMedia("(pointer: coarse)").matches) box.blur();
  }

  const changed = () => {
    forget();
    timer = setTimeout(typed, WAIT_MS);
  };

  box.addEventListener("compositionstart", () => {
    composing = true;
    forget();
  });
  box.addEventListener("compositionend", () => {
    composing = false;
    changed();
  });
  box.addEventListener("input", (event) => {
    // The title page folds at the first key, to where the box of the results stands: after that nothing moves.
    if (sheet.classList.contains("home")) sheet.classList.add("folded");
    if (!composing && !event.isComposing) changed();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitted();
  });

  addEventListener("popstate", async (event) => {
    const url = location.pathname + location.search;
    if (url === shown) return;
    try {
      const page = await load(url);
      if (!page) return;
      swapMasthead(page);
      box.value = page.getElementById("q").value;
      settled = true;
      scrollTo(0, event.state?.top ?? 0);
    } catch {
      location.reload();
    }
  });
})();
