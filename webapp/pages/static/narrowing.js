// The filters: a span of the histogram chosen by dragging or by the keyboard, and long lists of values searched. Each bar
// is a link of its own and every value is listed, so without this file nothing is missing but the convenience.
"use strict";

(() => {
  const LONG = 10;
  const page = document.getElementById("main");
  const bars = () => [...page.querySelectorAll(".timeline svg a")];

  // The bar where the span began, and the one where it ends now.
  let from = null;
  let to = null;
  let dragging = false;
  let dragged = false;

  function picked() {
    const all = bars();
    const ends = [all.indexOf(from), all.indexOf(to)];
    return ends.includes(-1) ? [] : all.slice(Math.min(...ends), Math.max(...ends) + 1);
  }

  function pick(first, last) {
    [from, to] = [first, last];
    const chosen = picked();
    for (const bar of bars()) bar.classList.toggle("picked", chosen.includes(bar));
    return chosen;
  }

  // The labels of bars are read as they get the focus; this says what is chosen besides.
  function tell(chosen) {
    const names = [chosen[0], chosen.at(-1)].map((bar) => bar.getAttribute("aria-label").split(": ")[0]);
    const sentence = chosen[0].closest("svg").dataset.chosen.replace(/#/g, () => names.shift());
    document.getElementById("news").textContent = chosen.length > 1 ? sentence : "";
  }

  function follow() {
    const chosen = picked();
    if (chosen.length < 2) return false;
    const address = new URL(chosen[0].href.baseVal, location.href);
    const last = new URL(chosen.at(-1).href.baseVal, location.href);
    address.searchParams.set("before", last.searchParams.get("before"));
    location.assign(address);
    return true;
  }

  const barOf = (target) => (target instanceof Element ? target.closest(".timeline svg a") : null);

  page.addEventListener("pointerdown", (event) => {
    dragged = false;
    const bar = event.button === 0 ? barOf(event.target) : null;
    if (!bar) return;
    dragging = true;
    pick(bar, bar);
  });
  page.addEventListener("dragstart", (event) => {
    if (barOf(event.target)) event.preventDefault();
  });
  page.addEventListener("pointermove", (event) => {
    if (!dragging) return;
    const bar = barOf(document.elementFromPoint(event.clientX, event.clientY));
    if (!bar || bar === to) return;
    dragged = true;
    pick(from, bar);
  });
  addEventListener("pointerup", () => {
    if (dragging && dragged) follow();
    dragging = false;
  });
  page.addEventListener("click", (event) => {
    // The end of a drag is no click on the bar it ends at.
    if (dragged && barOf(event.target)) event.preventDefault();
  });
  page.addEventListener("keydown", (event) => {
    const bar = barOf(event.target);
    if (!bar || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const all = bars();
      const next = all[all.indexOf(bar) + (event.key === "ArrowRight" ? 1 : -1)];
      event.preventDefault();
      if (!next) return;
      const chosen = pick(event.shiftKey ? (from && picked().includes(bar) ? from : bar) : next, next);
      next.focus();
      tell(chosen);
    } else if (event.key === "Enter" && picked().length > 1 && picked().includes(bar)) {
      event.preventDefault();
      follow();
    } else if (event.key === "Escape") {
      pick(null, null);
    }
  });

  // Long lists of values.

  const bare = (text) => text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/\p{M}/gu, "");

  function search(section, fold) {
    // A list that holds not all values brings a form of its own, which finds the others.
    const own = fold.querySelector(".within-list");
    const field = own ?? document.createElement("input");
    if (!own) {
      field.type = "search";
      field.className = "within-list";
      field.placeholder = page.querySelector(".narrowing").dataset.find;
      field.setAttribute("aria-label", `${field.placeholder}: ${section.querySelector("h2").textContent}`);
    }
    field.addEventListener("input", () => {
      const wanted = bare(field.value.trim());
      if (wanted) fold.open = true;
      for (const entry of section.querySelectorAll("li")) {
        entry.hidden = !bare(entry.querySelector(".value").textContent).includes(wanted);
      }
    });
    fold.addEventListener("toggle", () => {
      if (!fold.open && field.value) {
        field.value = "";
        field.dispatchEvent(new Event("input"));
      }
    });
    if (!own) fold.querySelector("ul").before(field);
  }

  function prepare() {
    for (const fold of page.querySelectorAll(".panel section > details.more:not([data-ready])")) {
      fold.dataset.ready = "";
      const section = fold.closest("section");
      if (section.querySelectorAll("li").length > LONG) search(section, fold);
    }
  }

  prepare();
  // Results that come while typing bring filters of their own.
  new MutationObserver(prepare).observe(page, {childList: true});
})();
