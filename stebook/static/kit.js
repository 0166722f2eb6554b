// What any explorer offers besides its controls: buttons in a row, a copy, a file, the whole screen,
// a walk along a control, and the way to it. It knows no explorer.
"use strict";
globalThis.steKit = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  /** Of 16 by 16, drawn with a stroke. */
  const ICONS = {
    values: "M2 3h12v10H2zM2 6.5h12M6.5 3v10",
    picture: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
    link: "M7 9.5 9.5 7M6.5 5.5l2-2a2.8 2.8 0 0 1 4 4l-2 2M9.5 10.5l-2 2a2.8 2.8 0 0 1-4-4l2-2",
    present: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
    embed: "M5 4 1.5 8 5 12M11 4l3.5 4L11 12",
    reset: "M3.5 2.5v4h4M3.9 6.3A5 5 0 1 1 3.2 9.5",
    play: "M4 2.5v11l9-5.5z",
    pause: "M5 3v10M11 3v10",
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // A notebook may hold a figure in a shadow tree: seen from the page, all of it is its host.
  const above = (element) => element.parentElement ?? element.getRootNode().host;
  const focusedIn = (figure) => figure.getRootNode().activeElement ?? document.activeElement;
  const isFocused = (element) => focusedIn(element) === element;

  const drawIcon = (place, name) => {
    const icon = place.querySelector("svg") ?? document.createElementNS(SVG, "svg");
    const path = icon.firstChild ?? document.createElementNS(SVG, "path");
    icon.setAttribute("viewBox", "0 0 16 16");
    icon.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    icon.append(path);
    if (!icon.parentNode) place.prepend(icon);
  };

  // --- buttons --------------------------------------------------------------------------------

  /** For how many milliseconds a button says what it did. */
  const SAID = 2500;

  /**
   * Buttons in a row, by name: each has a text, a title and what it does. What that returns is said
   * in the button's place for a moment, and to a screen reader.
   */
  const bar = (place, tools) => {
    const status = document.createElement("span");
    status.className = "tools-status";
    status.setAttribute("role", "status");
    const buttons = {};
    for (const [name, { text, title, act }] of Object.entries(tools)) {
      const button = document.createElement("button");
      const label = document.createElement("span");
      button.type = "button";
      button.dataset.tool = name;
      button.title = title;
      label.textContent = text;
      button.append(label);
      drawIcon(button, name);
      button.addEventListener("click", async () => {
        const said = await act(button);
        if (typeof said !== "string") return;
        status.textContent = said;
        label.textContent = said;
        clearTimeout(button.said);
        button.said = setTimeout(() => {
          status.textContent = "";
          label.textContent = text;
        }, SAID);
      });
      buttons[name] = button;
    }
    place.replaceChildren(...Object.values(buttons), status);
    return buttons;
  };

  /** Copies a text; where the browser's clipboard is closed, by a selection within an element. */
  const copy = async (text, within) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const focused = focusedIn(within);
      const field = document.createElement("textarea");
      field.className = "tools-copied";
      field.value = text;
      within.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      focused?.focus({ preventScroll: true });
      return done;
    }
  };

  const quote = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");

  /** The code of a frame, for another page, with an explorer in a state; `folder` has its page. */
  const frame = (figure, folder, text) => {
    const { name } = figure.dataset;
    const page = new URL(`${folder}${name}.html#${name}:${text}`, location.href).href;
    const title = quote(figure.getAttribute("aria-label"));
    const height = Math.ceil(figure.getBoundingClientRect().height) + 90;
    return (
      `<iframe src="${quote(page)}" title="${title}" width="100%" height="${height}" ` +
      'style="border:0" loading="lazy" sandbox="allow-scripts"></iframe>'
    );
  };

  /** Hands a text to the reader as a file. */
  const save = (name, text, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  // --- a walk ---------------------------------------------------------------------------------

  /** Milliseconds of a whole walk, its shortest and longest step, and one where motion is unwanted. */
  const WALK = 5000;
  const SHORTEST = 60;
  const LONGEST = 700;
  const CALM = 1000;

  /**
   * Goes from place to place of a control, from where it is, or from its first where it is at its
   * last. Returns what stops it; `ended` is called at its end, however it comes.
   */
  const walk = ({ count, place, go, ended }) => {
    const pause = still.matches ? CALM : Math.min(LONGEST, Math.max(SHORTEST, WALK / count));
    let timer = 0;
    const stop = () => {
      clearInterval(timer);
      ended();
    };
    if (place() >= count - 1) go(0);
    timer = setInterval(() => {
      go(place() + 1);
      if (place() >= count - 1) stop();
    }, pause);
    return stop;
  };

  // --- the whole screen -----------------------------------------------------------------------

  /** A screen that shows an explorer as large as on the page, in pixels. */
  const WIDTH = 960;
  const HEIGHT = 540;
  let presented = null;

  const measure = (figure) => {
    const scale = Math.max(1, Math.min(innerWidth / WIDTH, innerHeight / HEIGHT));
    figure.style.setProperty("--tools-scale", scale);
  };

  /** All that is beside an element, up to the page. */
  const others = (element) => {
    const found = [];
    for (let inner = element; inner !== document.body && above(inner); inner = above(inner)) {
      for (const other of inner.parentNode.children) {
        if (other !== inner && !other.inert && !other.matches("script, style")) found.push(other);
      }
    }
    return found;
  };

  const leave = () => {
    const { figure, inert, room, focused, place, left, changed } = presented;
    presented = null;
    left.abort();
    for (const element of inert) element.inert = false;
    if (figure.getRootNode().fullscreenElement === figure) document.exitFullscreen().catch(() => {});
    if (figure.popover) figure.popover = null;
    figure.classList.remove("tools-presented");
    document.documentElement.classList.remove("tools-presenting");
    figure.style.removeProperty("--tools-scale");
    room.remove();
    changed(false);
    focused?.focus({ preventScroll: true });
    scrollTo({ top: place, behavior: "instant" });
  };

  /** Shows an element alone and large, or takes it back; `changed` is told, and of each new size. */
  const present = async (figure, changed) => {
    if (presented) return leave();
    const room = document.createElement("div"); // the page keeps its height
    room.style.height = `${figure.offsetHeight}px`;
    const resize = () => {
      measure(figure);
      changed(true);
    };
    const inert = others(figure);
    const left = new AbortController();
    const { signal } = left;
    const focused = focusedIn(figure);
    presented = { figure, inert, room, focused, place: scrollY, left, changed };
    figure.before(room);
    for (const element of inert) element.inert = true;
    figure.classList.add("tools-presented");
    document.documentElement.classList.add("tools-presenting");
    resize();
    addEventListener("resize", resize, { signal });
    const escaped = ({ key }) => key === "Escape" && leave();
    document.addEventListener("keydown", escaped, { signal });
    try {
      await figure.requestFullscreen();
      if (presented?.figure !== figure) document.exitFullscreen().catch(() => {}); // left meanwhile
      // not before: the end of a screen that was left just now may be told late
      const ended = () => document.fullscreenElement || leave();
      document.addEventListener("fullscreenchange", ended, { signal });
    } catch {
      // no full screen, as in a frame: then over all that the window shows
      if (presented?.figure !== figure || !("popover" in figure)) return;
      figure.popover = "manual";
      figure.showPopover();
    }
  };

  /** A figure is taken away: what is beside it must not stay as when it was shown alone. */
  const close = (figure) => {
    if (presented?.figure === figure) leave();
  };

  /** Where a letter is written, or chooses. */
  const WRITES = "select, textarea, input:not([type=range], [type=radio], [type=checkbox])";

  /** The key F within an element does something. */
  const onKey = (figure, act) => {
    figure.addEventListener("keydown", (event) => {
      const held = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
      if (held || event.key.toLowerCase() !== "f") return;
      if (event.target.matches(WRITES)) return;
      event.preventDefault();
      act();
    });
  };

  // --- the five of every explorer -------------------------------------------------------------

  /** What each is called, and what it says of itself. */
  const OFFERED = {
    values: ["Values", "Show or hide the values as tables"],
    picture: ["Picture", "Save the plot as it is, as an SVG file"],
    link: ["Link", "Copy a link to this state"],
    present: ["Present", "Show this alone and large (F); Escape leaves"],
    embed: ["Embed", "Copy the code of a frame that shows this in another page"],
  };

  /**
   * The five buttons of an explorer, which has a figure, a home and an address: `values` and
   * `picture` do what these say, `presented` is told of the whole screen, and `note` shows a text
   * that a reader has to copy by hand. Where its home has no addresses there is no link, and no
   * frame; out of a sandbox comes no file.
   */
  const offer = (explorer, place, { values, picture, presented, note }) => {
    const { figure, home } = explorer;
    const show = () =>
      present(figure, (large) => {
        buttons.present.setAttribute("aria-pressed", String(large));
        presented(large);
      });
    const give = async (text) => {
      if (await copy(text, figure)) return "Copied";
      note(text);
      return "See below";
    };
    const addressed = (make) => make && (() => give(make(explorer.address())));
    const acts = { values, link: addressed(home.link), embed: addressed(home.embed), present: show };
    if (window.top === window || origin !== "null") acts.picture = picture;
    const offered = Object.entries(OFFERED)
      .map(([name, [text, title]]) => [name, { text, title, act: acts[name] }])
      .filter(([, { act }]) => act);
    const buttons = bar(place, Object.fromEntries(offered));
    buttons.values.setAttribute("aria-expanded", "false");
    buttons.present.setAttribute("aria-pressed", "false");
    onKey(figure, show);
    return buttons;
  };

  // --- the way to it --------------------------------------------------------------------------

  /** Milliseconds for which what is above an element may still find its height. */
  const SETTLES = 3000;
  const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];
  let held = null;

  /** Goes to an element and stays there while the page finds its heights, unless the reader moves. */
  const arrive = (element) => {
    held?.();
    const go = () => element.scrollIntoView({ block: "start", behavior: "instant" });
    const sizes = new ResizeObserver(go);
    const release = () => {
      sizes.disconnect();
      clearTimeout(timer);
      for (const move of MOVES) removeEventListener(move, release, true);
      held = null;
    };
    const timer = setTimeout(release, SETTLES);
    held = release;
    for (const move of MOVES) addEventListener(move, release, { capture: true, passive: true });
    sizes.observe(document.body);
    go();
  };

  // --- what a reader waits for ----------------------------------------------------------------

  const MOVING = /^(Arrow|Page|Home|End)/;

  /** A radio button that a key chooses is clicked by the browser, with no press of a button before. */
  const chosen = ({ detail, target }) => detail === 0 && target.type === "radio";

  /** Keys that move what is in such a place are its own: others on a page search all of it at each. */
  const own = (place) => {
    const stop = (event) => {
      const moves = event.type === "click" ? chosen(event) : MOVING.test(event.key);
      if (!moves || !event.target.closest?.(place)) return;
      held?.();
      event.stopImmediatePropagation();
    };
    for (const type of ["keydown", "click"]) addEventListener(type, stop, true);
  };

  /** Do what can wait once the next frame is seen. */
  const later = (act) => requestAnimationFrame(() => setTimeout(act));

  return { above, arrive, close, drawIcon, frame, isFocused, later, offer, own, save, still, walk };
})();
