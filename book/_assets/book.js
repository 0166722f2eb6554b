// Boxes that scroll can be reached and scrolled with the keyboard.
document.addEventListener("DOMContentLoaded", () => {
  const boxes = document.querySelectorAll(
    "div.highlight pre, div.math, mjx-container[display='true'], .pst-scrollable-table-container"
  );
  const mark = () => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    }
  };
  mark();
  window.addEventListener("resize", mark);
  window.addEventListener("load", mark);
});

// A question that opens an explorer: it stays closed until the reader has chosen an answer, asks to
// skip the question, or follows a link to one of its states.
document.addEventListener("DOMContentLoaded", () => {
  for (const question of document.querySelectorAll(".question[data-opens]")) {
    const name = question.dataset.opens;
    const figure = [...document.querySelectorAll(`figure.explorer[data-name="${name}"]`)].find(
      (f) => question.compareDocumentPosition(f) & Node.DOCUMENT_POSITION_FOLLOWING
    );
    if (!figure) continue;
    const linked = () => location.hash.includes(`${name}:`);
    const notice = document.createElement("div");
    notice.className = "explorer-closed";
    notice.innerHTML =
      "<p>Commit to an answer above, and the explorer opens here.</p>" +
      '<button type="button">Open it without</button>';
    const open = () => {
      notice.remove();
      figure.hidden = false;
    };
    figure.hidden = true;
    figure.before(notice);
    notice.querySelector("button").addEventListener("click", open);
    question.addEventListener("toggle", open, { capture: true, once: true });
    window.addEventListener("hashchange", () => linked() && open());
    if (linked()) open();
  }
});
