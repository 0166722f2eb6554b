// A symbol in a formula says what it means: pointed at, tapped, or stepped to with the arrow keys in
// a formula that stands alone. What it says stands in the list at the end of the page.
document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector(".symbols");
  if (!list) return;
  const [WAIT, LINGER, EDGE] = [250, 300, 8];
  const tip = document.createElement("div");
  tip.className = "symbol-tip";
  tip.id = "symbol-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  const voice = document.createElement("div");
  voice.className = "symbol-voice";
  voice.setAttribute("aria-live", "polite");
  (document.querySelector("main") ?? document.body).append(tip, voice);

  let shown = null;
  let timer = 0;
  let touched = false;
  const entry = (symbol) => list.querySelector(`[data-key="${symbol.dataset.symbol}"]`);
  const symbolAt = (target) =>
    target instanceof Element && !list.contains(target) ? target.closest("[data-symbol]") : null;

  const hide = () => {
    clearTimeout(timer);
    tip.hidden = true;
    shown?.classList.remove("symbol-shown");
    shown = null;
  };
  const place = (symbol) => {
    const box = symbol.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.min(Math.max(box.left, EDGE), clientWidth - width - EDGE);
    const fits = box.bottom + height + EDGE < clientHeight || box.top < height + EDGE;
    tip.style.left = `${left}px`;
    tip.style.top = `${fits ? box.bottom + 2 : box.top - height - 2}px`;
  };
  const show = (symbol) => {
    const found = entry(symbol);
    if (!found) return;
    hide();
    shown = symbol;
    symbol.classList.add("symbol-shown");
    tip.replaceChildren(
      found.querySelector("dt > *").cloneNode(true),
      " ",
      found.querySelector("dd > span").cloneNode(true)
    );
    tip.hidden = false;
    place(symbol);
  };
  const later = (what, time) => {
    clearTimeout(timer);
    timer = setTimeout(what, time);
  };

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const symbol = symbolAt(target);
    if (tip.contains(target) || (symbol && symbol === shown)) clearTimeout(timer);
    else if (symbol) later(() => show(symbol), shown ? LINGER : WAIT);
    else later(hide, LINGER);
  });
  document.addEventListener("pointerdown", ({ pointerType }) => {
    touched = pointerType === "touch";
  });
  document.addEventListener("click", ({ target }) => {
    if (tip.contains(target)) return;
    const symbol = target.closest("a, button, summary, label") ? null : symbolAt(target);
    if (touched && symbol && symbol !== shown) show(symbol);
    else if (touched || !symbol) hide();
  });

  // the keyboard: each symbol of a formula once
  const symbolsOf = (formula) => {
    const found = new Map();
    for (const symbol of formula.querySelectorAll("[data-symbol]")) {
      if (!found.has(symbol.dataset.symbol)) found.set(symbol.dataset.symbol, symbol);
    }
    return [...found.values()];
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) {
      hide();
      return;
    }
    const formula = event.target.closest?.(".katex-display");
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!formula || !way || event.altKey || event.ctrlKey || event.metaKey) return;
    const symbols = symbolsOf(formula);
    if (!symbols.length) return;
    event.preventDefault();
    const number = symbols.indexOf(shown);
    const from = number < 0 && way < 0 ? 0 : number;
    const next = symbols[(from + way + symbols.length) % symbols.length];
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    show(next);
    const letter = entry(next)?.querySelector("semantics > :first-child")?.textContent ?? "";
    voice.textContent = `${letter} ${tip.lastChild.textContent}`;
  });
  document.addEventListener("focusout", ({ target }) => {
    if (shown && target.contains?.(shown)) hide();
  });
  document.addEventListener("scroll", () => shown && place(shown), { capture: true, passive: true });
  window.addEventListener("resize", hide);
});
