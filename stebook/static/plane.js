// The plane of w and w*, to take hold of: drawn as SVG, driven by stePlaneModel, one class for
// pages and notebooks. Bounds, labels and markers are those of the figure's data.
"use strict";
globalThis.stePlane = (() => {
  const kit = globalThis.steKit;
  const { MARKS, node } = globalThis.stePlaneShapes;
  /** A change is at rest, and said, when nothing has moved for so many milliseconds. */
  const QUIET = 300;
  /** Numbers that move are written every so many milliseconds: faster, nobody can read them. */
  const READABLE = 80;

  // each part is one idea, a class made of the one before it
  const parts = "State Play Ground Trails Hand Own Controls Words Tools".split(" ");
  const Parts = parts.reduce((Base, name) => globalThis[`stePlane${name}`](Base), Object);

  class Plane extends Parts {
    /**
     * `home` keeps the address: read() gives its text or undefined, write(text) puts it there;
     * link(text) and embed(text), where there are addresses, give those of a state.
     */
    constructor(figure, home) {
      super();
      this.figure = figure;
      this.home = home;
      this.data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
      this.open();
      this.find();
      this.build();
      this.attach();
      this.offer();
      this.follow();
      this.schedule();
      figure.classList.add("scene-live");
      figure.scene = this; // for tests and for the curious
    }

    find() {
      const one = (selector) => this.figure.querySelector(selector);
      this.map = one(".plane-map");
      this.shade = one(".plane-shade");
      this.ground = one(".plane-ground");
      this.lossPlot = one(".plane-loss");
      this.says = one(".scene-says");
      this.note = one(".scene-note");
      this.chips = [...this.figure.querySelectorAll("output[data-of]")];
      this.table = one(".scene-values tbody");
      this.control = Object.fromEntries(
        [...this.figure.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part])
      );
      this.input = {};
      for (const name of ["angle", "length", "rate", "step"]) {
        const part = this.control[name];
        this.input[name] = [part.querySelector("input"), part.querySelector("output")];
      }
      this.button = Object.fromEntries(
        [...this.figure.querySelectorAll("[data-do]")].map((button) => [button.dataset.do, button])
      );
      this.findOwn();
    }

    /** The nodes of both drawings; what changes is their attributes. */
    build() {
      const layer = (...kinds) => node("g", { class: kinds.join(" "), "aria-hidden": "true" });
      this.back = layer("plane-back");
      this.field = layer("plane-small");
      this.trails = layer("plane-trails");
      this.arrows = layer("plane-arrows");
      this.words = layer("plane-words");
      this.leaders = node("path", { class: "leader" });
      this.words.append(this.leaders);
      this.names = new Map();
      this.hand = node("g", {
        class: "plane-hand",
        tabindex: "0",
        role: "slider",
        "aria-label": "The student's filter w. Move it with the arrow keys, finely with Shift.",
        "aria-valuemin": -180,
        "aria-valuemax": 180,
      });
      this.hand.append(
        node("circle", { class: "plane-reach", r: 24 }),
        node("circle", { class: "plane-knob", r: 9 })
      );
      // what stays while w moves is a drawing of its own, which is then not painted again
      this.ground.replaceChildren(this.back, this.field);
      this.map.replaceChildren(this.trails, this.arrows, this.words, this.hand);
      this.lines = {};
      for (const [name, style] of Object.entries(this.data.estimators)) {
        const line = (kind) => node("path", { class: `${kind} is-${name}` });
        this.lines[name] = {
          small: line("small"), faint: line("faint"), dots: line("dots"), strong: line("strong"),
          along: line("along"), arc: line("arc"), arrow: line("arrow"), tip: line("tip"),
          head: node("path", { class: `head is-${name}`, d: MARKS[style.marker] }),
          lossFaint: line("faint"), lossStrong: line("strong"),
          lossHead: node("path", { class: `head is-${name}`, d: MARKS[style.marker] }),
        };
        const made = this.lines[name];
        this.field.append(made.small);
        this.trails.append(made.faint, made.dots, made.strong);
        this.arrows.append(made.along, made.arc, made.arrow, made.tip, made.head);
      }
      this.others = [];
      this.othersTrails = layer("plane-others");
      this.othersCurves = layer("plane-others");
      this.trails.append(this.othersTrails);
      this.w = node("path", { class: "line-w" });
      this.halo = node("path", { class: "halo" });
      this.trueArrow = node("path", { class: "arrow is-true" });
      this.arrows.prepend(this.w, this.halo, this.trueArrow);
      this.lossBack = layer("plane-back");
      this.cursor = node("path", { class: "cursor" });
      const curves = Object.values(this.lines);
      this.lossPlot.replaceChildren(
        this.lossBack,
        this.othersCurves,
        ...curves.flatMap((made) => [made.lossFaint, made.lossStrong]),
        this.cursor,
        ...curves.map((made) => made.lossHead)
      );
    }

    /** Let go of what outlives a view. */
    close() {
      this.closed = true;
      this.sizes.disconnect();
      clearTimeout(this.quiet);
      kit.close(this.figure);
    }

    schedule() {
      clearTimeout(this.quiet);
      this.quiet = -1; // to come
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame((time) => {
        this.waiting = false;
        if (this.closed) return;
        if (this.playing) this.tick(time);
        this.draw();
        const more = this.playing || !this.whole;
        if (more && this.size[0] > 0) this.schedule();
        else {
          this.quiet = setTimeout(() => {
            this.quiet = null;
            this.rest();
          }, QUIET);
        }
      });
    }

    draw() {
      const room = this.measure();
      this.compute();
      if (room) {
        this.drawBack();
        this.drawField();
        this.drawAxes();
        this.drawTrails();
        this.drawHand();
        this.drawCursor();
        this.drawOthers();
      }
      this.drawOwn();
      const now = performance.now();
      if (now - (this.wroteAt ?? -READABLE) >= READABLE) this.write(now);
      this.shown = true;
    }

    /** Write all numbers; at rest they are those of the state. */
    write(now = performance.now()) {
      this.wroteAt = now;
      this.set();
      if (this.playing) this.sayOnTheWay();
      this.sayHand();
      this.drawLossHeads();
      this.drawChips();
      this.drawNumbers();
    }
  }

  // --- the page -------------------------------------------------------------------------------

  const asked = document.currentScript?.dataset ?? {};

  const begin = () => {
    const address = globalThis.steAddress;
    const counts = new Map();
    for (const figure of document.querySelectorAll("figure.scene[data-name='plane']")) {
      const count = (counts.get("plane") ?? 0) + 1;
      counts.set("plane", count);
      const key = count === 1 ? "plane" : `plane-${count}`;
      const home = {
        read: () => {
          const parts = address.read();
          const text = address.stateIn(parts, key);
          return text === undefined && !address.anchorIn(parts) ? "" : text;
        },
        write: (text) => {
          if ((address.stateIn(address.read(), key) ?? "") !== text) address.write(key, text);
        },
        link: (text) => new URL(`${asked.page ?? ""}#${key}:${text}`, location.href).href,
      };
      if (asked.embeds) home.embed = (text) => kit.frame(figure, asked.embeds, text);
      const scene = new Plane(figure, home);
      const arrive = () => {
        const heading = document.getElementById(address.anchorIn(address.read()) ?? "");
        if (heading) kit.arrive(heading);
        else figure.scrollIntoView({ block: "nearest" });
      };
      addEventListener("hashchange", () => {
        scene.follow();
        if (address.stateIn(address.read(), key) !== undefined) arrive();
      });
      addEventListener("pageshow", () => scene.schedule());
      if (address.stateIn(address.read(), key) !== undefined) addEventListener("load", arrive);
    }
  };
  if (document.currentScript) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
    else begin();
  }
  return { Plane };
})();
