// Small things that all parts of the plane draw and write with.
"use strict";
globalThis.stePlaneShapes = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const RADIANS = Math.PI / 180;
  const MINUS = "\u2212";

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
  const number = (x, decimals) => {
    if (!Number.isFinite(x)) return "–";
    const text = Math.abs(x).toFixed(decimals);
    return x < 0 && Number(text) !== 0 ? MINUS + text : text;
  };
  const short = (x) => String(Number(x.toPrecision(4)));
  const list = (values) => values.map(short).join("~");

  const node = (kind, attributes = {}, ...inside) => {
    const made = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  };
  // a browser lays out and paints anew even for what is set to what it is
  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) {
      const text = String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  };
  const show = ({ style }, shown) => {
    const display = shown ? "" : "none";
    if (style.display !== display) style.display = display;
  };
  const say = (element, text) => {
    if (element.textContent === text) return;
    const only = element.childNodes.length === 1 && element.firstChild;
    if (only && only.nodeType === Node.TEXT_NODE) only.data = text;
    else element.textContent = text;
  };

  /** Where an event is in a drawing, in the drawing's pixels, however large it is shown. */
  const within = (event, drawing) => {
    const box = drawing.getBoundingClientRect();
    const larger = box.width / drawing.clientWidth;
    return [(event.clientX - box.left) / larger, (event.clientY - box.top) / larger];
  };

  /** Hold a pointer from where it goes down, if that begins a hold, to where it is let go. */
  const pressed = (element, { begins, moves, scrolls = false }) => {
    let held = null;
    element.addEventListener("pointerdown", (event) => {
      if (event.button || !begins(event)) return;
      held = event.pointerId;
      element.setPointerCapture(held);
      event.preventDefault();
    });
    element.addEventListener("pointermove", (event) => event.pointerId === held && moves(event));
    // what is held does not scroll: a browser may ask no touch-action of parts of a drawing
    const still = (event) => held !== null && !scrolls && event.preventDefault();
    element.addEventListener("touchmove", still, { passive: false });
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => (held = null));
    }
  };

  // --- shapes ---------------------------------------------------------------------------------

  const MARKS = {
    x: "M-6-6 6 6M-6 6 6-6",
    circle: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
    square: "M-5.5-5.5h11v11h-11z",
    triangle: "M0-7 6.5 5h-13z",
  };
  const to1 = (x) => Math.round(x * 10) / 10;
  const point = ([x, y]) => `${to1(x)} ${to1(y)}`;

  /** The head of an arrow, in pixels; nothing where it has no length. */
  const tip = ([x, y], [dx, dy]) => {
    const length = Math.hypot(dx, dy);
    if (length < 1) return "";
    const head = Math.min(9, 0.35 * length);
    const [ux, uy] = [(dx / length) * head, (dy / length) * head];
    const end = [x + dx, y + dy];
    const left = [end[0] - ux - 0.5 * uy, end[1] - uy + 0.5 * ux];
    const right = [end[0] - ux + 0.5 * uy, end[1] - uy - 0.5 * ux];
    return `M${point(left)}L${point(end)}L${point(right)}`;
  };

  /** Its line; a dashed one has a head of its own, which is not. */
  const shaft = ([x, y], [dx, dy]) =>
    Math.hypot(dx, dy) < 1 ? "" : `M${point([x, y])}L${point([x + dx, y + dy])}`;

  const arrow = (from, along) => shaft(from, along) + tip(from, along);

  /** The control point of a step over the origin, which is drawn as a throw. */
  const lifted = ([x0, y0], [x1, y1]) => {
    const height = 24 + 0.5 * Math.abs(x1 - x0);
    return [(x0 + x1) / 2, (y0 + y1) / 2 - height];
  };
  const between = (a, b, t) => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];

  /** One step as a path from where it starts, up to a share of it; and where that ends. */
  const stretch = (from, to, thrown, share) => {
    if (!thrown) {
      const end = between(from, to, share);
      return [`L${point(end)}`, end];
    }
    const control = lifted(from, to);
    const first = between(from, control, share);
    const end = between(first, between(control, to, share), share);
    return [`Q${point(first)} ${point(end)}`, end];
  };

  return {
    RADIANS,
    MINUS,
    MARKS,
    calm,
    clamp,
    number,
    short,
    list,
    node,
    set,
    show,
    say,
    within,
    pressed,
    to1,
    point,
    arrow,
    shaft,
    tip,
    lifted,
    stretch,
  };
})();
