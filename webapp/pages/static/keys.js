// Keys of every page: "/" and Ctrl+K (or Command+K) put the cursor into the search box; from a result, the arrows go to
// the next and the previous one, the upper arrow on the first one and Escape back to the box. Nothing happens while an
// input method composes a syllable, nor inside a field, nor together with another modifier: the key then means a
// character or something of the browser's.
"use strict";

(() => {
  const box = document.getElementById("q");
  if (!box) return;
  const hint = document.querySelector(".box kbd");
  if (hint) hint.hidden = false;

  function enter(event) {
    event.preventDefault();
    box.focus();
    box.select();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "k" && event.ctrlKey !== event.metaKey) enter(event);
      return;
    }
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "/") {
      enter(event);
      return;
    }
    const results = [...document.querySelectorAll(".result h2 a")];
    const at = results.indexOf(event.target);
    if (at < 0) return;
    if (event.key === "Escape" || (event.key === "ArrowUp" && at === 0)) {
      enter(event);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      results[event.key === "ArrowDown" ? at + 1 : at - 1]?.focus();
    }
  });
})();
