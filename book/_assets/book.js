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
