// Printing: paper is light, and a page can go on it with or without what answers its questions.
"use strict";
(() => {
  const page = document.documentElement;
  const asked = new URLSearchParams(location.search).get("solutions");
  let theme;

  /** What CSS leaves off the sheet; "no" leaves off solutions, hints and replies. */
  const choose = (solutions) => {
    if (solutions === null) delete page.dataset.solutions;
    else page.dataset.solutions = solutions;
  };
  choose(asked);

  // Plots are drawn when they come near the screen, and paper has them all. Who prints by the menu of
  // the browser is too fast for that: a plot that was not seen is a table there.
  const print = async () => {
    await window.drawExplorers();
    window.print();
  };
  const take = (event) => {
    if (!window.drawExplorers) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    print();
  };
  document.addEventListener("keydown", (event) => {
    const others = event.shiftKey || event.altKey;
    if ((event.ctrlKey || event.metaKey) && !others && event.key.toLowerCase() === "p") take(event);
  });
  const pressed = (event) => {
    const button = event.target.closest(".btn-download-pdf-button");
    if (!button) return;
    if (button.matches(".print-without")) choose("no");
    take(event);
  };
  document.addEventListener("click", pressed, { capture: true });

  // This script stands before those that draw, so they find the theme of paper.
  window.addEventListener("beforeprint", () => {
    theme ??= page.dataset.theme;
    page.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (theme !== undefined) page.dataset.theme = theme;
    theme = undefined;
    choose(asked);
  });

  // The menu that prints a page offers it a second way, where there is something to leave off.
  document.addEventListener("DOMContentLoaded", () => {
    const whole = document.querySelector(".btn-download-pdf-button");
    if (!whole || !document.querySelector(".solution, .question")) return;
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = `${whole.className} print-without`;
    button.innerHTML = whole.innerHTML;
    button.querySelector(".btn__text-container").textContent = ".pdf without solutions";
    button.addEventListener("click", () => {
      choose("no");
      window.print();
    });
    item.append(button);
    whole.parentElement.after(item);
  });
})();
