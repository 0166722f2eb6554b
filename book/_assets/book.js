// Boxes that scroll can be reached and scrolled with the keyboard.
document.addEventListener("DOMContentLoaded", () => {
  const boxes = document.querySelectorAll(
    "div.highlight pre, .katex-display, .pst-scrollable-table-container"
  );
  const inline = [...document.querySelectorAll("span.math")].map((formula) => ({
    formula,
    parts: [...formula.querySelectorAll(".base")],
    line: formula.parentElement.closest("p, li, dd, dt, td, th, summary, h1, h2, h3, h4, div"),
  }));
  const reach = (box, scrolls) => {
    const formula = box.matches(".katex-display, .math");
    // in a formula that stands alone the arrow keys go from symbol to symbol (symbols.js)
    const told = box.querySelector("[data-symbol]") && box.matches(".katex-display");
    if (scrolls || told) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
    if ((scrolls || told) && formula) {
      const label = [scrolls && "wider than the page", told && "arrow keys explain its symbols"];
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", ["Formula", ...label].filter(Boolean).join(", "));
    } else if (formula) {
      box.removeAttribute("role");
      box.removeAttribute("aria-label");
    }
  };
  const mark = () => {
    for (const box of boxes) reach(box, box.scrollWidth > box.clientWidth + 1);
    // all that is measured comes before all that changes: one layout for a page of formulas
    const wide = inline.map(({ parts, line }) =>
      parts.some((part) => part.offsetWidth > line.clientWidth)
    );
    inline.forEach(({ formula }, i) => {
      if (formula.classList.contains("wide") === wide[i]) return;
      formula.classList.toggle("wide", wide[i]);
      reach(formula, wide[i]);
    });
  };
  mark();
  window.addEventListener("resize", mark);
  window.addEventListener("load", mark);
});

// What opens a solution or a hint is named by its exercise; what opens a cell, by its own words.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll(".admonition-title > .toggle-button")) {
    button.setAttribute("aria-label", button.parentElement.innerText.trim());
  }
  for (const summary of document.querySelectorAll(".exercise summary:not([aria-label])")) {
    const title = summary.closest(".exercise").querySelector(".admonition-title");
    summary.setAttribute("aria-label", `${summary.innerText.trim()}: ${title.innerText.trim()}`);
  }
  // their label is not what stands on them
  for (const button of document.querySelectorAll("details.hide > summary, .search-button-field")) {
    button.removeAttribute("aria-label");
  }
});

// All proofs of a page open and close by one button.
document.addEventListener("DOMContentLoaded", () => {
  const proofs = [...document.querySelectorAll(".folded-proof > details")];
  const place = document.querySelector(".article-header-buttons");
  if (proofs.length < 2 || !place) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm all-proofs";
  button.textContent = "All proofs";
  const whole = () => proofs.every(({ open }) => open);
  const mark = () => button.setAttribute("aria-pressed", whole());
  button.addEventListener("click", () => {
    const open = !whole();
    for (const proof of proofs) proof.open = open;
  });
  for (const proof of proofs) proof.addEventListener("toggle", mark);
  mark();
  place.prepend(button);
});

// An answer to a question is still there when its reader comes back to the page, or loads it again.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".question").forEach((question, i) => {
    const options = [...question.querySelectorAll("details")];
    const key = `answer ${i} of ${location.pathname}`;
    const answer = options[sessionStorage.getItem(key)];
    if (answer) answer.open = true;
    const store = () => sessionStorage.setItem(key, options.findIndex((option) => option.open));
    question.addEventListener("toggle", store, { capture: true });
  });
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
    const vote = () => {
      open();
      // as far as it must: what there is to say about the answer is read first
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      figure.scrollIntoView({ block: "nearest", behavior: still ? "instant" : "smooth" });
    };
    const skip = () => {
      open();
      figure.tabIndex = -1; // the button is gone: the keyboard goes on from here
      figure.focus({ preventScroll: true });
    };
    figure.hidden = true;
    figure.before(notice);
    notice.querySelector("button").addEventListener("click", skip);
    const answered = question.querySelector("details[open]");
    if (!answered) question.addEventListener("toggle", vote, { capture: true, once: true });
    window.addEventListener("hashchange", () => linked() && open());
    if (answered || linked()) open();
  }
});

// The link to a page in another language keeps the place: the states of explorers, and the heading
// that is being read.
document.addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll("a.language")) {
    const address = link.getAttribute("href");
    link.addEventListener("click", () => {
      const states = location.hash.slice(1).split(";").filter((part) => part.includes(":"));
      const read = [...document.querySelectorAll("section[id] > :is(h2, h3)")].filter(
        (heading) => heading.getBoundingClientRect().top < innerHeight / 2
      );
      const parts = [...read.slice(-1).map((heading) => heading.parentElement.id), ...states];
      link.setAttribute("href", parts.length ? `${address}#${parts.join(";")}` : address);
    });
  }
});
