// An article with a query: "n" and "p" (or the buttons) go to the next and the previous passage that matches, and the
// map shows which one. A fragment like #p4-1f3a9c2b is the text that once stood at place 4: when that place holds
// another text now, it is looked for in the whole article. Without this file the map's links work.
"use strict";

(() => {
  // The title is one of them; a paragraph that stands at two places is one passage.
  const passages = [...document.querySelectorAll(".matched:not(.repeated)")];
  const panel = document.querySelector(".passages");

  const placeOf = (id) => Number(/^p(\d+)/.exec(id)?.[1] ?? 0);

  // Where a fragment leads that names no element: to its text at the nearest place, else to its place.
  function follow() {
    const fragment = /^#p(\d+)-([0-9a-f]{8})$/.exec(location.hash);
    if (!fragment || document.getElementById(location.hash.slice(1))) return;
    const [, place, text] = fragment;
    const away = (element) => Math.abs(placeOf(element.id) - Number(place));
    const [moved] = [...document.querySelectorAll(`[id$="-${text}"]`)].sort((a, b) => away(a) - away(b));
    const id = moved?.id ?? `p${place}`;
    if (document.getElementById(id)) location.replace(`#${id}`);
  }

  // By the address: `:target` is not set yet while the page loads.
  const target = () => document.getElementById(location.hash.slice(1))?.closest(".line, h1") ?? null;

  // The passage the reader is at: the one led to while it is in view, else the last one that begins above.
  function current() {
    const led = passages.indexOf(target());
    const seen = (element) => {
      const {top, bottom} = element.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    };
    if (led >= 0 && seen(passages[led])) return led;
    const line = innerHeight * 0.3;
    return passages.findLastIndex((passage) => passage.getBoundingClientRect().top < line);
  }

  function tell() {
    if (!panel) return;
    const at = passages.indexOf(target());
    for (const link of panel.querySelectorAll("svg a")) {
      if (at >= 0 && link.dataset.passage === passages[at].id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const [shown, spoken] = panel.querySelectorAll(".at span");
    shown.textContent = `${at >= 0 ? at + 1 : "–"} / ${passages.length}`;
    spoken.textContent =
      at < 0 ? "" : panel.dataset.count.replace("{number}", at + 1).replace("{count}", passages.length);
  }

  function go(step) {
    const number = current() + step;
    const passage = passages[Math.min(Math.max(number, 0), passages.length - 1)];
    // Without an entry of its own in the history: "back" leads out of the article, not through it.
    location.replace(`#${(passage.querySelector(".body") ?? passage).id}`);
    tell();
  }

  addEventListener("hashchange", () => {
    follow();
    tell();
  });
  follow();
  if (!panel) return;

  panel.querySelector(".steps").hidden = false;
  tell();
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) go(Number(button.dataset.step));
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "n" || event.key === "j") go(1);
    else if (event.key === "p" || event.key === "k") go(-1);
  });
})();
