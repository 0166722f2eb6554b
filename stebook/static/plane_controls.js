// What a reader does: pointer, keys, sliders, boxes, the teacher; and the controls that say the state.
"use strict";
globalThis.stePlaneControls = (() => {
  const { isFocused } = globalThis.steKit;
  const model = globalThis.stePlaneModel;
  const { FORMULA } = model;
  const { RADIANS, MINUS, clamp, number, short, say, within, pressed } = globalThis.stePlaneShapes;

  return (Base) => class extends Base {
    attach() {
      for (const control of this.figure.querySelectorAll("input, select, button")) {
        control.disabled = false;
      }
      this.attachHand();
      this.attachControls();
      this.attachPlay();
      this.attachOwn();
      // sizes are read here and kept: asked for while something is drawn, each would cost a layout
      this.sizes = new ResizeObserver(() => {
        this.sized = this.ownSized = null;
        this.schedule();
      });
      this.sizes.observe(this.ownCurve);
      this.sizes.observe(this.map);
      this.sizes.observe(this.lossPlot);
    }

    attachHand() {
      const drag = (event) => {
        const [x, y] = within(event, this.map);
        this.grab((x - this.centre[0]) / this.scale, (this.centre[1] - y) / this.scale);
      };
      pressed(this.map, {
        begins: (event) => {
          // a finger beside the hand scrolls the page; its tap comes as a click
          const beside = !this.hand.contains(event.target);
          if (event.pointerType === "touch" && beside) return false;
          this.hand.focus({ preventScroll: true });
          if (beside) drag(event);
          return true;
        },
        moves: drag,
      });
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
      for (const preset of this.figure.querySelectorAll("[data-state]")) {
        preset.addEventListener("click", () => {
          field.removeAttribute("aria-invalid");
          this.change({ v: "best", ...JSON.parse(preset.dataset.state) });
        });
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
      for (const field of [this.control.teacher.querySelector("input"), this.ownField]) {
        field.removeAttribute("aria-invalid");
      }
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
      const seek = (event) => {
        this.pause();
        const share = (within(event, this.lossPlot)[0] - this.edge.left) / this.edge.width;
        this.go(Math.round(share * this.last()));
      };
      pressed(this.lossPlot, {
        begins: (event) => {
          seek(event);
          return true;
        },
        moves: seek,
        scrolls: true,
      });
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
      this.setOwn();
      const field = this.control.teacher.querySelector("input");
      if (field.getAttribute("aria-invalid") !== "true" && !isFocused(field)) {
        field.value = state.teacher.map((x) => String(x).replace("-", MINUS)).join(", ");
      }
    }
  };
})();
