// The page of one explorer, which stands in a frame of another page: it follows the theme of the
// system, or the one that its address asks for, and tells the page around it how high it is. With
// `large` in its address it fills its frame, as for a class.
"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const query = new URLSearchParams(location.search);
  const asked = query.get("theme");
  const follow = () => {
    const system = dark.matches ? "dark" : "light";
    root.dataset.theme = ["light", "dark"].includes(asked) ? asked : system;
  };
  follow();
  dark.addEventListener("change", follow);
  document.addEventListener("DOMContentLoaded", () => {
    const { name } = document.querySelector("figure").dataset;
    const tell = () => {
      const height = Math.ceil(root.getBoundingClientRect().height);
      parent.postMessage({ explorer: name, height }, "*");
    };
    new ResizeObserver(tell).observe(root);
  });
  if (query.has("large")) {
    const waits = new MutationObserver(() => {
      const button = document.querySelector("[data-tool=present]");
      if (!button) return;
      waits.disconnect();
      button.click();
    });
    waits.observe(document, { childList: true, subtree: true });
  }
})();
