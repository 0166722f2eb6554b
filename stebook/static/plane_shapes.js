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
  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  };
  const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  // --- shapes ---------------------------------------------------------------------------------

  const MARKS = {
    x: "M-6-6 6 6M-6 6 6-6",
    circle: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
    square: "M-5.5-5.5h11v11h-11z",
  };
  const to1 = (x) => Math.round(x * 10) / 10;
  const point = ([x, y]) => `${to1(x)} ${to1(y)}`;

  /** A line with a head, in pixels; nothing where it has no length. */
  const arrow = ([x, y], [dx, dy]) => {
    const length = Math.hypot(dx, dy);
    if (length < 1) return "";
    const head = Math.min(9, 0.35 * length);
    const [ux, uy] = [(dx / length) * head, (dy / length) * head];
    const tip = [x + dx, y + dy];
    const left = [tip[0] - ux - 0.5 * uy, tip[1] - uy + 0.5 * ux];
    const right = [tip[0] - ux + 0.5 * uy, tip[1] - uy - 0.5 * ux];
    return `M${point([x, y])}L${point(tip)}M${point(left)}L${point(tip)}L${point(right)}`;
  };

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
    say,
    to1,
    point,
    arrow,
    lifted,
    stretch,
  };
})();
