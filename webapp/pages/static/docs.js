// The page of the API: samples are copied, endpoints called and their answers shown, the section that is read is named in
// the contents. Without this file samples can be selected, and forms of GET lead to the answer.
"use strict";

(() => {
  const words = document.getElementById("words").dataset;
  const news = document.getElementById("news");
  const MOST = 100_000;

  function copier(place, text) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "copy";
    made.textContent = words.copy;
    made.addEventListener("click", async () => {
      await timdoan.copy(text());
      made.textContent = words.copied;
      news.textContent = words.copied;
    });
    made.addEventListener("blur", () => {
      made.textContent = words.copy;
    });
    place.append(made);
  }

  for (const sample of document.querySelectorAll(".sample")) {
    copier(sample, () => sample.querySelector("pre").textContent);
  }

  // The address and the options of the request that a form stands for.
  function requestOf(form) {
    let path = form.getAttribute("action");
    const query = new URLSearchParams();
    const headers = {};
    for (const field of form.querySelectorAll("[name]")) {
      const value = field.value.trim();
      if ("path" in field.dataset) path = path.replace(`{${field.name}}`, value.split("/").map(encodeURIComponent).join("/"));
      else if (value && "header" in field.dataset) headers[field.name] = value;
      else if (value) query.append(field.name, value);
    }
    const method = form.dataset.method;
    const key = form.querySelector("[data-key]")?.value.trim();
    if (key) headers["X-API-Key"] = key;
    const body = form.querySelector("[data-body]")?.value;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return {address: `${path}${query.size ? `?${query}` : ""}`, options: {method, headers, body, cache: "no-store"}};
  }

  // The text of an answer up to so many characters: an export may be the whole archive.
  async function begun(response) {
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let text = "";
    while (reader && text.length <= MOST) {
      const {done, value} = await reader.read();
      if (done) return {text: text + decoder.decode(), cut: false};
      text += decoder.decode(value, {stream: true});
    }
    await reader?.cancel();
    return {text: text.slice(0, MOST), cut: Boolean(reader)};
  }

  function indented(text) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }

  let running = null;

  async function send(form) {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const fold = form.closest(".try");
    const status = fold.querySelector("[role=status]");
    const {address, options} = requestOf(form);
    status.textContent = words.waiting;
    fold.querySelector(".sample")?.remove();
    try {
      const response = await fetch(address, {...options, signal: mine.signal});
      const {text, cut} = await begun(response);
      status.textContent = `${options.method} ${decodeURI(address)} → ${response.status}`;
      if (cut) status.textContent += ` · ${words.cut.replace("{count}", MOST.toLocaleString(document.documentElement.lang))}`;
      const sample = document.createElement("div");
      sample.className = "sample";
      const shown = document.createElement("pre");
      shown.tabIndex = 0;
      shown.setAttribute("aria-label", words.answer);
      shown.textContent = cut ? text : indented(text);
      sample.append(shown);
      if (text) fold.append(sample);
      copier(sample, () => shown.textContent);
    } catch {
      if (running === mine) status.textContent = words.unreachable;
    }
  }

  for (const form of document.querySelectorAll(".try form")) {
    form.closest(".try").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }

  const links = new Map([...document.querySelectorAll('.contents a[href^="#"]')].map((link) => [link.hash.slice(1), link]));
  const watch = new IntersectionObserver(
    (entries) => {
      for (const {target, isIntersecting} of entries) {
        if (isIntersecting) links.get(target.id)?.setAttribute("aria-current", "true");
        else links.get(target.id)?.removeAttribute("aria-current");
      }
    },
    // A line a quarter down the window: one section crosses it.
    {rootMargin: "-25% 0px -75% 0px"},
  );
  for (const id of links.keys()) watch.observe(document.getElementById(id));
})();
