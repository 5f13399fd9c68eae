// "/" puts the cursor into the search box. Nothing happens while an input method composes a syllable, nor inside a
// field, nor together with a modifier: the key then means a character or something of the browser's.
"use strict";

const box = document.getElementById("q");
const hint = document.querySelector(".box kbd");

if (box) {
  if (hint) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
