// The life of an explorer without a kernel: reads the state off native controls, looks up the stored
// tables, evaluates the same formulas as Python, and draws. No dependency but Plotly.
"use strict";
(() => {
  const MINUS = "\u2212";

  // --- numbers and templates, as in ste/explorers/sentences.py --------------------------------

  const number = (value, decimals) => {
    const text = Math.abs(value).toFixed(decimals);
    return value < 0 && Number(text) !== 0 ? MINUS + text : text;
  };

  const fill = (template, values) =>
    template.replace(/\{(\w+)(?::\.(\d)f)?\}/g, (_, name, decimals) => {
      const value = values[name];
      if (decimals === undefined) return String(value);
      return Number.isFinite(value) ? number(value, Number(decimals)) : "not defined";
    });

  // --- stored tables --------------------------------------------------------------------------

  const unpack = (stored, scale) => {
    if (stored === null) return NaN;
    if (Array.isArray(stored)) {
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
    return part;
  };

  // --- the address ----------------------------------------------------------------------------
  // #name:key=value,key=value;name2:...

  const readAddress = () => {
    const found = new Map();
    for (const part of decodeURIComponent(location.hash.slice(1)).split(";")) {
      const colon = part.indexOf(":");
      if (colon > 0) found.set(part.slice(0, colon), part.slice(colon + 1));
    }
    return found;
  };

  const writeAddress = (name, text) => {
    const parts = readAddress();
    if (text) parts.set(name, text);
    else parts.delete(name);
    const hash = [...parts].map(([key, value]) => `${key}:${value}`).join(";");
    const address = location.pathname + location.search + (hash ? `#${hash}` : "");
    try {
      history.replaceState(null, "", address);
    } catch {
      location.hash = hash; // a page opened from a file may refuse the other way
    }
  };

  // --- one explorer ---------------------------------------------------------------------------

  class Explorer {
    constructor(figure) {
      this.figure = figure;
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
      this.compile();
      this.attach();
      this.follow();
      figure.explorer = this; // for tests and for the curious
    }

    /** Formulas and conditions become functions of the values, in the order given. */
    compile() {
      const names = new Set(["nothing"]);
      for (const c of this.controls) names.add(c.name);
      for (const t of this.data.tables) {
        for (const [name, column] of Object.entries(t.columns)) {
          if (typeof column[0] === "number" || column[0] === null) names.add(name);
        }
      }
      const make = (expression) =>
        new Function("values", `const {${[...names].join(",")}} = values; return ${expression};`);
      this.formulas = this.data.formulas.map(([name, expression]) => {
        const formula = [name, make(expression)];
        names.add(name);
        return formula;
      });
      this.sentences = this.data.sentences.map(([when, text]) => [make(when), text]);
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
          input.addEventListener("change", () => writeAddress(this.data.name, this.address()));
        }
      }
      const reset = this.figure.querySelector(".explorer-reset");
      reset.disabled = false;
      reset.addEventListener("click", () => {
        this.index = { ...this.start };
        this.note.hidden = true;
        writeAddress(this.data.name, "");
        this.schedule();
      });
      this.figure.classList.add("explorer-live");
      new MutationObserver(() => this.schedule()).observe(document.documentElement, {
        attributes: true,
        attributeFilter: ["data-theme"],
      });
      new ResizeObserver(() => this.schedule()).observe(this.plot);
      window.addEventListener("hashchange", () => this.follow());
      this.schedule();
    }

    /** Take this explorer's state from the address; what is off the grid snaps, and is said. */
    follow() {
      const text = readAddress().get(this.data.name);
      if (text === undefined) return;
      const notes = [];
      this.index = { ...this.start };
      for (const pair of text.split(",").filter(Boolean)) {
        const [key, value = ""] = pair.split("=");
        const control = this.controls.find((c) => c.name === key);
        if (!control) {
          notes.push(`There is no control “${key}” here; it was left out.`);
          continue;
        }
        const exact = control.values.findIndex((v) => String(v) === value);
        if (exact >= 0) {
          this.index[key] = exact;
          continue;
        }
        const wanted = value === "" ? NaN : Number(value);
        if (typeof control.values[0] === "number" && Number.isFinite(wanted)) {
          const distances = control.values.map((v) => Math.abs(v - wanted));
          this.index[key] = distances.indexOf(Math.min(...distances));
        }
        const label = control.labels[this.index[key]];
        if (control.values[this.index[key]] !== wanted) {
          notes.push(`${control.label}: “${value}” is not on its grid; ${label} is shown.`);
        }
      }
      this.note.textContent = notes.join(" ");
      this.note.hidden = notes.length === 0;
      this.schedule();
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
        this.draw();
      });
    }

    draw() {
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
      const values = this.values();
      const sentence = this.sentences.find(([when]) => when(values));
      const text = sentence ? fill(sentence[1], values) : "";
      if (this.says.textContent !== text) this.says.textContent = text;
      this.print(values);

      const style = getComputedStyle(this.figure);
      const token = (name) => style.getPropertyValue(`--explorer-${name}`).trim();
      const { data, layout } = resolve(this.data.figure, values, token);
      const narrow = this.plot.clientWidth < 480;
      if (narrow) {
        for (const [name, changes] of Object.entries(this.data.figure.narrow || {})) {
          layout[name] =
            typeof changes === "object" ? { ...layout[name], ...changes } : changes;
        }
      }
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
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: token("text"), size: narrow ? 11 : 13, family: style.fontFamily },
      });
      window.Plotly.react(this.plot, data, layout, { displayModeBar: false, responsive: false });
      this.shown = values;
    }

    /** Keep the table that is printed in step with what is shown. */
    print(values) {
      const cells = this.figure.querySelectorAll(".explorer-print td");
      const texts = [
        ...this.controls.map((c) => c.labels[this.index[c.name]]),
        ...this.data.rows.map(([, template]) => fill(template, values)),
      ];
      cells.forEach((cell, i) => (cell.textContent = texts[i]));
    }
  }

  const begin = () => document.querySelectorAll("figure.explorer").forEach((f) => new Explorer(f));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
