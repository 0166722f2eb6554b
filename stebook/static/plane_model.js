// Descent in the plane of w and w*, where w* = (1, 0): the formulas that sympy printed, step by
// step, and the same on samples. Nothing here knows of a page.
"use strict";
globalThis.stePlaneModel = (() => {
  const formulas = () => globalThis.steFormulas;
  /** Below this a sine is rounding: w is on the line of w*, as in ste/plane.py. */
  const PARALLEL = 4 * Number.EPSILON;

  const dot = (v, w) => {
    let total = 0;
    for (let i = 0; i < v.length; i += 1) total += v[i] * w[i];
    return total;
  };
  const sum = (v) => v.reduce((total, x) => total + x, 0);
  /** The estimators, as they are named in addresses and in formulas. */
  const FORMULA = { identity: "identity", relu: "relu", clipped_relu: "clippedRelu", own: "own" };
  const titled = (name) => name[0].toUpperCase() + name.slice(1);

  // --- the teacher ----------------------------------------------------------------------------

  const MOST_UNITS = 16;
  const LARGEST = 100;

  /** v* from what a reader wrote; throws a sentence about what is wrong with it. */
  const readNumbers = (text) => {
    const words = text.replace(/[\u2212\u2013]/g, "-").split(/[\s,;~]+/).filter(Boolean);
    const bad = words.find((word) => !Number.isFinite(Number(word)));
    if (bad !== undefined) throw new Error(`“${bad.slice(0, 20)}” is not a number.`);
    if (words.length < 1 || words.length > MOST_UNITS) {
      throw new Error(`v* needs 1 to ${MOST_UNITS} numbers, and here are ${words.length}.`);
    }
    const v = words.map(Number);
    if (v.some((x) => Math.abs(x) > LARGEST)) {
      throw new Error(`Each number must lie between \u2212${LARGEST} and ${LARGEST}.`);
    }
    if (v.every((x) => Math.abs(x) < 1e-3)) {
      throw new Error("At least one number must be away from 0: this teacher says nothing.");
    }
    return v;
  };

  /** All that the population sees of v*. */
  const teacher = (v) => {
    const known = { v, m: v.length, s: sum(v), N: dot(v, v) };
    const size = v.reduce((total, x) => total + Math.abs(x), 0);
    if (Math.abs(known.s) <= 2 * Number.EPSILON * size) known.s = 0;
    const make = formulas();
    known.kappa = 1;
    known.r = make.ratio(known);
    known.threshold = make.threshold(known);
    known.period = make.period(known);
    known.hasTrap = make.trapD(known) < 0 && known.s !== 0;
    known.trapLoss = make.trapLoss(known);
    known.saddle = make.trapD(known) < 0 ? (Math.PI / 2) * (1 - make.saddleC(known)) : NaN;
    const pass = bestV(known, known.saddle);
    known.saddleSquare = dot(pass, pass);
    return known;
  };

  const bestV = (known, theta) => {
    const [along, ones] = formulas().bestV({ ...known, theta });
    return known.v.map((x) => along * x + ones);
  };

  // --- one place ------------------------------------------------------------------------------

  /** Polar coordinates of w; on the line of w* exactly where its sine is rounding. */
  const place = (x, y) => {
    const rho = Math.hypot(x, y);
    const sin = Math.abs(y) / rho;
    if (sin > PARALLEL) return { rho, sin, cos: x / rho, theta: Math.atan2(Math.abs(y), x) };
    return { rho, sin: 0, cos: Math.sign(x), theta: x > 0 ? 0 : Math.PI };
  };

  /** The numbers that the formulas ask for; in one pass, as this is done thousands of times. */
  const scalars = (known, v, x, y) => {
    const { rho, sin, cos, theta } = place(x, y);
    let [vSquare, d, sV, away, excess] = [0, 0, 0, 0, 0];
    for (let i = 0; i < v.length; i += 1) {
      const apart = v[i] - known.v[i];
      vSquare += v[i] * v[i];
      d += v[i] * known.v[i];
      sV += v[i];
      away += apart * apart;
      excess += apart;
    }
    const { m, N, s } = known;
    return { rho, sin, cos, theta, m, N, s, vSquare, d, sV, away, excess, eta: 0, x, y };
  };

  const loss = (known, v, x, y) =>
    x === 0 && y === 0
      ? formulas().lossAtOrigin(known)
      : formulas().populationLoss(scalars(known, v, x, y));

  /** What goes along u and along e, as it is drawn: e turns with the side of the axis. */
  const drawn = (q, y, [alongU, alongE]) => ({
    x: alongU * q.cos + alongE * q.sin,
    y: (y < 0 ? -1 : 1) * (alongU * q.sin - alongE * q.cos),
  });

  /** E[g] along u and along e, of an estimator with formulas of its own or of a steProxy. */
  const pull = (q, estimator) =>
    typeof estimator === "string"
      ? formulas()[estimator](q)
      : formulas().anyProxy({ ...q, ...estimator.moments(q) });

  /** Where a step goes: against the true gradient, or against the expected coarse gradient. */
  const downhill = (q, y, estimator) => {
    const parts = estimator === "true" ? [0, formulas().gradientW(q)] : pull(q, estimator);
    const along = drawn(q, y, [-parts[0], 0]);
    const across = drawn(q, y, [0, -parts[1]]);
    return { along, across, radial: -parts[0], tangential: -parts[1] };
  };

  /** Angle in degrees between a coarse gradient and the true one; NaN where one of them is 0. */
  const angle = (q, estimator) => {
    const [radial, tangential] = pull(q, estimator);
    const felt = formulas().gradientW(q);
    if (felt === 0 || tangential === 0) return NaN;
    return (Math.atan2(Math.abs(radial), tangential * Math.sign(felt)) * 180) / Math.PI;
  };

  // --- steps ----------------------------------------------------------------------------------

  /** One step on the population, as sympy printed it. */
  const populationStep = (known, estimator, eta, { v, x, y }) => {
    const named = typeof estimator === "string";
    const at = formulas();
    if (x === 0 && y === 0) {
      const d = dot(v, known.v);
      const back = named
        ? at[`atOrigin${titled(estimator)}`]({ d })
        : estimator.at(0) * at.atOriginIdentity({ d });
      return { v, x: -eta * back, y: 0 };
    }
    const q = scalars(known, v, x, y);
    q.eta = eta;
    q.y = Math.abs(y);
    const [nextX, nextY, away, teachers, ones] = named
      ? at[`step${titled(estimator)}`](q)
      : at.stepAnyProxy({ ...q, ...estimator.moments(q) });
    const next = new Array(v.length);
    for (let i = 0; i < v.length; i += 1) {
      next[i] = v[i] + away * (v[i] - known.v[i]) + teachers * known.v[i] + ones;
    }
    return { v: next, x: nextX, y: y < 0 ? -nextY : nextY };
  };

  /** The mean coarse gradient of inputs, rows of m pairs: along v, and the two entries along w. */
  const sampleGradient = (known, estimator, { v, x, y }, inputs) => {
    const { m } = known;
    const proxy =
      typeof estimator === "string"
        ? formulas()[`proxy${titled(estimator)}`]
        : (at) => estimator.at(at.x);
    const inV = new Array(m).fill(0);
    const at = { x: 0 };
    let inX = 0;
    let inY = 0;
    for (let start = 0; start < inputs.length; start += 2 * m) {
      let residual = 0;
      for (let j = 0; j < m; j += 1) {
        const zx = inputs[start + 2 * j];
        if (zx * x + inputs[start + 2 * j + 1] * y > 0) residual += v[j];
        if (zx > 0) residual -= known.v[j];
      }
      if (residual === 0) continue;
      for (let j = 0; j < m; j += 1) {
        const zx = inputs[start + 2 * j];
        const zy = inputs[start + 2 * j + 1];
        at.x = zx * x + zy * y;
        if (at.x > 0) inV[j] += residual;
        const each = residual * v[j] * proxy(at);
        inX += each * zx;
        inY += each * zy;
      }
    }
    const count = inputs.length / (2 * m);
    return { v: inV.map((total) => total / count), x: inX / count, y: inY / count };
  };

  const sampleStep = (known, estimator, eta, state, inputs) => {
    const g = sampleGradient(known, estimator, state, inputs);
    return {
      v: state.v.map((entry, i) => entry - eta * g.v[i]),
      x: state.x - eta * g.x,
      y: state.y - eta * g.y,
    };
  };

  /** Normal numbers from a seed: sfc32 and the polar method, so that a link shows the same run. */
  const normals = (seed) => {
    let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
    const word = () => {
      const t = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + t) | 0;
      return (t >>> 0) / 4294967296;
    };
    for (let i = 0; i < 15; i += 1) word();
    let spare = NaN;
    return () => {
      if (!Number.isNaN(spare)) {
        const kept = spare;
        spare = NaN;
        return kept;
      }
      for (;;) {
        const p = 2 * word() - 1;
        const q = 2 * word() - 1;
        const square = p * p + q * q;
        if (square > 0 && square < 1) {
          const scale = Math.sqrt((-2 * Math.log(square)) / square);
          spare = q * scale;
          return p * scale;
        }
      }
    };
  };

  // --- runs -----------------------------------------------------------------------------------

  /** Beyond this a run has left every picture, and stays where it is. */
  const FAR = 1e6;

  /** Descents with some estimators from one start, all on the same inputs; `own` is a steProxy. */
  class Runs {
    constructor({ teacher: known, names, own, v, x, y, eta, samples, seed }) {
      Object.assign(this, { known, names, own, eta, samples });
      this.next = Number.isFinite(samples) ? normals(seed) : null;
      this.inputs = this.next && new Float64Array(2 * known.m * samples);
      const first = { v, x, y, loss: loss(known, v, x, y) };
      this.states = Object.fromEntries(names.map((name) => [name, [first]]));
      this.length = 1;
    }

    /** One more step of each. */
    advance() {
      if (this.next) for (let i = 0; i < this.inputs.length; i += 1) this.inputs[i] = this.next();
      for (const name of this.names) {
        const states = this.states[name];
        const last = states.at(-1);
        const step = this.step(name === "own" ? this.own : name, last);
        const stays = !(Math.hypot(step.x, step.y) < FAR && dot(step.v, step.v) < FAR);
        states.push(stays ? last : step);
        if (!stays) step.loss = loss(this.known, step.v, step.x, step.y);
      }
      this.length += 1;
    }

    /** One step; a proxy of a reader's own that has no value there ends where it is. */
    step(estimator, from) {
      try {
        return this.next
          ? sampleStep(this.known, estimator, this.eta, from, this.inputs)
          : populationStep(this.known, estimator, this.eta, from);
      } catch (error) {
        if (estimator !== this.own) throw error;
        return { ...from, x: Infinity };
      }
    }

    /** Up to so many states, or as many as fit into some milliseconds; whether all are there. */
    extend(length, milliseconds = Infinity) {
      const end = performance.now() + milliseconds;
      while (this.length < length && performance.now() < end) this.advance();
      return this.length >= length;
    }
  }

  /** Steps at which w has just come across the origin, to the side of w*. */
  const crossings = (states) => {
    const found = [];
    for (let i = 1; i < states.length; i += 1) {
      if (states[i].x > 0 && states[i - 1].x < 0 && turned(states[i - 1], states[i])) found.push(i);
    }
    return found;
  };

  /** Whether a step has gone over the origin: w turned by more than a right angle. */
  const turned = (from, to) => from.x * to.x + from.y * to.y < 0;

  /** What a run has come to: cycles, rests at the trap, at the teacher, or is on its way. */
  const outcome = (known, states) => {
    const over = crossings(states);
    const last = states.at(-1);
    const end = states.length - 1;
    if (over.length > 1 && end - over.at(-1) <= 1.5 * (over.at(-1) - over.at(-2))) return "cycles";
    const { theta } = place(last.x, last.y);
    // where the entries of v* cancel, the far side of the line is a second teacher
    if ((theta < 0.1 || known.s === 0) && last.loss < 0.005 * known.N) return "teacher";
    if (known.hasTrap && theta > Math.PI - 0.1 && last.loss < 1.1 * known.trapLoss) return "trap";
    return "walks";
  };

  return {
    FORMULA,
    LARGEST,
    readNumbers,
    teacher,
    bestV,
    place,
    scalars,
    loss,
    pull,
    downhill,
    angle,
    sampleGradient,
    normals,
    Runs,
    crossings,
    turned,
    outcome,
  };
})();
