// The end of an explorer's module in a notebook, after the scripts of the page: a model in the place
// of the address and of the stored tables. Plotly comes from the kernel, once for all that a window
// shows, in a message: so no network is asked, and nothing of it is saved with the notebook.
const PATIENCE = 20_000;
/** A reader who waits for Python is told so after so many milliseconds. */
const LATE = 3000;
const UNANSWERED =
  "No answer from Python yet: what is drawn is an earlier state. Its kernel may be busy; " +
  "if it was started anew, run this cell again.";
/** So many states are kept: who goes back sees them at once. */
const MOST = 200;

/** Run a script that came compressed. */
const run = async (bytes) => {
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(plain).text();
  const script = document.createElement("script");
  script.src = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error("Plotly did not start")));
    document.head.append(script);
  });
};

/** Ask the kernel for Plotly. No answer in time is no error: another may ask. */
const ask = (model, signal) =>
  new Promise((resolve, reject) => {
    const heard = ({ kind, error }, [bytes]) => {
      if (kind !== "plotly") return;
      done();
      if (error) reject(new Error(error));
      else run(bytes).then(resolve, reject);
    };
    const giveUp = () => {
      done();
      resolve();
    };
    const timer = setTimeout(giveUp, PATIENCE);
    const done = () => {
      clearTimeout(timer);
      model.off("msg:custom", heard);
      signal.removeEventListener("abort", giveUp);
    };
    model.on("msg:custom", heard);
    signal.addEventListener("abort", giveUp);
    try {
      model.send({ kind: "plotly" });
    } catch (error) {
      console.warn(error); // there is no kernel: it may come
    }
  });

/** Resolves when Plotly is there; `waits` is told whenever an answer did not come in time. */
const plotly = async (model, signal, waits) => {
  while (!globalThis.Plotly && !signal.aborted) {
    globalThis.stePlotly ??= ask(model, signal).finally(() => {
      globalThis.stePlotly = undefined;
    });
    await globalThis.stePlotly;
    waits(!globalThis.Plotly);
  }
};

class Home {
  constructor(model) {
    this.model = model;
    this.known = new Map();
    this.last = null;
    this.asked = null;
    this.gone = new AbortController();
  }

  read() {
    return undefined;
  }

  write() {
    this.tell(this.explorer.index);
  }

  /** Until Plotly comes from a kernel that is slow or gone, a table is there. */
  plotly() {
    const { classList } = this.explorer.figure;
    const waits = (is) => classList.toggle("explorer-undrawn", is);
    return plotly(this.model, this.gone.signal, waits);
  }

  /** The values of the controls at a state, by name. */
  plain(index) {
    return Object.fromEntries(this.explorer.controls.map((c) => [c.name, c.values[index[c.name]]]));
  }

  /** Python is told one state after the other: the next when the last is answered. */
  tell(index) {
    if (this.asked) return this.wait();
    const state = this.plain(index);
    const text = JSON.stringify(state);
    if (text === JSON.stringify(this.model.get("state"))) return;
    this.asked = text;
    this.wait();
    this.model.set("state", state);
    this.model.save_changes();
  }

  wait() {
    const { explorer } = this;
    clearTimeout(this.late);
    this.late = setTimeout(() => {
      if (!this.known.has(JSON.stringify(explorer.index))) this.note(UNANSWERED);
    }, LATE);
  }

  note(text) {
    this.explorer.note.textContent = text;
    this.explorer.note.hidden = false;
  }

  columns(index) {
    const tables = this.known.get(JSON.stringify(index));
    if (tables) return { index, tables };
    this.tell(index);
    return this.last;
  }

  /** Python has answered. */
  take() {
    const { state, tables, error } = this.model.get("columns");
    const { explorer } = this;
    this.asked = null;
    clearTimeout(this.late);
    if (error) {
      this.note(error);
      return;
    }
    if (explorer.note.textContent === UNANSWERED) explorer.note.hidden = true;
    const index = explorer.indexOf(state);
    if (this.known.size > MOST) this.known.clear();
    this.known.set(JSON.stringify(index), tables);
    this.last = { index, tables };
    this.tell(explorer.index);
    explorer.schedule();
  }

  /** Python has moved the controls. */
  follow() {
    const state = this.model.get("state");
    if (JSON.stringify(state) !== this.asked) this.explorer.put(state);
  }
}

export default {
  render({ model, el }) {
    el.innerHTML = model.get("elements");
    const figure = el.querySelector("figure.explorer");
    const home = new Home(model);
    const explorer = new globalThis.steExplorer.Explorer(figure, home);
    home.explorer = explorer;
    // the keys are the explorer's: where the attribute is not on what has the focus, Jupyter takes them
    for (const part of [figure, ...figure.querySelectorAll("input, select, button")]) {
      part.dataset.lmSuppressShortcuts = "true";
    }
    explorer.put(model.get("state"));
    home.take();
    const follow = () => home.follow();
    const take = () => home.take();
    const undress = globalThis.steDress(figure, () => explorer.schedule());
    model.on("change:state", follow);
    model.on("change:columns", take);
    return () => {
      model.off("change:state", follow);
      model.off("change:columns", take);
      undress();
      home.gone.abort();
      clearTimeout(home.late);
      explorer.close();
      el.replaceChildren(); // Jupyter holds on to the elements of views that are gone
    };
  },
};
