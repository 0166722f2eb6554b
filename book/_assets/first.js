// The first script of a page, before those of the theme and before anything is painted.
"use strict";
(() => {
  // Where a browser keeps nothing (cookies blocked, a sandboxed frame) it throws at the mention of a
  // storage, and the theme would stop half-way: what it wants kept is then kept for this page.
  const memory = () => {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => void kept.set(String(key), String(value)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (index) => [...kept.keys()][index] ?? null,
      get length() {
        return kept.size;
      },
    };
  };
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      window[name].setItem("kept", "");
      window[name].removeItem("kept");
    } catch {
      Object.defineProperty(window, name, { value: memory(), configurable: true });
    }
  }

  // The theme decides between light and dark when all else has loaded, and is white until then.
  const kept = localStorage.getItem("mode");
  const mode = ["light", "dark"].includes(kept) ? kept : "auto";
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  localStorage.setItem("mode", mode);
  localStorage.setItem("theme", mode === "auto" ? system : mode);
})();
