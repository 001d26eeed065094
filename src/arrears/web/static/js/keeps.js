/*
 * What a reader has done on a page stays done: folds opened in a part that refreshes itself, focus, and what was typed
 * when the language changes or the connection is gone. Kept in memory for one swap, and nowhere else: it is about people.
 */
"use strict";
(() => {
  const TYPED = "form[method=post] :is(input:not([type=hidden], [type=password], [type=submit]), select, textarea)";
  let kept = null;

  const nameOf = (el) => `${el.form?.getAttribute("action") || ""}\u0000${el.name}`;

  // Everything that a swap would undo: open folds and focus by id, and with `typed` the fields by form and name.
  function keep(root, typed) {
    return {
      open: [...root.querySelectorAll("details[open][id]")].map((fold) => fold.id),
      shut: [...root.querySelectorAll("details[id]:not([open])")].map((fold) => fold.id),
      focus: root.contains(document.activeElement) ? document.activeElement.id : "",
      fields: typed ? [...root.querySelectorAll(TYPED)].filter((el) => el.name).map((el) => [nameOf(el), el.type === "checkbox" || el.type === "radio" ? null : el.value]) : [],
    };
  }

  function putBack({ open, shut, focus, fields }) {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const id of shut) document.getElementById(id)?.removeAttribute("open");
    const values = new Map(fields.filter(([, value]) => value !== null));
    for (const el of document.querySelectorAll(TYPED)) {
      const value = values.get(nameOf(el));
      if (value !== undefined && el.value !== value) el.value = value;
    }
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  }

  // A link to a folded group opens it.
  function unfold() {
    const group = location.hash && document.getElementById(location.hash.slice(1));
    if (group instanceof HTMLDetailsElement) group.open = true;
  }
  addEventListener("hashchange", unfold);
  document.addEventListener("DOMContentLoaded", unfold);

  const settles = (event) => event.detail.requestConfig?.path?.startsWith("/settings");

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, boosted } = event.detail;
    if (target instanceof HTMLElement && target.hasAttribute("data-keeps")) kept = keep(target, false);
    if (settles(event) && xhr.status < 400) {
      kept = keep(document.body, true);
      event.detail.scroll = false;
    }
    if (boosted) {
      // A boosted answer brings a new body; the language, colours and keys stand on what stays.
      const told = new DOMParser().parseFromString(xhr.response, "text/html");
      const root = told.documentElement;
      if (told.body?.dataset.keys) document.body.dataset.keys = told.body.dataset.keys;
      document.documentElement.lang = root.lang || document.documentElement.lang;
      if (root.dataset.theme) document.documentElement.dataset.theme = root.dataset.theme;
      else delete document.documentElement.dataset.theme;
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (kept) putBack(kept);
    kept = null;
  });

  // No answer came: said where the reader looks, and what was typed stays.
  function offline(gone) {
    const told = document.getElementById("offline");
    if (!told) return;
    told.hidden = !gone;
    if (gone) told.focus();
  }
  document.addEventListener("htmx:sendError", () => offline(true));
  document.addEventListener("htmx:timeout", () => offline(true));
  document.addEventListener("htmx:beforeOnLoad", () => offline(false));
  addEventListener("online", () => offline(false));
  document.addEventListener("submit", (event) => {
    if (navigator.onLine === false) {
      event.preventDefault();
      event.stopImmediatePropagation();
      offline(true);
    }
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/']");
    if (link && navigator.onLine === false) {
      event.preventDefault();
      event.stopImmediatePropagation();
      offline(true);
    }
  }, true);
})();
