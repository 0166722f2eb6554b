// The life of an explorer without a kernel: reads the state off native controls, looks up the stored
// tables, evaluates the same formulas as Python, and draws. No dependency but Plotly, which is large:
// it is asked for when an explorer comes near the screen, and all but the plot works before it comes.
"use strict";
(() => {
  const MINUS = "\u2212";
  /** A plot narrower than this, in pixels, gets the narrow layout. */
  const NARROW = 480;
  /** A screen reader hears the sentence when it has been still for so many milliseconds. */
  const QUIET = 400;

  // --- numbers and templates, as in stebook/templates.py -------------------------------------

  const UNDEFINED = "not defined";

  const number = (value, decimals) => {
    const text = Math.abs(value).toFixed(decimals);
    return value < 0 && Number(text) !== 0 ? MINUS + text : text;
  };

  const fill = (template, values) =>
    template.replace(/\{(\w+)(?::\.(\d)f)?\}/g, (_, name, decimals) => {
      const value = values[name];
      if (decimals === undefined) return String(value);
      return Number.isFinite(value) ? number(value, Number(decimals)) : UNDEFINED;
    });

  /** A cell of the table: as a whole not defined where one of its numbers is not. */
  const cell = (template, values) => {
    const text = fill(template, values);
    return text.includes(UNDEFINED) ? UNDEFINED : text;
  };

  // --- formulas, as stebook/formulas.py writes them -------------------------------------------

  const OPERATIONS = {
    "+": (a, b) => a + b,
    "-": (a, b) => (b === undefined ? -a : a - b),
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "**": (a, b) => a ** b,
    "==": (a, b) => a == b, // a condition equals 1 or 0, as in Python
    "!=": (a, b) => a != b,
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
    not: (a) => !a,
    and: (...all) => all.every(Boolean),
    or: (...all) => all.some(Boolean),
    if: (test, then, otherwise) => (test ? then : otherwise),
    copysign: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
  };

  /** A function of the values: of nested lists, so that no code is made of strings. */
  const compile = (tree) => {
    if (typeof tree === "string") return (values) => values[tree];
    if (!Array.isArray(tree)) return () => tree;
    const [name, ...parts] = tree;
    const operation = OPERATIONS[name] ?? Math[name];
    const inner = parts.map(compile);
    return (values) => operation(...inner.map((part) => part(values)));
  };

  // --- stored tables --------------------------------------------------------------------------

  const unpack = (stored, scale) => {
    if (stored === null) return NaN;
    if (Array.isArray(stored)) {
      const first = stored[0];
      if (typeof first === "string" || typeof first === "boolean") return stored;
      if (first !== null && typeof first === "object") {
        return stored.map((row) => unpack(row, scale));
      }
      let last = 0;
      return stored.map((step) => (step === null ? null : (last += step) / scale));
    }
    if (typeof stored === "object") {
      return Array(stored.count).fill(stored.all === null ? null : stored.all / scale);
    }
    return stored;
  };

  const resolve = (part, values, token) => {
    if (Array.isArray(part)) return part.map((p) => resolve(p, values, token));
    if (part && typeof part === "object") {
      return Object.fromEntries(
        Object.entries(part).map(([key, p]) => [key, resolve(p, values, token)])
      );
    }
    if (typeof part !== "string") return part;
    if (part[0] === "=") {
      const value = values[part.slice(1)];
      return Number.isNaN(value) ? null : value;
    }
    if (part[0] === "~") return fill(part.slice(1), values);
    if (part[0] === "@") return token(part.slice(1));
    return part[0] === "\\" ? part.slice(1) : part;
  };

  const isPlain = (part) => part !== null && typeof part === "object" && !Array.isArray(part);

  /** A layout with some entries changed, at whatever depth. */
  const merge = (base, changes) => {
    const merged = { ...base };
    for (const [key, change] of Object.entries(changes)) {
      merged[key] = isPlain(change) && isPlain(base[key]) ? merge(base[key], change) : change;
    }
    return merged;
  };

  const { quoted, noted, read: readAddress, anchorIn, stateIn, pairsIn, write: writeAddress } =
    window.steAddress;

  /** The value on a grid of numbers that is nearest to a wanted one, infinity included. */
  const nearest = (values, wanted) => {
    const inside = Math.min(Math.max(wanted, Math.min(...values)), Math.max(...values));
    const distances = values.map((value) => Math.abs(value - inside));
    return distances.indexOf(Math.min(...distances));
  };

  // --- Plotly ---------------------------------------------------------------------------------

  const { plotly: source } = document.currentScript.dataset;
  let asked;

  /** Resolves when Plotly is there; a script element, since a page on disk can fetch nothing. */
  const plotly = () => {
    asked ??= new Promise((resolve, reject) => {
      if (window.Plotly) return resolve();
      const script = document.createElement("script");
      script.src = source;
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => reject(new Error("Plotly did not load")));
      document.head.append(script);
    });
    return asked;
  };

  // --- one explorer ---------------------------------------------------------------------------

  class Explorer {
    constructor(figure, key) {
      if (!window.Plotly && !source) throw new Error("There is no Plotly");
      this.figure = figure;
      this.key = key;
      this.data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
      this.plot = figure.querySelector(".explorer-plot");
      this.says = figure.querySelector(".explorer-says");
      this.note = figure.querySelector(".explorer-note");
      this.start = Object.fromEntries(this.data.controls.map((c) => [c.name, c.start]));
      this.index = { ...this.start };
      this.controls = this.data.controls.map((control) => ({
        ...control,
        element: figure.querySelector(`[data-control="${control.name}"]`),
      }));
      this.waiting = false;
      this.formulas = this.data.formulas.map(([name, tree]) => [name, compile(tree)]);
      this.sentences = this.data.sentences.map(([when, text]) => [compile(when), text]);
      this.paper = false;
      this.attach();
      this.follow();
      figure.explorer = this; // for tests and for the curious
    }

    values() {
      const values = { nothing: NaN };
      for (const c of this.controls) {
        const i = this.index[c.name];
        values[c.name] = typeof c.values[i] === "string" ? i : c.values[i];
        values[`${c.name}_label`] = c.labels[i];
      }
      for (const table of this.data.tables) {
        let row = 0;
        for (const name of table.controls) {
          const control = this.controls.find((c) => c.name === name);
          row = row * control.values.length + this.index[name];
        }
        for (const [name, column] of Object.entries(table.columns)) {
          values[name] = unpack(column[row], table.scale);
        }
      }
      for (const [name, formula] of this.formulas) values[name] = formula(values);
      return values;
    }

    attach() {
      for (const c of this.controls) {
        for (const input of c.element.querySelectorAll("input, select")) {
          input.disabled = false;
          input.addEventListener("input", () => {
            this.index[c.name] = Number(input.value);
            this.note.hidden = true;
            this.schedule();
          });
          input.addEventListener("change", () => writeAddress(this.key, this.address()));
        }
      }
      const reset = this.figure.querySelector(".explorer-reset");
      reset.disabled = false;
      reset.addEventListener("click", () => {
        this.index = { ...this.start };
        this.note.hidden = true;
        writeAddress(this.key, "");
        this.schedule();
      });
      this.figure.classList.add("explorer-live");
      new MutationObserver(() => this.schedule()).observe(document.documentElement, {
        attributes: true,
        attributeFilter: ["data-theme"],
      });
      new ResizeObserver(() => {
        if (this.plot.clientWidth !== this.width) this.schedule();
      }).observe(this.plot);
      matchMedia("(forced-colors: active)").addEventListener("change", () => this.schedule());
      window.addEventListener("hashchange", () => this.follow());
      // a browser may put back what the controls said before a reload: the address has the word
      window.addEventListener("pageshow", () => this.schedule());
      window.addEventListener("beforeprint", () => this.turn(true));
      window.addEventListener("afterprint", () => this.turn(false));
      const near = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          near.disconnect();
          this.ready();
        },
        { rootMargin: "100%" } // a window's height ahead of the reader
      );
      near.observe(this.figure);
      this.schedule();
    }

    /** Resolves when the plot can be drawn, or when it is clear that it will not be. */
    async ready() {
      try {
        await plotly();
        this.schedule();
      } catch (error) {
        fail(this.figure, error);
      }
    }

    /**
     * Take this explorer's state from the address; what is off the grid snaps, and is said.
     * An address without it means the start, unless the reader just went to a heading.
     */
    follow() {
      const parts = readAddress();
      const text = stateIn(parts, this.key);
      if (text === undefined && anchorIn(parts)) return;
      this.take(text ?? "");
      this.schedule();
    }

    take(text) {
      const notes = [];
      this.index = { ...this.start };
      for (const [key, value] of pairsIn(text)) {
        const control = this.controls.find((c) => c.name === key);
        if (!control) {
          notes.push(`There is no control “${quoted(key)}” here; it was left out.`);
          continue;
        }
        const exact = control.values.findIndex((v) => String(v) === value);
        if (exact >= 0) {
          this.index[key] = exact;
          continue;
        }
        const wanted = value.trim() === "" ? NaN : Number(value);
        if (typeof control.values[0] === "number" && !Number.isNaN(wanted)) {
          this.index[key] = nearest(control.values, wanted);
        }
        const label = control.labels[this.index[key]];
        if (control.values[this.index[key]] !== wanted) {
          notes.push(`${control.label}: “${quoted(value)}” is not on its grid; ${label} is shown.`);
        }
      }
      this.note.textContent = noted(notes);
      this.note.hidden = notes.length === 0;
    }

    address() {
      return this.controls.map((c) => `${c.name}=${c.values[this.index[c.name]]}`).join(",");
    }

    /** However fast events come, draw once a frame, with the last state. */
    schedule() {
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        if (!this.paper) this.draw(); // what is going to the printer stays as it is
      });
    }

    /** For paper: dark ink, as wide as a sheet, even if closed; drawn before the printer looks. */
    turn(paper) {
      this.paper = paper;
      this.figure.classList.toggle("explorer-paper", paper);
      this.figure.classList.toggle("explorer-undrawn", paper && !window.Plotly);
      if (!paper) return this.schedule();
      this.draw();
      this.draw(); // at a new width a legend may find its place the second time
    }

    /** Show the state. While there is no room, as in what is hidden, all but the plot. */
    draw() {
      this.set();
      const values = this.values();
      this.say(values);
      this.print(values);
      this.width = this.plot.clientWidth;
      if (this.width > 0 && window.Plotly) this.picture(values);
      this.shown = values;
    }

    /** Make the controls say the state. */
    set() {
      for (const c of this.controls) {
        const i = this.index[c.name];
        const range = c.element.querySelector("input[type=range]");
        if (range) {
          range.value = i;
          range.setAttribute("aria-valuetext", c.labels[i]);
          c.element.querySelector("output").textContent = c.labels[i];
        }
        const select = c.element.querySelector("select");
        if (select) select.value = i;
        for (const radio of c.element.querySelectorAll("input[type=radio]")) {
          radio.checked = Number(radio.value) === i;
        }
      }
    }

    /** Write the sentence at once; screen readers hear it when the reader has stopped moving. */
    say(values) {
      const sentence = this.sentences.find(([when]) => when(values));
      const text = sentence ? fill(sentence[1], values) : "";
      if (this.says.textContent === text) return;
      this.says.setAttribute("aria-busy", "true");
      this.says.textContent = text;
      clearTimeout(this.quiet);
      this.quiet = setTimeout(() => {
        this.says.removeAttribute("aria-busy");
        this.says.textContent = text; // a new node: the change that is heard
      }, QUIET);
    }

    picture(values) {
      const style = getComputedStyle(this.figure);
      const token = (name) => style.getPropertyValue(`--explorer-${name}`).trim();
      const figure = resolve(this.data.figure, values, token);
      const narrow = this.width < NARROW;
      const layout = narrow ? merge(figure.layout, figure.narrow ?? {}) : figure.layout;
      for (const [name, axis] of Object.entries(layout)) {
        if (!/^[xy]axis/.test(name)) continue;
        layout[name] = {
          gridcolor: token("grid"),
          linecolor: token("grid"),
          zerolinecolor: token("grid"),
          ...axis,
        };
      }
      Object.assign(layout, {
        autosize: true,
        dragmode: false, // there is nothing to drag, and a finger on the plot scrolls the page
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: token("text"), size: narrow ? 11 : 13, family: style.fontFamily },
      });
      window.Plotly.react(this.plot, figure.data, layout, { displayModeBar: false, responsive: false });
    }

    /** Keep the table that is printed in step with what is shown. */
    print(values) {
      const cells = this.figure.querySelectorAll(".explorer-print td");
      const texts = [
        ...this.controls.map((c) => c.labels[this.index[c.name]]),
        ...this.data.rows.map(([, template]) => cell(template, values)),
      ];
      cells.forEach((cell, i) => (cell.textContent = texts[i]));
    }
  }

  // --- the page -------------------------------------------------------------------------------

  const fail = (figure, error) => {
    figure.classList.remove("explorer-live");
    figure.classList.add("explorer-failed");
    const note = figure.querySelector(".explorer-note");
    note.textContent = "This explorer could not start. The table shows one state of it.";
    note.hidden = false;
    console.error(error);
  };

  /** One that cannot start shows its table, says so, and leaves the others alone. */
  const start = (figure, key) => {
    try {
      return new Explorer(figure, key);
    } catch (error) {
      fail(figure, error);
      return null;
    }
  };

  /** Show what an address with states names: its heading, or else the first explorer in it. */
  const arrive = (explorers) => {
    const parts = readAddress();
    if (!parts.some((part) => part.includes(":"))) return; // a browser finds a mere anchor itself
    const anchor = anchorIn(parts);
    const named = explorers.find((e) => stateIn(parts, e.key) !== undefined)?.figure;
    if (anchor) document.getElementById(anchor)?.scrollIntoView();
    else named?.scrollIntoView({ block: "nearest" });
  };

  const begin = () => {
    const counts = new Map();
    const explorers = [];
    for (const figure of document.querySelectorAll("figure.explorer")) {
      const { name } = figure.dataset;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const explorer = start(figure, count === 1 ? name : `${name}-${count}`);
      if (explorer) explorers.push(explorer);
    }
    /** Resolves when every explorer can be drawn: who prints waits for that. */
    window.drawExplorers = () => Promise.all(explorers.map((explorer) => explorer.ready()));
    window.addEventListener("hashchange", () => arrive(explorers));
    const [visit] = performance.getEntriesByType("navigation");
    if (visit?.type === "navigate") window.addEventListener("load", () => arrive(explorers));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
