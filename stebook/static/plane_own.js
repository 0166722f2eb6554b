// A proxy of one's own: typed as a formula or drawn by hand, and what there is to say of it.
"use strict";
globalThis.stePlaneOwn = (() => {
  const { isFocused } = globalThis.steKit;
  const model = globalThis.stePlaneModel;
  const { RADIANS, clamp, number, short, list, node, set, say, point, within, pressed } =
    globalThis.stePlaneShapes;

  /** Where the slope can be drawn, twice at 0: from below and from above. */
  const PLACES = [-3, -2, -1, 0, 0, 1, 2, 3];
  const BELOW = PLACES.indexOf(0);
  const [LOWEST, HIGHEST, STEP, FINE] = [-1, 2, 0.05, 0.01];
  /** Pixels: the room around the drawing, and of the jump at 0. */
  const [MARGIN, JUMP] = [26, 44];
  /** What is told of a proxy where w is; after _ stands a letter below the line. */
  const ROWS = [
    "A_+", "A_−", "α = A_+ − A_−", "B_x", "B_y/sin θ", "cosine to the true gradient",
    "left over at the trap, at this |w|",
  ];
  const proxies = new Map();
  let count = 0;

  /** The proxy of a formula, of heights at the places, or of a table that a program made. */
  const made = (own) => {
    const key = typeof own === "string" ? own : JSON.stringify(own);
    if (!proxies.has(key)) {
      const proxy = read(own);
      // what cannot be computed is refused now, and not while it is drawn
      for (const rho of [0.01, 1.6]) proxy.moments({ rho, sin: 1e-16, cos: -1 });
      proxy.at(0);
      proxy.found = proxy.criterion();
      proxy.key = (count += 1);
      if (proxies.size > 20) proxies.clear();
      proxies.set(key, proxy);
    }
    return proxies.get(key);
  };
  const read = (own) => {
    if (typeof own === "string") return globalThis.steProxy.typed(own);
    if (own.x) return globalThis.steProxy.drawn(own.x, own.y, own.name, own.floor);
    return globalThis.steProxy.drawn(PLACES, own);
  };

  /** As it stands in an address, where a comma and = part the state. */
  const write = (own) => {
    if (typeof own === "string") return own.replaceAll(",", "~").replaceAll("=", "!");
    return own.x ? "" : list(own);
  };
  const NUMBERS = /^[-+.\de]+(~[-+.\de]+)+$/;
  const fromAddress = (text) => {
    if (!NUMBERS.test(text)) {
      const formula = text.replaceAll("~", ",").replaceAll("!", "=");
      made(formula);
      return formula;
    }
    const heights = text.split("~").map(Number);
    const fits = heights.every((height) => height >= LOWEST && height <= HIGHEST);
    if (heights.length === PLACES.length && fits) return heights;
    throw new Error(`it needs ${PLACES.length} heights from ${LOWEST} to ${HIGHEST}`);
  };

  // --- what is said ---------------------------------------------------------------------------

  /** A number with four decimals, or six digits of a long one. */
  const brief = (value) =>
    Math.abs(value) < 1e6 ? number(value, 4) : String(Number(value.toPrecision(6)));
  const SIGNS = new Map([
    [true, "It is never negative, so it correlates with the true gradient."],
    [false, "It is negative somewhere, so its correlation can be negative too."],
    [null, "It is not decided whether it is negative somewhere."],
  ]);

  /** The findings on a proxy, a sentence each, as stebook/chapters/one_sidedness/typed.py has them. */
  const findings = (proxy, known) => {
    const { oneSided, nonNegative, aPlus, aMinus } = proxy.found;
    if (oneSided === null) {
      return [
        "It is not decided whether it passes: what its formula does on intervals left of 0 " +
          "cannot be told. Write it with where(x > 0, ..., ...) or with fewer x.",
      ];
    }
    if (nonNegative && aPlus === 0 && aMinus === 0) {
      return ["It is zero everywhere: the filter never moves."];
    }
    // of a table nothing is known between its places
    const unseen = oneSided && proxy.floor > 0;
    const said = [
      `A₊ = ${brief(aPlus)} and A₋ = ${brief(aMinus)} at |w| = 1.`,
      unseen
        ? `It is not decided whether it passes: as far as steps of ${short(proxy.floor)} tell, ` +
          "there is no residual at any critical point."
        : oneSided
          ? "It passes: there is no residual at any critical point."
          : `It fails: ${leaves(known, aMinus)}.`,
      SIGNS.get(proxy.floor && nonNegative ? null : nonNegative),
    ];
    if (unseen) return said;
    if (oneSided) return [...said, "It stays in spurious minima, as the landscape says."];
    return [...said, afterwards(proxy, known)];
  };

  const leaves = (known, aMinus) => {
    if (!known.hasTrap) return "its slope is not 0 on the left, though this teacher has no trap";
    const at = globalThis.steFormulas;
    const saddle = at.leftAtSaddle({ aMinus, vSquare: known.saddleSquare });
    const trap = at.leftAtTrap({ ...known, aMinus });
    const entries = known.v.map((entry) => short(entry).replace("-", "−")).join(", ");
    return (
      `at |w| = 1 it leaves ${brief(Math.abs(trap))} at the spurious minimum and ` +
      `${brief(Math.abs(saddle))} at the saddle of v* = (${entries})`
    );
  };

  /** What the theory of the cycle says of a proxy that leaves something over. */
  const afterwards = (proxy, known) => {
    const uncovered = "Its limits at 0 are not covered by the theory of the cycle.";
    let left, right;
    try {
      [left, right] = proxy.limits();
    } catch {
      return uncovered;
    }
    if (left < 0 || right < 0 || left + right === 0) return uncovered;
    const kappa = (2 * left) / (left + right);
    const period = globalThis.steFormulas.period({ ...known, kappa });
    if (Number.isFinite(period)) {
      return `Near that minimum it cycles every ${number(period, 1)} steps (small η).`;
    }
    return kappa > 0
      ? "For a small η it drives w through the origin and leaves that minimum."
      : "It is flat just left of 0, so w never gets through the origin.";
  };

  // --- the part of the plane ------------------------------------------------------------------

  const Own = (Base) => class extends Base {
    findOwn() {
      this.ownBox = this.figure.querySelector(".scene-own");
      this.ownField = this.ownBox.querySelector("input");
      this.ownCurve = this.ownBox.querySelector(".own-curve");
      this.ownNumbers = this.ownBox.querySelector(".own-numbers");
      this.ownSays = this.ownBox.querySelector(".own-says");
      this.ownLine = node("path", { class: "own-line is-own" });
      this.ownAxes = node("g", { class: "plane-back", "aria-hidden": "true" });
      this.knots = PLACES.map((x, i) => {
        const where = x || (i === BELOW ? "0, from below" : "0, from above");
        const knot = node("g", {
          class: "own-knot",
          tabindex: "0",
          role: "slider",
          "aria-orientation": "vertical",
          "aria-label": `Slope at x = ${String(where).replace("-", "−")}`,
          "aria-valuemin": LOWEST,
          "aria-valuemax": HIGHEST,
        });
        knot.append(
          node("circle", { class: "plane-reach", r: 22 }),
          node("circle", { class: "plane-knob", r: 7 })
        );
        return knot;
      });
      this.ownCurve.replaceChildren(this.ownAxes, this.ownLine, ...this.knots);
      this.ownValues = ROWS.map((label) => {
        const row = document.createElement("div");
        const term = document.createElement("dt");
        const data = document.createElement("dd");
        label.split("_").forEach((text, i) => {
          if (i) term.append(Object.assign(document.createElement("sub"), { textContent: text[0] }));
          term.append(i ? text.slice(1) : text);
        });
        row.append(term, data);
        this.ownNumbers.append(row);
        return data;
      });
    }

    attachOwn() {
      this.ownField.addEventListener("input", () => this.takeOwn(this.ownField.value));
      this.ownField.addEventListener("change", () => this.set());
      for (const preset of this.ownBox.querySelectorAll("[data-own]")) {
        preset.addEventListener("click", () => this.takeOwn(preset.dataset.own));
      }
      this.ownBox.addEventListener("toggle", () => {
        const { estimators } = this.state;
        if (this.ownBox.open && !estimators.includes("own")) {
          this.change({ estimators: [...estimators, "own"] }, true);
        } else this.schedule();
      });
      this.knots.forEach((knot, i) => {
        knot.addEventListener("keydown", (event) => this.keyKnot(event, i));
      });
      this.attachDrawing();
    }

    keyKnot(event, i) {
      const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const up = { ArrowDown: -1, ArrowUp: 1 }[event.key];
      if (!aside && !up) return;
      event.preventDefault();
      if (aside) this.knots[i + aside]?.focus();
      else this.bend(i, this.heights()[i] + up * (event.shiftKey ? FINE : STEP));
    }

    attachDrawing() {
      pressed(this.ownCurve, {
        begins: (event) => {
          const touched = this.knots.findIndex((knot) => knot.contains(event.target));
          // a finger beside the knots scrolls the page
          if (event.pointerType === "touch" && touched < 0) return false;
          const [x] = within(event, this.ownCurve);
          const away = PLACES.map((_, i) => Math.abs(this.ownX(i) - x));
          const nearest = away.indexOf(Math.min(...away));
          this.knots[nearest].focus({ preventScroll: true });
          this.bending = nearest;
          return true;
        },
        moves: (event) => this.bend(this.bending, this.ownHeight(within(event, this.ownCurve)[1])),
      });
    }

    /** Move one knot to a height: from then on the proxy is a drawn one. */
    bend(i, height) {
      const heights = this.heights();
      heights[i] = clamp(Math.round(height / FINE) * FINE, LOWEST, HIGHEST);
      this.takeOwn(heights.map((each) => Number(each.toFixed(2))));
    }

    /** The heights of the knots; those of a formula where one is typed. */
    heights() {
      const { own } = this.state;
      if (Array.isArray(own)) return [...own];
      return PLACES.map((x, i) => {
        const height = this.proxy.slope(x || (i === BELOW ? -1e-9 : 1e-9));
        return Number.isFinite(height) ? clamp(height, LOWEST, HIGHEST) : 0;
      });
    }

    /** Take the reader's proxy; what is wrong with it is said, and the last good one stays. */
    takeOwn(own) {
      try {
        made(own);
      } catch (error) {
        this.ownField.setAttribute("aria-invalid", "true");
        say(this.note, `That is no proxy yet. ${error.message}`);
        return;
      }
      this.ownField.removeAttribute("aria-invalid");
      const { estimators } = this.state;
      const shown = estimators.includes("own") ? estimators : [...estimators, "own"];
      this.change({ own, estimators: shown });
    }

    /** The proxy, once there is someone to see it: the first frame does not wait for it. */
    computeOwn() {
      const seen = this.ownBox.open || this.state.estimators.includes("own");
      this.proxy = seen ? made(this.state.own) : null;
    }

    /** Make the field say the state. */
    setOwn() {
      const { own, estimators } = this.state;
      const field = this.ownField;
      if (field.getAttribute("aria-invalid") === "true" || isFocused(field)) return;
      field.value = typeof own === "string" ? own : "";
      field.placeholder = typeof own === "string" ? "" : (own.name ?? "drawn by hand");
      if (estimators.includes("own") && own !== this.start.own) this.ownBox.open = true;
    }

    // --- its drawing ---------------------------------------------------------------------------

    /** Where a place stands; 0 from below and from above are apart. */
    ownX(i) {
      return this.ownAt(PLACES[i], i > BELOW);
    }

    ownAt(x, above) {
      const unit = (this.ownSize[0] - 2 * MARGIN - JUMP) / (2 * PLACES.at(-1));
      return MARGIN + (x + PLACES.at(-1)) * unit + (above ? JUMP : 0);
    }

    ownY(height) {
      const room = this.ownSize[1] - 2 * MARGIN;
      return MARGIN + (room * (HIGHEST - height)) / (HIGHEST - LOWEST);
    }

    ownHeight(y) {
      const room = this.ownSize[1] - 2 * MARGIN;
      return HIGHEST - ((y - MARGIN) / room) * (HIGHEST - LOWEST);
    }

    drawOwn() {
      if (!this.ownBox.open || !this.proxy) return;
      if (!this.ownSized) {
        this.ownSize = [this.ownCurve.clientWidth, this.ownCurve.clientHeight];
        if (this.ownSize[0] === 0) return;
        this.ownSized = this.ownSize.join();
        set(this.ownCurve, { viewBox: `0 0 ${this.ownSize.join(" ")}` });
      }
      const key = [this.ownSized, this.proxy.key].join(";");
      if (key === this.ownDrawn) return;
      this.ownDrawn = key;
      const heights = this.heights();
      this.knots.forEach((knot, i) => {
        set(knot, {
          transform: `translate(${point([this.ownX(i), this.ownY(heights[i])])})`,
          "aria-valuenow": number(heights[i], 2).replace("−", "-"),
          "aria-valuetext": number(heights[i], 2),
        });
      });
      set(this.ownLine, { d: this.ownPath() });
      const left = this.ownAt(-3, false);
      const axis = (x, end) => `M${x} ${this.ownY(0)}H${end}`;
      const ends = [this.ownAt(0, false), this.ownAt(0, true), this.ownAt(3, true)];
      const label = (x, text) => this.word([x, this.ownSize[1] - 4], text, 0, 0, "middle");
      this.ownAxes.replaceChildren(
        node("path", { class: "axis", d: axis(left, ends[0]) + axis(ends[1], ends[2]) }),
        node("path", { class: "level", d: `M${left} ${this.ownY(1)}H${ends[2]}` }),
        ...[-3, -2, -1].map((x) => label(this.ownAt(x, false), number(x, 0))),
        ...[1, 2, 3].map((x) => label(this.ownAt(x, true), x)),
        label(0.5 * (ends[0] + ends[1]), "0"),
        ...[0, 1].map((y) => this.word([0, this.ownY(y)], y, 0, 5, "start"))
      );
    }

    ownPath() {
      const piece = (low, high, above) => {
        const points = Array.from({ length: 121 }, (_, i) => {
          const x = clamp(low + ((high - low) * i) / 120, above ? 1e-9 : low, above ? high : -1e-9);
          const height = clamp(this.proxy.slope(x), LOWEST - 0.1, HIGHEST + 0.1);
          return point([this.ownAt(x, above), this.ownY(height)]);
        });
        return `M${points.join("L")}`;
      };
      return piece(-3, 0, false) + piece(0, 3, true);
    }

    /** Its moments where w is, and how it lies to the true gradient. */
    drawNumbers() {
      if (!this.ownBox.open || !this.proxy) return;
      const [x, y] = this.begin();
      const q = model.scalars(this.teacher, this.first().v, x, y);
      const { aPlus, aMinus, alpha, bX, bYOverSin } = this.proxy.moments(q);
      const angle = model.angle(q, this.proxy);
      const left = globalThis.steFormulas.leftAtTrap({ ...this.teacher, aMinus });
      const remains = this.teacher.hasTrap ? Math.abs(left) : NaN;
      const cosine = Math.cos(angle * RADIANS);
      [aPlus, aMinus, alpha, bX, bYOverSin, cosine, remains].forEach((value, i) => {
        say(this.ownValues[i], number(value, 4));
      });
    }

    restOwn() {
      if (!this.ownBox.open || !this.proxy) return;
      const texts = findings(this.proxy, this.teacher);
      say(this.ownSays, texts.join(" "));
    }
  };

  return Object.assign(Own, { PLACES, made, findings, write, fromAddress });
})();
