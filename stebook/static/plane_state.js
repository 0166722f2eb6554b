// The state of the plane: how it stands in an address and in a notebook.
"use strict";
globalThis.stePlaneState = (() => {
  const model = globalThis.stePlaneModel;
  const { clamp, list, say, short } = globalThis.stePlaneShapes;

  /** How each part of the state stands in an address, and how it is read from one. */
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
    own: {
      write: (own) => globalThis.stePlaneOwn.write(own),
      read: (text) => globalThis.stePlaneOwn.fromAddress(text),
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

  return (Base) => class extends Base {
    /** The state at the start, and what its parts may be. */
    open() {
      const { start, ranges } = this.data;
      this.parts = { ...PARTS };
      for (const name of Object.keys(ranges)) this.parts[name] = ranged(ranges[name]);
      this.start = { ...start, samples: start.samples === "all" ? Infinity : start.samples };
      this.state = { ...this.start };
      this.position = this.state.step;
    }

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
  };
})();
