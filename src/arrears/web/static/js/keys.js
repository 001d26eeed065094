/*
 * One key for what the page offers. Anything with data-key="n" is pressed or focused when n is typed outside a
 * field; the help behind "?" lists exactly the keys that the page has at that moment, so it can't go stale.
 * Switched off with data-keys="off" on <body> (WCAG 2.1.4). Nothing here reads or keeps what a person types.
 */
"use strict";
(() => {
  const typing = (el) =>
    el instanceof HTMLElement &&
    (el.isContentEditable || el.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit])"));

  const shown = (el) => el.checkVisibility({ visibilityProperty: true });
  const usable = (el) => shown(el) && !el.disabled && el.getAttribute("aria-disabled") !== "true";
  const keyed = () => [...document.querySelectorAll("[data-key]")];

  const labelOf = (el) =>
    (el.dataset.keyLabel || el.getAttribute("aria-label") || el.textContent).replace(/\s+/g, " ").trim();

  function help() {
    const dialog = document.getElementById("key-help");
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("[data-key-list]");
    list.replaceChildren();
    for (const el of keyed()) {
      if (!shown(el)) continue;
      const row = document.createElement("li");
      const key = document.createElement("kbd");
      key.textContent = el.dataset.key;
      const label = document.createElement("span");
      label.textContent = labelOf(el);
      row.className = usable(el) ? "key-row" : "key-row key-row-off";
      if (!usable(el)) label.textContent += ` (${list.dataset.offWord})`;
      row.append(key, label);
      list.append(row);
    }
    dialog.showModal();
  }

  function reach(el) {
    for (let fold = el.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) {
      fold.open = true;
    }
    if (el.matches("summary")) {
      el.parentElement.open = true;
      (el.parentElement.querySelector("input:not([type=hidden]), select, textarea") || el).focus();
    } else if (el.matches("input, select, textarea, h1, h2, section, [data-key-focus]")) {
      el.focus();
      el.scrollIntoView({ block: "nearest" });
    } else {
      el.click();
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      help();
      return;
    }
    if (event.repeat) return;
    const wanted = keyed().find((el) => el.dataset.key === event.key.toLowerCase() && usable(el));
    if (wanted) {
      event.preventDefault();
      reach(wanted);
    }
  });

  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-open-key-help]");
    if (asked) help();
    const chip = event.target.closest("[data-fills]");
    if (chip) {
      const field = document.getElementById(chip.dataset.fills);
      field.value = chip.dataset.value;
      field.focus();
    }
    const close = event.target.closest("[data-close-dialog]");
    if (close) close.closest("dialog").close();
  });

  // After a step the reader's place is the news about it, for eyes and for a screen reader alike.
  function land() {
    const place = document.querySelector("[data-land]");
    if (place) place.focus({ preventScroll: false });
  }
  document.addEventListener("DOMContentLoaded", land);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.boosted || event.detail.target === document.body) land();
  });

  // One press is one act: a form that was sent is not sent again until the answer is here.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target instanceof HTMLElement) delete event.target.dataset.sent;
  });
})();
