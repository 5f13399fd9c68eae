// Results while typing. When typing pauses, the page of results is asked for as the form would, and its content takes
// the place of the present one: the box itself is never touched, so neither focus, caret nor an input method notice.
// Suggestions (suggest.js) stay open above; the results change behind them.
//
// The address is always that of what is shown. The first change by typing makes an entry in the history, further ones
// replace it, and Enter settles it: "back" leads to what the reader last asked for, not through every letter.
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
  let settled = true;
  let typedPage = null;
  let composing = false;
  let timer = 0;
  let request = null;

  // The address the form would lead to.
  function address() {
    const fields = [...new FormData(form)].filter(([name, value]) => value !== "" || name === "q");
    return `${new URL(form.action).pathname}?${new URLSearchParams(fields)}`;
  }

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

  // Ask for `url` and show it. Raises where the server cannot be reached; false where another request came between.
  async function load(url) {
    forget();
    const mine = new AbortController();
    request = mine;
    timer = setTimeout(busy, SLOW_MS);
    try {
      const response = await fetch(url, {signal: mine.signal, headers: {Accept: "text/html"}});
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (request !== mine) return false;
      // Errors come as pages too, and say what happened; what is no page of ours is a failure.
      if (!page.querySelector("form.search")) throw new Error(`status ${response.status}`);
      await dress(page);
      if (request !== mine) return false;
      forget();
      swap(page);
      fail("");
      shown = url;
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
    if (!box.value.trim() || url === shown) return;
    try {
      const page = await load(url);
      if (!page) return;
      typedPage = page;
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
    if (url !== shown) {
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
