// An explorer as its reader has it: reads the state off native controls, gets the columns of its
// tables (stored in a page, from Python in a notebook), evaluates the same formulas as Python, and
// draws. No dependency but Plotly, which is large: it is asked for when an explorer comes near the
// screen, with moving.js, and all but the plot works before it comes.
"use strict";
globalThis.steExplorer = (() => {
  const MINUS = "\u2212";
  /** A plot narrower than this, in pixels, gets the narrow layout. */
  const NARROW = 480;
  /** A screen reader hears the sentence when it has been still for so many milliseconds. */
  const QUIET = 400;

  // --- numbers and templates, as in stebook/templates.py -------------------------------------

  const UNDEFINED = "not defined";
  const NOTHING = "\u2013";

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

  /** A cell of the table: nothing where one of its numbers is not defined. */
  const cell = (template, values) => {
    const text = fill(template, values);
    return text.includes(UNDEFINED) ? NOTHING : text;
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

  /** Give an element another text; one that it has is left alone, with its style and place. */
  const rewrite = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
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

  const seen = ({ visible }) => visible !== false && visible !== null;

  /** A hidden curve as one without points: where traces come and go, Plotly draws the whole. */
  const emptied = (trace) =>
    seen(trace) || trace.z
      ? trace
      : { ...trace, visible: true, showlegend: false, x: [null], y: [null] };

  /**
   * Of a page: where Plotly is, what moves its plots and names what is in them, and the pages of single explorers; in one of
   * those the page of the book that it is from. A notebook has none of them.
   */
  const { plotly: source, moving, labels, embeds, page = "" } = document.currentScript?.dataset ?? {};
  let asked;

  /** Resolves when a script has run; an element of the page, since one on disk can fetch nothing. */
  const load = (source) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => reject(new Error(`${source} did not load`)));
      document.head.append(script);
    });

  /** Resolves when Plotly is there. */
  const plotly = () => {
    asked ??= Promise.all(window.Plotly ? [] : [source, moving, labels].map(load));
    return asked;
  };

  // --- values as tables -----------------------------------------------------------------------

  /** So many points of a curve stand in a table, evenly chosen, with the first and the last. */
  const MOST_POINTS = 40;

  const some = (count) => {
    if (count <= MOST_POINTS) return Array.from({ length: count }, (_, i) => i);
    const last = MOST_POINTS - 1;
    return Array.from({ length: MOST_POINTS }, (_, i) => Math.round((i * (count - 1)) / last));
  };

  /** A number as short as it can be read. */
  const short = (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "\u2013";
    if (typeof value !== "number") return String(value);
    return String(Number(value.toPrecision(4))).replace("-", MINUS);
  };

  const row = (cells, head) => {
    const made = document.createElement("tr");
    for (const [i, text] of cells.entries()) {
      const cell = document.createElement(head || i === 0 ? "th" : "td");
      if (cell.tagName === "TH") cell.scope = head ? "col" : "row";
      cell.textContent = text;
      made.append(cell);
    }
    return made;
  };

  const tableOf = (title, heads, rows) => {
    const [table, caption] = ["table", "caption"].map((tag) => document.createElement(tag));
    caption.textContent = title;
    table.append(caption, row(heads, true), ...rows.map((cells) => row(cells, false)));
    return table;
  };

  const titleOf = (layout, axis) => {
    const key = axis.replace(/^([xy])/, "$1axis");
    return layout[key]?.title?.text || axis[0];
  };

  /** The values of a trace, one of several; null where it is not shown, has none, or is an aside. */
  const tabled = (trace, layout, count) => {
    const { x, y, z, mode, error_y: error } = trace;
    const name = trace.name ?? (y?.length === 1 ? "Chosen point" : `Drawing ${count}`);
    if (!seen(trace) || mode === "text" || trace.meta?.aside) return null;
    const [across, up] = [titleOf(layout, trace.xaxis ?? "x"), titleOf(layout, trace.yaxis ?? "y")];
    if (z) {
      const columns = some(z[0].length);
      const heads = [`${up} \\ ${across}`, ...columns.map((j) => short(x ? x[j] : j))];
      const rows = some(z.length).map((i) => [
        short(y ? y[i] : i),
        ...columns.map((j) => short(z[i][j])),
      ]);
      return tableOf(name, heads, rows);
    }
    if (!y?.some((value) => value !== null && !Number.isNaN(value))) return null;
    const spread = error?.array ? [(i) => short(error.array[i])] : [];
    const rows = some(y.length).map((i) => [
      short(x ? x[i] : i),
      short(y[i]),
      ...spread.map((at) => at(i)),
    ]);
    return tableOf(name, [across, up, ...spread.map(() => "±")], rows);
  };

  // --- one explorer ---------------------------------------------------------------------------

  const kit = globalThis.steKit;

  class Explorer {
    /**
     * `home` is where it lives: read() gives the text of its state, or undefined; write(text) puts it;
     * columns(index) gives {index, tables} of that state, or of the last one that is known, or null;
     * link(text) and embed(text), where there are addresses, give those of a state.
     */
    constructor(figure, home) {
      this.figure = figure;
      this.home = home;
      this.data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
      this.plot = figure.querySelector(".explorer-plot");
      this.heard = figure.querySelector(".explorer-heard");
      this.says = figure.querySelector(".explorer-says");
      this.chips = [...figure.querySelectorAll(".explorer-chips dd")].map((dd) => dd.firstChild);
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
      this.presented = false;
      this.before = null; // the values at rest before a hand moved something
      this.resting = true;
      this.gone = new AbortController();
      this.attach();
      this.offer();
      this.follow();
      figure.explorer = this; // for tests and for the curious
    }

    /** Everything that the figure and the sentences use, at a state with its columns. */
    values({ index, tables }) {
      const values = { nothing: NaN };
      for (const c of this.controls) {
        const i = index[c.name];
        values[c.name] = typeof c.values[i] === "string" ? i : c.values[i];
        values[`${c.name}_label`] = c.labels[i];
      }
      for (const { columns, scale } of tables) {
        for (const [name, stored] of Object.entries(columns)) values[name] = unpack(stored, scale);
      }
      for (const [name, formula] of this.formulas) values[name] = formula(values);
      return values;
    }

    attach() {
      const { signal } = this.gone;
      for (const c of this.controls) {
        for (const input of c.element.querySelectorAll("input, select")) {
          input.disabled = false;
          input.addEventListener("input", () => {
            this.pause();
            this.go(c, Number(input.value));
          });
          input.addEventListener("change", () => this.keep());
        }
        const play = c.element.querySelector(".explorer-play");
        if (play) this.playable(c, play);
      }
      const reset = this.figure.querySelector(".explorer-reset");
      kit.drawIcon(reset, "reset");
      this.lead(reset, this.start, () => "");
      for (const button of this.figure.querySelectorAll(".explorer-presets button")) {
        this.lead(button, JSON.parse(button.dataset.state), () => this.address());
      }
      this.figure.classList.add("explorer-live");
      this.figure.tabIndex = -1; // so that a click on the plot brings the keyboard here
      const themes = new MutationObserver(() => this.schedule());
      const sizes = new ResizeObserver(() => {
        if (this.plot.clientWidth !== this.width) this.resize();
      });
      themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
      sizes.observe(this.plot);
      const colours = matchMedia("(forced-colors: active)");
      colours.addEventListener("change", () => this.schedule(), { signal });
      window.addEventListener("hashchange", () => this.follow(), { signal });
      // a browser may put back what the controls said before a reload: the address has the word
      window.addEventListener("pageshow", () => this.schedule(), { signal });
      window.addEventListener("beforeprint", () => this.turn(true), { signal });
      window.addEventListener("afterprint", () => this.turn(false), { signal });
      const near = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          near.disconnect();
          this.ready();
        },
        { rootMargin: "100%" } // a window's height ahead of the reader
      );
      near.observe(this.figure);
      signal.addEventListener("abort", () => {
        this.pause();
        for (const observer of [themes, sizes, near]) observer.disconnect();
      });
      this.schedule();
    }

    /** Let a button lead to a state, and have the address say so. */
    lead(button, index, said) {
      button.disabled = false;
      button.addEventListener("click", () => {
        this.pause();
        this.index = { ...index };
        this.forget();
        this.note.hidden = true;
        this.home.write(said());
        this.schedule();
      });
    }

    /** Look how wide the plot is before it is drawn again. */
    resize() {
      this.width = 0;
      this.schedule();
    }

    /** Leave the page, with all that was set up. */
    close() {
      this.gone.abort();
      if (this.plot.data) window.Plotly.purge(this.plot);
      kit.close(this.figure);
    }

    /** Put one control somewhere. */
    go(control, i) {
      if (this.resting) this.before = this.shown;
      this.resting = false;
      this.index[control.name] = i;
      this.note.hidden = true;
      this.hurry();
    }

    /** Let the address have the state; the plot goes before it. */
    keep() {
      this.resting = true;
      kit.later(() => this.home.write(this.address()));
    }

    /** An address shows one state, whatever was there before it. */
    forget() {
      this.before = null;
      this.resting = true;
    }

    /** Resolves when the plot can be drawn, or when it is clear that it will not be. */
    async ready() {
      try {
        await (this.home.plotly ? this.home.plotly() : plotly());
        this.schedule();
      } catch (error) {
        fail(this.figure, error);
      }
    }

    // --- what moves by itself -------------------------------------------------------------------

    playable(control, button) {
      const face = (icon, text) => {
        kit.drawIcon(button, icon);
        button.setAttribute("aria-label", `${text}: ${control.label}`);
        button.title = text;
      };
      face("play", "Play");
      button.disabled = false;
      button.addEventListener("click", () => {
        const mine = this.playing?.control === control;
        this.pause();
        if (mine) return;
        face("pause", "Pause");
        const stop = kit.walk({
          count: control.values.length,
          place: () => this.index[control.name],
          go: (i) => this.go(control, i),
          ended: () => {
            this.playing = null;
            face("play", "Play");
            this.keep();
            this.schedule();
          },
        });
        this.playing = { control, stop };
      });
    }

    pause() {
      this.playing?.stop();
    }

    // --- what it offers -------------------------------------------------------------------------

    offer() {
      kit.offer(this, this.figure.querySelector(".explorer-tools"), {
        values: (button) => {
          this.unfolded = !this.unfolded;
          this.figure.classList.toggle("explorer-unfolded", this.unfolded);
          button.setAttribute("aria-expanded", String(this.unfolded));
          this.tabulate();
        },
        picture: () => this.photograph(),
        presented: (presented) => {
          this.presented = presented;
          this.resize();
        },
        note: (text) => {
          this.note.textContent = text; // to be copied by hand
          this.note.hidden = false;
        },
      });
    }

    /** What is seen of the plot, with its state and its finding, as a file. */
    async photograph() {
      if (!this.plot.data) return "Not yet";
      const { data, layout } = this.plot;
      const paper = getComputedStyle(this.plot).getPropertyValue("--explorer-paper").trim();
      const size = { width: this.plot.clientWidth, height: this.plot.clientHeight };
      const figure = { data, layout: { ...layout, ...size, paper_bgcolor: paper } };
      const address = await window.Plotly.toImage(figure, { format: "svg", ...size });
      const picture = decodeURIComponent(address.slice(address.indexOf(",") + 1));
      const said = document.createElement("p");
      said.textContent = `${this.address()}. ${this.told()}`;
      const named = picture.replace(/(<svg[^>]*>)/, (start) => `${start}<desc>${said.innerHTML}</desc>`);
      kit.save(`${this.data.name}.svg`, named, "image/svg+xml");
      return "Saved";
    }

    /** The sentence, and the numbers under it. */
    told() {
      const labels = this.data.rows.slice(0, this.chips.length).map(([label]) => label);
      const chips = labels.map((label, i) => `${label} ${this.cells[i]}`);
      return [this.says.textContent, ...(chips.length ? [`${chips.join(", ")}.`] : [])].join(" ");
    }

    /** The values of all that is drawn, beside the table that is there without a script. */
    tabulate() {
      if (!this.unfolded || !this.shown) return;
      const { data, layout } = resolve(this.data.figure, this.shown, () => "");
      const tables = data.map((trace, i) => tabled(trace, layout, i + 1));
      const curves = this.figure.querySelector(".explorer-curves");
      const scrolls = ({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop];
      const [left, top] = scrolls(curves);
      curves.replaceChildren(...tables.filter(Boolean));
      curves.scrollTo(left, top);
    }

    // --- addresses ------------------------------------------------------------------------------

    /**
     * Take this explorer's state from its home; what is off the grid snaps, and is said.
     * No state means the start, unless the reader just went to a heading.
     */
    follow() {
      const text = this.home.read();
      if (text === undefined) return;
      this.pause();
      this.forget();
      this.take(text);
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

    /** The places on their grids of values by name; of a value that is not on it, the first. */
    indexOf(state) {
      const places = this.controls.map((c) => [c.name, Math.max(0, c.values.indexOf(state[c.name]))]);
      return Object.fromEntries(places);
    }

    /** Show a state, given by the values of its controls. */
    put(state) {
      this.pause();
      this.forget();
      this.index = this.indexOf(state);
      this.schedule();
    }

    address() {
      return this.controls.map((c) => `${c.name}=${c.values[this.index[c.name]]}`).join(",");
    }

    // --- what is shown --------------------------------------------------------------------------

    /** However fast events come, draw once a frame, with the last state. */
    schedule() {
      this.stale = true;
      if (this.waiting || this.gone.signal.aborted) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        if (this.stale) this.refresh();
      });
    }

    /** Draw while the next frame is waited for: what comes until then is drawn in it. */
    hurry() {
      const first = !this.waiting;
      this.schedule();
      if (first) this.refresh();
    }

    /** Draw what is not yet drawn; what is going to the printer stays as it is. */
    refresh() {
      if (this.paper || this.gone.signal.aborted) return;
      this.stale = false;
      this.draw();
    }

    /** For paper: dark ink, as wide as a sheet, even if closed; drawn before the printer looks. */
    turn(paper) {
      this.paper = paper;
      this.figure.classList.toggle("explorer-paper", paper);
      this.figure.classList.toggle("explorer-undrawn", paper && !window.Plotly);
      this.figure.querySelector("figcaption details").open = paper;
      this.resize();
      if (!paper) return;
      this.draw();
      this.width = 0;
      this.draw(); // at a new width a legend may find its place the second time
    }

    /** Show the state. While there is no room, as in what is hidden, all but the plot. */
    draw() {
      const known = this.home.columns(this.index);
      if (!known) {
        this.set();
        return;
      }
      const values = this.values(known);
      if (!this.width) this.measure();
      // a browser asked for colours after words are written would have to style the page twice
      const figure = this.width > 0 && window.Plotly ? this.dressed(values) : null;
      this.set();
      this.say(values);
      this.print(known.index);
      if (figure) this.picture(figure);
      this.shown = values;
    }

    /** At another width Plotly lays out the whole figure. */
    measure() {
      this.width = this.plot.clientWidth;
      this.handed = null;
    }

    /** Make the controls say the state; of what a script writes meanwhile Firefox says no change. */
    set() {
      for (const c of this.controls) {
        const i = this.index[c.name];
        const range = c.element.querySelector("input[type=range]");
        if (range) {
          if (Number(range.value) !== i) range.value = i;
          range.setAttribute("aria-valuetext", c.labels[i]);
          rewrite(c.element.querySelector("output"), c.labels[i]);
        }
        const select = c.element.querySelector("select");
        if (select && Number(select.value) !== i) select.value = i;
        for (const radio of c.element.querySelectorAll("input[type=radio]")) {
          radio.checked = Number(radio.value) === i;
        }
      }
    }

    /** Write sentence and numbers at once; screen readers hear them when nothing moves any more. */
    say(values) {
      const sentence = this.sentences.find(([when]) => when(values));
      const text = sentence ? fill(sentence[1], values) : "";
      this.cells = this.data.rows.map(([, template]) => cell(template, values));
      let moved = this.says.textContent !== text;
      if (moved || !this.says.firstElementChild) this.write(text);
      for (const [i, chip] of this.chips.entries()) {
        if (chip.data === this.cells[i]) continue;
        chip.data = this.cells[i];
        moved = true;
      }
      if (moved || this.playing) this.heard.setAttribute("aria-busy", "true");
      clearTimeout(this.quiet);
      if (this.playing) return;
      this.quiet = setTimeout(() => this.rest(text), QUIET);
    }

    /** What is found, up to the first stop, stands out; why comes after it. */
    write(text) {
      const finding = document.createElement("strong");
      [finding.textContent] = text.match(/^.+?(?:\.(?= )|。|$)/) ?? [""];
      this.says.replaceChildren(finding, text.slice(finding.textContent.length));
    }

    /** At rest: what was moving is heard as a whole, and the values are written. */
    rest(text) {
      if (this.heard.hasAttribute("aria-busy")) {
        this.heard.removeAttribute("aria-busy");
        this.write(text); // new nodes: the change that is heard
      }
      this.tabulate();
    }

    picture(figure) {
      const moved = this.handed && globalThis.steMoving?.(this.plot, this.handed, figure);
      this.handed = figure;
      if (moved) return;
      const { data, layout } = structuredClone(figure); // Plotly writes into what it is handed
      window.Plotly.react(this.plot, data, layout, { displayModeBar: false, responsive: false });
    }

    /** The figure of a state, as Plotly takes it, in the colours of the page. */
    dressed(values) {
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
          tickangle: 0, // margins have room for labels: Plotly measures none to turn or hide them
          ticklabeloverflow: "allow",
          ...(layout.hovermode && name[0] === "x" ? { spikecolor: token("text"), spikethickness: 1 } : {}),
          ...axis,
        };
      }
      Object.assign(layout, {
        autosize: true,
        dragmode: false, // there is nothing to drag, and a finger on the plot scrolls the page
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: token("text"), size: narrow ? 11 : 13, family: style.fontFamily },
        hoverlabel: {
          bgcolor: token("paper"),
          bordercolor: token("edge"),
          font: { color: token("text") },
        },
      });
      if (this.presented) layout.height = this.plot.clientHeight;
      const before = resolve(this.data.figure.ghosts ?? [], this.before ?? values, token);
      const ghosts = this.before ? before : before.map((ghost) => ({ ...ghost, visible: false }));
      const data = [...ghosts, ...figure.data];
      const size = { width: this.width, height: layout.height };
      const names = globalThis.steLabels?.place(data, layout, size, token("paper")) ?? [];
      return { data: [...data.map(emptied), ...names.map(({ trace }) => trace)], layout };
    }

    /** Keep the table that is printed in step with what is shown. */
    print(index) {
      const cells = this.figure.querySelectorAll(".explorer-print td");
      const texts = [...this.controls.map((c) => c.labels[index[c.name]]), ...this.cells];
      cells.forEach((cell, i) => rewrite(cell, texts[i]));
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

  /** The columns of the tables that a page has stored. */
  const stored = ({ tables, controls }, index) => {
    const counts = Object.fromEntries(controls.map((c) => [c.name, c.values.length]));
    return {
      index,
      tables: tables.map((table) => {
        const place = table.controls.reduce((row, name) => row * counts[name] + index[name], 0);
        const columns = Object.entries(table.columns).map(([name, column]) => [name, column[place]]);
        return { columns: Object.fromEntries(columns), scale: table.scale };
      }),
    };
  };

  /** In a page: the state is in the address. */
  const homeOf = (figure, key) => {
    const home = {
      read() {
        const parts = readAddress();
        const text = stateIn(parts, key);
        return text === undefined && !anchorIn(parts) ? "" : text;
      },
      write: (text) => writeAddress(key, text),
      columns: (index) => stored(figure.explorer.data, index),
      link: (text) => new URL(`${page}#${key}:${text}`, location.href).href,
    };
    if (!embeds) return home;
    home.embed = (text) => kit.frame(figure, embeds, text);
    return home;
  };

  /** One that cannot start shows its table, says so, and leaves the others alone. */
  const start = (figure, key) => {
    try {
      if (!window.Plotly && !source) throw new Error("There is no Plotly");
      const explorer = new Explorer(figure, homeOf(figure, key));
      explorer.key = key;
      return explorer;
    } catch (error) {
      fail(figure, error);
      return null;
    }
  };

  /** Show what an address with states names: its heading, or else the first explorer in it. */
  const lead = (explorers) => {
    const parts = readAddress();
    if (!parts.some((part) => part.includes(":"))) return; // a browser finds a mere anchor itself
    const anchor = anchorIn(parts);
    const named = explorers.find((e) => stateIn(parts, e.key) !== undefined)?.figure;
    const target = anchor ? document.getElementById(anchor) : named;
    if (target) kit.arrive(target);
  };

  const begin = () => {
    kit.own(".explorer-controls"); // before the theme listens, whose scripts come later
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
    window.addEventListener("hashchange", () => lead(explorers));
    const [visit] = performance.getEntriesByType("navigation");
    if (visit?.type === "navigate") window.addEventListener("load", () => lead(explorers));
  };
  if (document.currentScript) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
    else begin();
  }
  return { Explorer, fail };
})();
