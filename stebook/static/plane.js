// The plane of w and w*, to take hold of: drawn as SVG, driven by stePlaneModel, one class for
// pages and notebooks. Bounds, labels and markers are those of the figure's data.
"use strict";
globalThis.stePlane = (() => {
  const model = globalThis.stePlaneModel;
  const SVG = "http://www.w3.org/2000/svg";
  /** A change is at rest, and said, when nothing has moved for so many milliseconds. */
  const QUIET = 300;
  /** Milliseconds of a frame that steps on samples may take. */
  const BUDGET = 6;
  const RADIANS = Math.PI / 180;
  const MINUS = "\u2212";
  /** The estimators, as they are named in addresses and in formulas. */
  const FORMULA = { identity: "identity", relu: "relu", clipped_relu: "clippedRelu" };

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
  const number = (x, decimals) => {
    if (!Number.isFinite(x)) return "–";
    const text = Math.abs(x).toFixed(decimals);
    return x < 0 && Number(text) !== 0 ? MINUS + text : text;
  };
  const short = (x) => String(Number(x.toPrecision(4)));

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

  // --- the state ------------------------------------------------------------------------------

  /** How each part of the state stands in an address, and how it is read from one. */
  const list = (values) => values.map(short).join("~");
  const PARTS = {
    estimators: {
      write: (names) => names.join("~") || "none",
      read: (text, data) => {
        const names = text === "none" ? [] : text.split("~");
        const bad = names.find((name) => !data.estimators[name]);
        if (bad !== undefined) throw new Error(`there is no estimator “${bad}”`);
        return Object.keys(data.estimators).filter((name) => names.includes(name));
      },
    },
    teacher: { write: list, read: (text) => model.readNumbers(text) },
    v: {
      write: (v) => (v === "best" ? v : list(v)),
      read: (text) => (text === "best" ? text : text.split("~").map(entry)),
    },
  };
  const finite = (text) => {
    if (text.trim() === "" || !Number.isFinite(Number(text))) throw new Error("that is no number");
    return Number(text);
  };
  const entry = (text) => {
    const value = finite(text);
    if (Math.abs(value) > model.LARGEST) throw new Error(`${short(value)} is too large`);
    return value;
  };
  /** A number between two bounds, whole where it has no decimals. */
  const ranged = ({ low, high, decimals }) => ({
    write: (value) => (Number.isFinite(value) ? short(value) : "all"),
    read: (text) => {
      if (text === "all" && high === "all") return Infinity;
      const value = decimals === 0 ? Math.round(finite(text)) : finite(text);
      const inside = clamp(value, low, high === "all" ? 10000 : high);
      if (inside !== value) throw Object.assign(new Error(`${short(inside)} is shown`), { inside });
      return value;
    },
  });

  // --- the picture ----------------------------------------------------------------------------

  class Plane {
    /** `home` keeps the address: read() gives its text or undefined, write(text) puts it there. */
    constructor(figure, home) {
      this.figure = figure;
      this.home = home;
      this.data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
      this.parts = { ...PARTS };
      for (const name of Object.keys(this.data.ranges)) {
        this.parts[name] = ranged(this.data.ranges[name]);
      }
      this.start = {
        ...this.data.start,
        samples: this.data.start.samples === "all" ? Infinity : this.data.start.samples,
      };
      this.state = { ...this.start };
      this.position = this.state.step;
      this.find();
      this.build();
      this.attach();
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
    }

    /** The nodes of both drawings; what changes is their attributes. */
    build() {
      const layer = (...kinds) => node("g", { class: kinds.join(" "), "aria-hidden": "true" });
      this.back = layer("plane-back");
      this.field = layer("plane-small");
      this.trails = layer("plane-trails");
      this.arrows = layer("plane-arrows");
      this.words = layer("plane-words");
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
          halo: line("halo"), along: line("along"), arc: line("arc"), arrow: line("arrow"),
          head: node("path", { class: `head is-${name}`, d: MARKS[style.marker] }),
          lossFaint: line("faint"), lossStrong: line("strong"),
          lossHead: node("path", { class: `head is-${name}`, d: MARKS[style.marker] }),
        };
        const made = this.lines[name];
        this.field.append(made.small);
        this.trails.append(made.faint, made.dots, made.strong);
        this.arrows.append(made.halo, made.along, made.arc, made.arrow, made.head);
      }
      this.others = [];
      this.othersTrails = layer("plane-others");
      this.othersCurves = layer("plane-others");
      this.trails.append(this.othersTrails);
      this.w = node("path", { class: "line-w" });
      this.trueHalo = node("path", { class: "halo" });
      this.trueArrow = node("path", { class: "arrow is-true" });
      this.arrows.prepend(this.w, this.trueHalo, this.trueArrow);
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

    // --- what the reader does ------------------------------------------------------------------

    attach() {
      for (const control of this.figure.querySelectorAll("input, select, button")) {
        control.disabled = false;
      }
      this.attachHand();
      this.attachControls();
      this.attachPlay();
      // sizes are read here and kept: asked for while something is drawn, each would cost a layout
      this.sizes = new ResizeObserver(() => {
        this.sized = null;
        this.schedule();
      });
      this.sizes.observe(this.map);
      this.sizes.observe(this.lossPlot);
    }

    attachHand() {
      const drag = (event) => {
        const box = this.map.getBoundingClientRect();
        this.grab(
          (event.clientX - box.left - this.centre[0]) / this.scale,
          -(event.clientY - box.top - this.centre[1]) / this.scale
        );
      };
      let held = null;
      this.map.addEventListener("pointerdown", (event) => {
        // a finger beside the hand scrolls the page; its tap comes as a click
        const beside = !this.hand.contains(event.target);
        if (event.button || (event.pointerType === "touch" && beside)) return;
        held = event.pointerId;
        this.map.setPointerCapture(held);
        this.hand.focus({ preventScroll: true });
        event.preventDefault();
        if (beside) drag(event);
      });
      this.map.addEventListener("pointermove", (event) => event.pointerId === held && drag(event));
      for (const end of ["pointerup", "pointercancel"]) {
        this.map.addEventListener(end, () => (held = null));
      }
      this.map.addEventListener("click", (event) => {
        if (event.pointerType === "touch" && !this.hand.contains(event.target)) drag(event);
      });
      this.hand.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
        if (!way[event.key]) return;
        event.preventDefault();
        const size = event.shiftKey ? 0.005 : 0.05;
        const [x, y] = this.begin();
        this.grab(x + size * way[event.key][0], y + size * way[event.key][1]);
      });
    }

    /** Take w to a place: the run starts anew from there. */
    grab(x, y) {
      const { length } = this.data.ranges;
      const angle = Math.round((Math.atan2(y, x) / RADIANS) * 100) / 100;
      const rho = Math.round(Math.hypot(x, y) * 1000) / 1000;
      this.change({ angle, length: clamp(rho, length.low, length.high) });
    }

    attachControls() {
      for (const name of ["angle", "length", "rate"]) {
        const range = this.control[name].querySelector("input");
        range.addEventListener("input", () => this.change({ [name]: Number(range.value) }));
        range.addEventListener("keydown", (event) => {
          const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
          if (!way || !event.shiftKey) return;
          event.preventDefault();
          const { low, high, fine } = this.data.ranges[name];
          const value = Math.round((this.state[name] + way * fine) / fine) * fine;
          this.change({ [name]: clamp(Number(value.toPrecision(6)), low, high) });
        });
      }
      this.control.samples.querySelector("select").addEventListener("change", (event) => {
        const { value } = event.target;
        this.change({ samples: value === "all" ? Infinity : Number(value) });
      });
      this.control.estimators.addEventListener("change", () => {
        const boxes = [...this.control.estimators.querySelectorAll("input:checked")];
        this.change({ estimators: boxes.map((box) => box.value) }, true);
      });
      this.control.v.addEventListener("change", (event) => {
        if (event.target.value === "best") this.change({ v: "best" });
        else this.hold();
      });
      const field = this.control.teacher.querySelector("input");
      field.addEventListener("input", () => this.teach(field.value));
      field.addEventListener("change", () => this.set());
      for (const preset of this.control.teacher.querySelectorAll("[data-v]")) {
        preset.addEventListener("click", () => this.teach(preset.dataset.v));
      }
      this.button.reset.addEventListener("click", () => this.reset());
      this.button.samples.addEventListener("click", () =>
        this.change({ seed: this.state.seed + 1 })
      );
    }

    /** Take the reader's own v*; what is wrong with it is said, and the last good one stays. */
    teach(text) {
      const field = this.control.teacher.querySelector("input");
      try {
        const teacher = model.readNumbers(text);
        field.removeAttribute("aria-invalid");
        const fits = this.state.v === "best" || this.state.v.length === teacher.length;
        this.change({ teacher, v: fits ? this.state.v : "best" });
      } catch (error) {
        field.setAttribute("aria-invalid", "true");
        say(this.note, error.message);
      }
    }

    /** Keep the v of the descent: w and v of the first run, at the step shown, are the start. */
    hold() {
      const name = this.state.estimators[0];
      const states = name && this.runs.states[FORMULA[name]];
      const { v, x, y } = states ? states[Math.min(this.step(), states.length - 1)] : this.first();
      this.grab(x, y);
      this.change({ v: v.map((entry) => Number(short(entry))) });
    }

    reset() {
      this.pause();
      this.state = { ...this.start };
      this.position = this.state.step;
      say(this.note, "");
      this.control.teacher.querySelector("input").removeAttribute("aria-invalid");
      this.set();
      this.schedule();
    }

    attachPlay() {
      this.button.play.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
      this.button.step.addEventListener("click", () => {
        this.pause();
        this.go(this.step() + 1);
      });
      const scrub = this.control.step.querySelector("input");
      scrub.addEventListener("input", () => {
        this.pause();
        this.go(Number(scrub.value));
      });
      let held = null;
      const seek = (event) => {
        const box = this.lossPlot.getBoundingClientRect();
        this.pause();
        const share = (event.clientX - box.left - this.edge.left) / this.edge.width;
        this.go(Math.round(share * this.last()));
      };
      this.lossPlot.addEventListener("pointerdown", (event) => {
        held = event.pointerId;
        this.lossPlot.setPointerCapture(held);
        seek(event);
      });
      this.lossPlot.addEventListener(
        "pointermove",
        (event) => event.pointerId === held && seek(event)
      );
      for (const end of ["pointerup", "pointercancel"]) {
        this.lossPlot.addEventListener(end, () => (held = null));
      }
    }

    last() {
      return this.data.ranges.step.high;
    }

    step() {
      return Math.floor(this.position);
    }

    go(step) {
      this.position = clamp(step, 0, this.last());
      this.state.step = this.step();
      this.schedule();
    }

    play() {
      if (this.position >= this.last()) this.position = 0;
      this.playing = true;
      this.shownAt = null;
      say(this.button.play, "Pause");
      this.schedule();
    }

    pause() {
      if (!this.playing) return;
      this.playing = false;
      say(this.button.play, "Play");
      this.go(Math.round(this.position));
    }

    /** Move on by the time since the last frame; a reader who wants rest sees steps, no motion. */
    tick(time) {
      const speed = Number(this.control.speed.querySelector("select").value);
      const since = this.shownAt === null ? 0 : time - this.shownAt;
      if (calm()) {
        const wait = 1000 / Math.min(speed, 3);
        if (this.shownAt !== null && since < wait) return;
        this.position = Math.floor(this.position) + (this.shownAt === null ? 0 : 1);
      } else {
        this.position += (Math.min(since, 100) / 1000) * speed;
      }
      this.shownAt = time;
      const known = Math.min(this.last(), this.runs.length - 1);
      this.position = Math.min(this.position, known);
      if (this.position >= this.last()) this.pause();
    }

    /** A change of the state; unless only what is shown changes, the run is back at its start. */
    change(changes, keepsStep = false) {
      Object.assign(this.state, changes);
      if (!keepsStep) {
        this.pause();
        this.position = this.state.step = 0;
      }
      say(this.note, "");
      this.schedule();
    }

    // --- the address ---------------------------------------------------------------------------

    address() {
      return Object.keys(this.start)
        .map((name) => [name, this.parts[name].write(this.state[name])])
        .filter(([name, text]) => text !== this.parts[name].write(this.start[name]))
        .map(([name, text]) => `${name}=${text}`)
        .join(",");
    }

    follow() {
      const text = this.home.read();
      if (text !== undefined && text !== this.address()) this.take(text);
    }

    take(text) {
      const { quoted, noted, pairsIn } = globalThis.steAddress;
      const notes = [];
      this.state = { ...this.start };
      for (const [name, value] of pairsIn(text)) {
        if (!Object.hasOwn(this.start, name)) {
          notes.push(`There is no control “${quoted(name)}” here; it was left out.`);
          continue;
        }
        try {
          this.state[name] = this.parts[name].read(value, this.data);
        } catch (error) {
          if (error.inside !== undefined) this.state[name] = error.inside;
          notes.push(`${name}: “${quoted(value)}” was not taken: ${error.message.replace(/[.]$/, "")}.`);
        }
      }
      if (this.state.v !== "best" && this.state.v.length !== this.state.teacher.length) {
        notes.push("v has not as many numbers as v*; the best v is shown.");
        this.state.v = "best";
      }
      this.position = this.state.step;
      say(this.note, noted(notes));
      this.set();
      this.schedule();
    }

    // --- a notebook ----------------------------------------------------------------------------

    /** The state as JSON has it. */
    plain() {
      const { samples } = this.state;
      return { ...this.state, samples: Number.isFinite(samples) ? samples : "all" };
    }

    /** Take a state from outside, which knows what it may be. */
    put(state) {
      if (JSON.stringify(state) === JSON.stringify(this.plain())) return;
      this.pause();
      const samples = state.samples === "all" ? Infinity : state.samples;
      this.state = { ...this.state, ...state, samples };
      this.position = this.state.step;
      this.schedule();
    }

    /** Lay other runs into both drawings: a label, and x, y and loss of each step. */
    lay(runs) {
      this.others = runs.map(({ label, x, y, loss }) => ({
        label,
        loss,
        points: x.map((each, i) => ({ x: each, y: y[i] })),
        trail: node("path", { class: "other" }),
        head: node("path", { class: "head other-head", d: "M0-7 7 0 0 7-7 0z" }),
        curve: node("path", { class: "other" }),
      }));
      this.othersTrails.replaceChildren(...this.others.flatMap(({ trail, head }) => [trail, head]));
      this.othersCurves.replaceChildren(...this.others.map(({ curve }) => curve));
      this.schedule();
    }

    drawOthers() {
      for (const other of this.others) {
        const pixels = other.points.map(({ x, y }) => this.px(x, y));
        set(other.trail, { d: `M${pixels.map(point).join("L")}` });
        const here = pixels[Math.min(this.step(), pixels.length - 1)];
        set(other.head, { transform: `translate(${point(here)})` });
        const curve = other.loss.map((loss, i) => point([this.lossX(i), this.lossY(loss)]));
        set(other.curve, { d: `M${curve.join("L")}` });
        const end = pixels.at(-1);
        const anchor = end[0] > this.centre[0] ? "end" : "start";
        this.words.append(this.word(end, other.label, 8, -8, anchor));
      }
    }

    /** Let go of what outlives a view. */
    close() {
      this.closed = true;
      this.sizes.disconnect();
      clearTimeout(this.quiet);
    }

    // --- what is computed ----------------------------------------------------------------------

    /** The start in the plane; on the line of w* exactly, where the angle says so. */
    begin() {
      const { angle, length } = this.state;
      if (Math.abs(angle) === 180) return [-length, 0];
      if (angle === 0) return [length, 0];
      return [length * Math.cos(angle * RADIANS), length * Math.sin(angle * RADIANS)];
    }

    first() {
      const [x, y] = this.begin();
      return { v: this.layerAt(x, y), x, y };
    }

    /** The second layer that goes with a filter. */
    layerAt(x, y) {
      if (this.state.v !== "best") return this.state.v;
      return model.bestV(this.teacher, model.place(x, y).theta);
    }

    /** Where a step of an estimator goes: its part across w, and the whole. */
    downhill(name, v, x, y) {
      const q = model.scalars(this.teacher, v, x, y);
      const { along, across } = model.downhill(q, y, FORMULA[name]);
      return { across, whole: { x: along.x + across.x, y: along.y + across.y } };
    }

    /** The teacher and the runs of the state, made anew where the state is another one. */
    compute() {
      const { teacher, angle, length, v, rate, samples, seed } = this.state;
      const taught = list(teacher);
      if (taught !== this.taught) {
        this.taught = taught;
        this.teacher = model.teacher(teacher);
      }
      const names = Object.values(FORMULA);
      const made = [taught, angle, length, v, rate, samples, seed].join(";");
      if (made !== this.made) {
        this.made = made;
        const start = { teacher: this.teacher, names, eta: rate, samples, seed };
        this.runs = new model.Runs({ ...start, ...this.first() });
      }
      this.whole = this.runs.extend(this.last() + 1, Number.isFinite(samples) ? BUDGET : Infinity);
    }

    /** The states of an estimator's run. */
    states(name) {
      return this.runs.states[FORMULA[name]];
    }

    // --- what is drawn -------------------------------------------------------------------------

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
      this.set();
      if (room) {
        this.drawBack();
        this.drawField();
        this.drawAxes();
        this.drawTrails();
        this.drawHand();
        this.drawCursor();
        this.drawOthers();
      }
      this.drawChips();
      this.shown = true;
    }

    px(x, y) {
      return [this.centre[0] + this.scale * x, this.centre[1] - this.scale * y];
    }

    /** Pixels are the units of both drawings, so text keeps its size; whether there is room. */
    measure() {
      if (this.sized) return this.size[0] > 0;
      this.size = [this.map.clientWidth, this.map.clientHeight];
      const beside = [this.lossPlot.clientWidth, this.lossPlot.clientHeight];
      this.sized = [...this.size, ...beside].join();
      if (this.size[0] === 0) return false;
      this.centre = [0.54 * this.size[0], 0.5 * this.size[1]];
      this.scale = this.size[0] / 3.3;
      for (const drawing of [this.map, this.ground]) {
        set(drawing, { viewBox: `0 0 ${this.size.join(" ")}` });
      }
      set(this.lossPlot, { viewBox: `0 0 ${beside.join(" ")}` });
      this.edge = { left: 40, top: 12, width: beside[0] - 52, height: beside[1] - 50 };
      return true;
    }

    /** Which v the shade shows: the best at each angle, or one. */
    lossAt(theta) {
      const least = { ...this.teacher, theta };
      if (this.state.v === "best") return globalThis.steFormulas.profile(least);
      return model.loss(this.teacher, this.state.v, Math.cos(theta), Math.sin(theta));
    }

    drawBack() {
      const key = [this.sized, this.taught, this.state.v].join(";");
      if (key === this.backed) return;
      this.backed = key;
      const degrees = Array.from({ length: 181 }, (_, i) => i);
      const losses = degrees.map((i) => this.lossAt(i * RADIANS));
      const highest = Math.max(...losses, 1e-12);
      this.paint(losses, highest);
      const rays = [];
      for (let level = 1; level < 9; level += 1) {
        const wanted = (level / 9) * highest;
        for (let i = 0; i < 180; i += 1) {
          const [a, b] = [losses[i] - wanted, losses[i + 1] - wanted];
          if (a * b < 0) rays.push(i + a / (a - b));
        }
      }
      const reach = 4;
      const ray = (degree) => {
        const [x, y] = [reach * Math.cos(degree * RADIANS), reach * Math.sin(degree * RADIANS)];
        const from = `M${point(this.px(0, 0))}L`;
        return [y, -y].map((side) => from + point(this.px(x, side))).join("");
      };
      const { hasTrap, saddle } = this.teacher;
      const pass = this.state.v === "best" && saddle < Math.PI ? ray(saddle / RADIANS) : "";
      const [width] = this.size;
      const [, middle] = this.px(0, 0);
      const far = hasTrap ? "the trap" : "opposite to w*";
      this.kept = [
        this.word(this.px(1, 0), "w*", 6, 18, "start"),
        this.word(this.px(0, 0), "0", -9, 18, "middle"),
        this.word([8, middle], far, 0, 18, "start"),
        ...(pass ? [this.word(this.atRim(saddle), "the pass", 0, 0, "middle")] : []),
      ];
      this.back.replaceChildren(
        node("path", { class: "contour", d: rays.map(ray).join("") }),
        node("path", { class: "pass", d: pass }),
        node("path", { class: "axis", d: `M0 ${middle}H${width}` }),
        node("path", { class: "line-star", d: arrow(this.px(0, 0), [this.scale, 0]) }),
        node("circle", { class: "origin", cx: this.centre[0], cy: middle, r: 4 }),
        ...this.kept
      );
      this.taken = this.kept.map((text) => {
        const box = text.getBBox();
        return [box.x, box.y, box.x + box.width, box.y + box.height];
      });
    }

    /** A place near the upper edge, on the ray of an angle. */
    atRim(theta) {
      const top = this.centre[1] - 16;
      const side = Math.min(0.9 * this.centre[0], top / Math.max(Math.abs(Math.tan(theta)), 0.1));
      return [this.centre[0] + Math.sign(Math.cos(theta)) * side, this.centre[1] - top];
    }

    word([x, y], text, dx, dy, anchor) {
      return node("text", { x: to1(x + dx), y: to1(y + dy), "text-anchor": anchor }, text);
    }

    /** The shade: a loss for each angle, the same on both sides of the axis. */
    paint(losses, highest) {
      const depth = (i) => ((0.3 * Math.max(losses[i], 0)) / highest).toFixed(3);
      const stop = (i) => `rgb(var(--plane-shade) / ${depth(i)})`;
      const stops = [];
      for (let i = 0; i <= 360; i += 6) stops.push(`${stop(i > 180 ? 360 - i : i)} ${i}deg`);
      const place = `${to1(this.centre[0])}px ${to1(this.centre[1])}px`;
      this.shade.style.background = `conic-gradient(from 90deg at ${place}, ${stops.join(", ")})`;
    }

    /** Pixels for a gradient: longer for a larger one, but never across the picture. */
    stretched({ x, y }, most) {
      const size = Math.hypot(x, y) / (this.teacher.N / Math.sqrt(2 * Math.PI));
      const factor = size > 1e-12 ? (most * size) / (size + 0.2) / Math.hypot(x, y) : 0;
      return [factor * x, -factor * y];
    }

    drawField() {
      const chosen = this.state.estimators;
      const key = [this.sized, this.taught, this.state.v, chosen].join(";");
      if (key === this.fielded) return;
      this.fielded = key;
      const most = 0.34 * this.scale;
      for (const name of Object.keys(this.lines)) {
        const paths = [];
        for (let ring = 0.5; chosen.includes(name) && ring < 1.7; ring += 0.5) {
          for (let i = 0; i < 16; i += 1) {
            const angle = (i + 0.5) * 22.5 * RADIANS;
            const [x, y] = [ring * Math.cos(angle), ring * Math.sin(angle)];
            const v = this.layerAt(x, y);
            const { whole } = this.downhill(name, v, x, y);
            paths.push(arrow(this.px(x, y), this.stretched(whole, most)));
          }
        }
        set(this.lines[name].small, { d: paths.join("") });
      }
    }

    /** The path of each run in both drawings, made when the run is, and not while it is played. */
    drawPaths() {
      const key = [this.sized, this.made, this.runs.length].join(";");
      if (key === this.pathed) return;
      this.pathed = key;
      for (const name of Object.keys(this.lines)) {
        const made = this.lines[name];
        const states = this.states(name);
        const pixels = states.map(({ x, y }) => this.px(x, y));
        const steps = [`M${point(pixels[0])}`];
        for (let i = 1; i < states.length; i += 1) {
          const thrown = model.turned(states[i - 1], states[i]);
          steps.push(stretch(pixels[i - 1], pixels[i], thrown, 1)[0]);
        }
        const losses = states.map(({ loss }, i) => point([this.lossX(i), this.lossY(loss)]));
        Object.assign(made, { pixels, steps, losses });
        set(made.faint, { d: steps.join("") });
        set(made.lossFaint, { d: `M${losses.join("L")}` });
      }
    }

    drawTrails() {
      this.drawPaths();
      const step = this.step();
      const share = this.position - step;
      const [width, height] = this.size;
      const drawn = ["faint", "dots", "strong", "head", "lossFaint", "lossStrong", "lossHead"];
      for (const name of Object.keys(this.lines)) {
        const made = this.lines[name];
        const chosen = this.state.estimators.includes(name);
        for (const part of drawn) {
          made[part].style.display = chosen ? "" : "none";
        }
        if (!chosen) continue;
        const { pixels, steps, losses } = made;
        const states = this.states(name);
        const shownTo = Math.min(step, states.length - 1);
        let head = pixels[shownTo];
        let tail = "";
        if (share > 0 && shownTo + 1 < states.length) {
          const thrown = model.turned(states[shownTo], states[shownTo + 1]);
          [tail, head] = stretch(head, pixels[shownTo + 1], thrown, share);
        }
        const inside = [clamp(head[0], 10, width - 10), clamp(head[1], 10, height - 10)];
        set(made.dots, { d: pixels.slice(0, shownTo + 1).map((p) => `M${point(p)}h.01`).join("") });
        set(made.strong, { d: steps.slice(0, shownTo + 1).join("") + tail });
        set(made.head, { transform: `translate(${point(inside)})` });
        set(made.lossStrong, { d: `M${losses.slice(0, shownTo + 1).join("L")}` });
        set(made.lossHead, { transform: `translate(${losses[shownTo]}) scale(.8)` });
      }
    }

    /** The hand, with its arrows while the run is at its start; later each head has its own. */
    drawHand() {
      const [x, y] = this.begin();
      const here = this.px(x, y);
      const { angle, length } = this.state;
      set(this.hand, {
        transform: `translate(${point(here)})`,
        "aria-valuenow": angle,
        "aria-valuetext": `angle ${number(angle, 1)} degrees, length ${number(length, 2)}`,
      });
      const fromOrigin = [here[0] - this.centre[0], here[1] - this.centre[1]];
      set(this.w, { d: arrow(this.centre, fromOrigin) });
      const atStart = this.position === 0;
      const most = 0.95 * this.scale;
      const v = this.first().v;
      const q = model.scalars(this.teacher, v, x, y);
      const truth = atStart ? model.downhill(q, y, "true").across : { x: 0, y: 0 };
      const trueArrow = arrow(here, this.stretched(truth, most));
      set(this.trueArrow, { d: trueArrow });
      set(this.trueHalo, { d: trueArrow });
      const words = [];
      if (trueArrow) words.push([here, this.stretched(truth, most), "true gradient"]);
      let radius = 20;
      for (const [name, style] of Object.entries(this.data.estimators)) {
        const made = this.lines[name];
        const shown = this.state.estimators.includes(name);
        const drawn = shown ? this.pull(name, atStart ? { v, x, y } : null, most) : null;
        set(made.arrow, { d: drawn ? arrow(drawn.from, drawn.whole) : "" });
        set(made.halo, { d: drawn ? arrow(drawn.from, drawn.whole) : "" });
        set(made.along, { d: drawn && atStart ? this.split(drawn) : "" });
        set(made.arc, { d: drawn && atStart ? this.arc(drawn, (radius += 8)) : "" });
        made.head.style.display = shown && !atStart ? "" : "none";
        if (!drawn || !atStart || Math.hypot(...drawn.whole) < 1) continue;
        words.push([here, drawn.whole, style.label]);
      }
      if (!atStart) words.push(...this.throws());
      this.drawWords(words);
    }

    /** The last step over the origin that can be seen, and what it is. */
    throws() {
      for (const name of this.state.estimators) {
        const states = this.states(name);
        const { pixels } = this.lines[name];
        for (let i = Math.min(this.step(), states.length - 1); i > 0; i -= 1) {
          if (!model.turned(states[i - 1], states[i]) || states[i].x > 0) continue;
          const [x, y] = lifted(pixels[i - 1], pixels[i]);
          const apex = [x, (y + pixels[i][1]) / 2];
          return [[apex, [9, -9], "thrown over the origin"]];
        }
      }
      return [];
    }

    /** The arrow of an estimator at a state, or where its run is: whole, and its part across w. */
    pull(name, state, most) {
      const states = this.states(name);
      const { v, x, y } = state ?? states[Math.min(this.step(), states.length - 1)];
      if (x === 0 && y === 0) return null;
      const { across, whole } = this.downhill(name, v, x, y);
      const drawn = this.stretched(whole, state ? most : 0.7 * most);
      const factor = Math.hypot(...drawn) / Math.max(Math.hypot(whole.x, whole.y), 1e-300);
      return { from: this.px(x, y), whole: drawn, across: [factor * across.x, -factor * across.y] };
    }

    /** The part along w, from the end of the part across it to the tip. */
    split({ from, whole, across }) {
      const foot = [from[0] + across[0], from[1] + across[1]];
      if (Math.hypot(whole[0] - across[0], whole[1] - across[1]) < 4) return "";
      return `M${point(from)}L${point(foot)}L${point([from[0] + whole[0], from[1] + whole[1]])}`;
    }

    /** The angle between the true gradient, which lies across w, and an arrow. */
    arc({ from, whole, across }, radius) {
      if (Math.hypot(...across) < 1) return "";
      const [a, b] = [Math.atan2(across[1], across[0]), Math.atan2(whole[1], whole[0])];
      const turn = Math.atan2(Math.sin(b - a), Math.cos(b - a));
      if (Math.abs(turn) < 0.02) return "";
      const [x, y] = from;
      const end = (angle) => point([x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
      return `M${end(a)}A${radius} ${radius} 0 0 ${turn > 0 ? 1 : 0} ${end(b)}`;
    }

    /** Names at the tips of arrows, where no other name stands yet. */
    drawWords(words) {
      const [width, height] = this.size;
      const taken = [...this.taken];
      const placed = words.flatMap(([from, along, text]) => {
        const length = Math.hypot(...along);
        const tip = [from[0] + along[0] * (1 + 8 / length), from[1] + along[1] * (1 + 8 / length)];
        const anchor = along[0] > 8 ? "start" : along[0] < -8 ? "end" : "middle";
        const wide = 7.5 * text.length;
        const left = tip[0] - wide * { start: 0, middle: 0.5, end: 1 }[anchor];
        for (const shift of [0, 17, -17, 34, -34]) {
          const box = [left, tip[1] - 8 + shift, left + wide, tip[1] + 9 + shift];
          const inside = box[0] > 2 && box[2] < width - 2 && box[1] > 2 && box[3] < height - 2;
          const free = taken.every(
            (b) => box[2] < b[0] || box[0] > b[2] || box[3] < b[1] || box[1] > b[3]
          );
          if (!inside || !free) continue;
          taken.push(box);
          return [this.word(tip, text, 0, shift + 5, anchor)];
        }
        return [];
      });
      this.words.replaceChildren(...placed);
    }

    /** Where a step and a loss stand beside the plane; the scale is the teacher's, so it stays. */
    lossX(step) {
      return this.edge.left + (step / this.last()) * this.edge.width;
    }

    lossY(loss) {
      return this.edge.top + this.edge.height * (1 - clamp(loss / this.highest, 0, 1));
    }

    drawAxes() {
      const key = [this.sized, this.taught].join(";");
      if (key === this.axed) return;
      this.axed = key;
      const { left, top, width, height } = this.edge;
      const known = this.teacher;
      const thrown = model.loss(known, model.bestV(known, Math.PI), 1, 0);
      const pass = globalThis.steFormulas.saddleLoss(known);
      this.highest = 1.12 * Math.max(thrown, pass, 0.3 * known.N);
      const level = this.lossY(known.trapLoss);
      const bottom = top + height;
      this.lossBack.replaceChildren(
        node("path", { class: "axis", d: `M${left} ${top}V${bottom}H${left + width}` }),
        ...(known.hasTrap
          ? [
              node("path", { class: "level", d: `M${left} ${level}H${left + width}` }),
              this.word([left, level], number(known.trapLoss, 2), -6, 5, "end"),
            ]
          : []),
        this.word([left, top], "loss", -6, 10, "end"),
        this.word([left, bottom], "0", -6, 4, "end"),
        this.word([left, bottom], "0", 0, 18, "middle"),
        this.word([left + width, bottom], `${this.last()} steps`, 4, 18, "end")
      );
    }

    drawCursor() {
      const { top, height } = this.edge;
      set(this.cursor, { d: `M${to1(this.lossX(this.position))} ${top}V${top + height}` });
    }

    // --- what is said --------------------------------------------------------------------------

    /** The numbers of each estimator in a line: at the start of the angle, later of the run. */
    drawChips() {
      const [x, y] = this.begin();
      const q = model.scalars(this.teacher, this.first().v, x, y);
      for (const chip of this.chips) {
        const name = chip.dataset.of;
        say(chip, this.state.estimators.includes(name) ? this.chip(name, q) : "not shown");
      }
    }

    chip(name, q) {
      if (this.position === 0) {
        const angle = model.angle(q, FORMULA[name]);
        if (Number.isNaN(angle)) {
          const radial = -globalThis.steFormulas[FORMULA[name]](q)[0];
          if (Math.abs(radial) < 1e-9) return "no pull";
          return `${number(radial, 3)} along w`;
        }
        const along = 100 * Math.sin(angle * RADIANS) ** 2;
        return `${number(angle, 0)}° off, ${number(along, 0)}% along w`;
      }
      const states = this.states(name);
      const { loss, x, y } = states[Math.min(this.step(), states.length - 1)];
      return `loss ${number(loss, 3)}, |w| ${number(Math.hypot(x, y), 2)}`;
    }

    /** What is found, once nothing moves: the sentence, the table, the address. */
    rest() {
      say(this.says, this.finding());
      const cell = (kind, textContent) =>
        Object.assign(document.createElement(kind), { textContent });
      const rows = this.values().map(([label, ...cells]) => {
        const row = document.createElement("tr");
        row.append(cell("th", label), ...cells.map((text) => cell("td", text)));
        row.firstChild.scope = "row";
        return row;
      });
      this.table.replaceChildren(...rows);
      this.home.write(this.address());
    }

    finding() {
      const names = this.state.estimators;
      if (!names.length) return "Choose an estimator to see its arrows and its run.";
      if (this.position > 0) return this.findingOfRuns(names);
      const known = this.teacher;
      const { theta } = model.place(...this.begin());
      const pulls = names.filter((name) => this.pulls(name));
      const best = this.state.v === "best";
      if (theta === 0 && best) return "w points along w*: nothing is left to learn.";
      if (theta === Math.PI && best && known.hasTrap) {
        if (!pulls.length) return "At the trap nothing pulls: descent rests here.";
        if (pulls.length === names.length) return "At the trap this estimator still pulls w.";
        return `At the trap only ${this.named(pulls)} still pulls w inward.`;
      }
      const [x, y] = this.begin();
      const q = model.scalars(known, this.first().v, x, y);
      if (Math.abs(q.d) < 1e-3 * known.N) return "The pass: here the true gradient changes sides.";
      const angles = names.map((name) => model.angle(q, FORMULA[name]));
      if (angles.some(Number.isNaN)) return "On this line the loss has a kink, and no gradient.";
      const widest = Math.max(...angles);
      const toward = q.d > 0 ? "the teacher" : known.hasTrap ? "the trap" : "the far side";
      if (widest > 60) return "Most of the coarse arrow lies along w, which the loss ignores.";
      const all = names.length > 1 ? "All within" : "Within";
      return `${all} ${Math.ceil(widest)}° of the true gradient, toward ${toward}.`;
    }

    /** Whether an estimator leaves something along w where w is. */
    pulls(name) {
      const [x, y] = this.begin();
      const q = model.scalars(this.teacher, this.first().v, x, y);
      return Math.abs(globalThis.steFormulas[FORMULA[name]](q)[0]) > 1e-9;
    }

    named(names) {
      const labels = names.map((name) => this.data.estimators[name].label);
      if (labels.length < 2) return labels.join("");
      return `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}`;
    }

    findingOfRuns(names) {
      const words = {
        cycles: ["cycles", "cycle"],
        trap: ["rests in the trap", "rest in the trap"],
        teacher: ["found the teacher", "found the teacher"],
        walks: ["is on its way", "are on their way"],
      };
      const groups = { cycles: [], trap: [], teacher: [], walks: [] };
      for (const name of names) {
        const states = this.states(name).slice(0, this.step() + 1);
        groups[model.outcome(this.teacher, states)].push(name);
      }
      const said = Object.entries(groups)
        .filter(([, group]) => group.length)
        .map(([kind, group]) =>
          group.length === names.length && group.length === 3
            ? `all three ${words[kind][1]}`
            : `${this.named(group)} ${words[kind][group.length > 1 ? 1 : 0]}`
        );
      const text =
        said.length > 1 ? said.join("; ") : said[0].replace(/cycles?$/, "$& over the origin");
      return `${text[0].toUpperCase()}${text.slice(1)}.`;
    }

    values() {
      const known = this.teacher;
      const [x, y] = this.begin();
      const q = model.scalars(known, this.first().v, x, y);
      const all = Object.keys(this.data.estimators);
      const row = (label, cell) => [
        label,
        ...all.map((name) => {
          const shown = this.states(name).slice(0, this.step() + 1);
          return cell(FORMULA[name], shown.at(-1), shown);
        }),
      ];
      const at = globalThis.steFormulas;
      const step = this.step();
      return [
        row("Angle to the true gradient", (name) => `${number(model.angle(q, name), 1)}°`),
        row("Step along w", (name) => number(-at[name](q)[0], 4)),
        row("Step across w, to w*", (name) => number(-at[name](q)[1], 4)),
        row(`Loss at step ${step}`, (_, { loss }) => number(loss, 4)),
        row(`|w| at step ${step}`, (_, state) => number(Math.hypot(state.x, state.y), 4)),
        row("Times over the origin", (_, __, shown) => String(model.crossings(shown).length)),
        [
          "True step across w, to w*",
          number(-at.gradientW(q), 4),
          `r = ${number(known.r, 3)}, r* = ${number(known.threshold, 3)}`,
          Number.isNaN(known.period) ? "no cycle" : `turn of ${number(known.period, 1)} steps`,
        ],
      ];
    }

    /** Make the controls say the state. */
    set() {
      const { state } = this;
      for (const [name, [range, output]] of Object.entries(this.input)) {
        const value = name === "step" ? this.step() : state[name];
        const digits = number(value, this.data.ranges[name].decimals);
        const text = name === "angle" ? `${digits}°` : digits;
        if (output.textContent === text) continue;
        range.value = value;
        range.setAttribute("aria-valuetext", text);
        say(output, text);
      }
      const samples = this.control.samples.querySelector("select");
      const count = Number.isFinite(state.samples) ? String(state.samples) : "all";
      if (![...samples.options].some(({ value }) => value === count)) {
        samples.add(new Option(count, count)); // an address may ask for any number
      }
      samples.value = count;
      this.button.samples.disabled = !Number.isFinite(state.samples);
      for (const box of this.control.estimators.querySelectorAll("input")) {
        box.checked = state.estimators.includes(box.value);
      }
      for (const choice of this.control.v.querySelectorAll("input")) {
        choice.checked = (choice.value === "best") === (state.v === "best");
      }
      const field = this.control.teacher.querySelector("input");
      if (field.getAttribute("aria-invalid") !== "true" && document.activeElement !== field) {
        field.value = state.teacher.map((x) => String(x).replace("-", MINUS)).join(", ");
      }
    }
  }

  // --- the page -------------------------------------------------------------------------------

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
      };
      const scene = new Plane(figure, home);
      const arrive = () => figure.scrollIntoView({ block: "nearest" });
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
