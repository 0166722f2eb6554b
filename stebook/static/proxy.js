// A proxy of a reader's own: its moments, by a quadrature that is ste/moments.py's, what the
// criterion says of it (ste/one_sidedness.py), and the two slopes at 0 that a cycle sees.
"use strict";
globalThis.steProxy = (() => {
  const { parsed, evaluator, compared, quoted } = globalThis.steFormula;
  const { bounds, boxes, narrowEdges, total } = globalThis.steIntervals;
  const { pdf, cdf } = globalThis.steSpecial;

  // --- quadrature -----------------------------------------------------------------------------

  const ORDER = 20;
  /** A panel has settled if halving it changes so little of the integral's size. */
  const SETTLED = 1e-13;
  const MOST_PANELS = 2000;
  /** What is nearer to 0, of what is looked at, holds nothing. */
  const NEAR = 2 ** -52;
  const NONE = 1e-290;
  /** What is so small beside the whole slope may be rounding; next to 0 it is halved away. */
  const ROUNDING = 1e-15;
  /** Beyond so many lengths of w the normal density is nothing. */
  const END = 38;

  /** Nodes and weights of Gauss and Legendre on (-1, 1), by Newton's iteration. */
  const [NODES, WEIGHTS] = (() => {
    const made = Array.from({ length: ORDER }, (_, i) => {
      let x = -Math.cos((Math.PI * (i + 0.75)) / (ORDER + 0.5));
      let slope = 1;
      for (let turn = 0; turn < 8; turn += 1) {
        let [before, now] = [1, x];
        for (let n = 2; n <= ORDER; n += 1) {
          [before, now] = [now, ((2 * n - 1) * x * now - (n - 1) * before) / n];
        }
        slope = (ORDER * (before - x * now)) / (1 - x * x);
        x -= now / slope;
      }
      return [x, 2 / ((1 - x * x) * slope * slope)];
    });
    return [made.map(([x]) => x), made.map(([, weight]) => weight)];
  })();
  /** What a panel is tried with: the density beside a proxy bends as much. */
  const TRIED = [() => 1, (s) => s ** 3, (s) => s ** 8];

  /** One panel of (low, high) on one side of 0: places, weights, and the slope there. */
  const panel = (slope, side, low, high) => {
    const half = 0.5 * (high - low);
    const x = NODES.map((node) => low + half * (1 + node));
    const y = x.map((t) => slope(side * t));
    const top = Math.max(...y.map(Math.abs)); // NaN where the slope is none
    return { low, high, x, weight: WEIGHTS.map((each) => half * each), y, top };
  };
  /** Its integral with what it is tried with, on (-1, 1), of which it may be a half. */
  const tried = ({ weight, y }, test, part, shift) =>
    NODES.reduce((sum, s, i) => sum + weight[i] * y[i] * test(part * s + shift), 0);

  /** What rounding of its place makes of a slope: no halving takes that away. */
  const noise = (slope, side, { x, weight, y }) =>
    x.reduce((sum, t, i) => sum + weight[i] * Math.abs(slope(side * t * (1 + NEAR)) - y[i]), 0);

  /** Whether two halves say no more than the whole. */
  const agrees = (slope, side, whole, parts, scale) => {
    const { low, high } = whole;
    const sizeOf = ({ weight, y }) => y.reduce((sum, each, i) => sum + weight[i] * Math.abs(each), 0);
    const size = parts.reduce((sum, part) => sum + sizeOf(part), 0);
    if (!Number.isFinite(size) || size < NONE) return true;
    const apart = TRIED.map((test) => {
      const halves = tried(parts[0], test, 0.5, -0.5) + tried(parts[1], test, 0.5, 0.5);
      return Math.abs(halves - tried(whole, test, 1, 0));
    });
    const most = Math.max(...apart);
    const rounding = low === 0 ? 0 : ROUNDING * scale * (high - low);
    if (most <= SETTLED * size + rounding) return true;
    return most <= SETTLED * size + 4 * noise(slope, side, whole);
  };

  /** What is kept of the slope on one side of 0, on intervals from 2^k to 2^(k + 1). */
  class Side {
    constructor(slope, side, edges, scale) {
      Object.assign(this, { slope, side, edges, scale, cells: new Map(), cores: new Map() });
    }

    /** Panels of an interval, halved until they have settled. */
    panels(low, high) {
      const inside = this.edges.filter((edge) => low < edge && edge < high);
      const ends = [low, ...inside, high];
      let open = inside.concat(high).map((end, i) => panel(this.slope, this.side, ends[i], end));
      const done = [];
      while (open.length) {
        if (open.length + done.length > MOST_PANELS) {
          throw new Error(
            "derivative: expected a piecewise smooth function, got one whose integral does not settle"
          );
        }
        open = open.flatMap((whole) => {
          const middle = 0.5 * (whole.low + whole.high);
          const parts = [
            panel(this.slope, this.side, whole.low, middle),
            panel(this.slope, this.side, middle, whole.high),
          ];
          const thin = whole.high - whole.low < 2 ** -46 * high;
          if (!thin && !agrees(this.slope, this.side, whole, parts, this.scale)) return parts;
          done.push(whole);
          return [];
        });
      }
      return done.filter(({ y }) => y.some((each) => each !== 0));
    }

    cell(k) {
      if (!this.cells.has(k)) this.cells.set(k, this.panels(2 ** k, 2 ** (k + 1)));
      return this.cells.get(k);
    }

    /** From 0 to 2^k: one panel, or null where that does not do. */
    core(k) {
      if (!this.cores.has(k)) {
        const end = 2 ** k;
        const whole = panel(this.slope, this.side, 0, end);
        const halves = [
          panel(this.slope, this.side, 0, end / 2),
          panel(this.slope, this.side, end / 2, end),
        ];
        const smooth = !this.edges.some((edge) => edge < end) && agrees(this.slope, this.side, whole, halves, this.scale);
        this.cores.set(k, smooth ? whole : null);
      }
      return this.cores.get(k);
    }

    /** Panels from 0 out, the first no wider than `width`, as far as `end`. */
    *upTo(width, end) {
      const widest = Math.floor(Math.log2(width));
      let k = widest;
      while (!this.core(k) && 2 ** k > NEAR * width) k -= 1;
      if (this.core(k)) yield this.core(k);
      for (; 2 ** k < end; k += 1) yield* this.cell(k);
    }
  }

  /** Whether a panel holds nothing beside a sum of sizes. */
  const beyond = ({ low, top }, scale, size) =>
    low > 8 * scale && top * (low / scale) * pdf(low / scale) < 1e-18 * size;

  const addFirst = (sum, { x, weight, y }, rho, cot) => {
    for (let i = 0; i < ORDER; i += 1) {
      const z = x[i] / rho;
      if (y[i] === 0 || z > END) continue;
      const part = (weight[i] / rho) * z * y[i] * pdf(z);
      sum[0] += part;
      sum[1] += part * cdf(z * cot);
      sum[2] += Math.abs(part);
    }
  };
  const addLevel = (sum, { x, weight, y }, r) => {
    for (let i = 0; i < ORDER; i += 1) {
      const z = x[i] / r;
      if (y[i] === 0 || z > END) continue;
      const part = (weight[i] / r) * y[i] * pdf(z);
      sum[0] += part;
      sum[1] += Math.abs(part);
    }
  };

  // --- a proxy --------------------------------------------------------------------------------

  const NOTHING = 1e-12;

  class Proxy {
    /** `between` has the bounds of the slope on an interval. */
    constructor(name, slope, breakpoints, between, floor = 0) {
      this.name = name;
      this.slope = slope;
      this.floor = floor;
      this.between = between;
      this.boxes = boxes(between);
      this.breakpoints = [...new Set([0, ...breakpoints, ...narrowEdges(this.boxes)])];
      const edges = (side) =>
        this.breakpoints.map((x) => side * x).filter((x) => x > 0).sort((a, b) => a - b);
      const wide = Array.from({ length: 82 }, (_, i) => Math.abs(slope(-4 + (8 * i) / 81)));
      this.scale = Math.max(...wide.filter(Number.isFinite), 0);
      this.sides = [1, -1].map((side) => new Side(slope, side, edges(side), this.scale));
    }

    at(x) {
      const value = this.slope(x);
      if (!Number.isFinite(value)) this.refuse(x);
      return value;
    }

    refuse(x) {
      throw new Error(
        `derivative of ${quoted(this.name)}: expected finite values, got NaN or infinity at ${x}`
      );
    }

    /** A+, A-, alpha, B_x and B_y/sin(theta) at |w| = rho and an angle to w*; the last are kept. */
    moments({ rho, sin, cos }) {
      const place = [rho, sin, cos].join();
      if (this.place !== place) {
        this.known = this.integrals(rho, sin, cos);
        this.place = place;
      }
      return this.known;
    }

    integrals(rho, sin, cos) {
      const cot = cos / Math.max(sin, 1e-280);
      const fine = rho * Math.min(1, 1 / Math.abs(cot)) || rho;
      const [right, left] = this.sides.map((side) => this.first(side, rho, cot, fine));
      const level = this.level(rho * sin);
      const [aPlus, aMinus] = [right[0], left[0]];
      const bX = right[1] - left[1];
      return { aPlus, aMinus, alpha: aPlus - aMinus, bX, bYOverSin: pdf(0) * level };
    }

    /** E[x g(rho X)] and E[x g(rho X) Phi(X cot)] over X = +-x, x > 0. */
    first(side, rho, cot, fine) {
      const sum = [0, 0, 0];
      for (const each of side.upTo(0.5 * Math.max(fine, NEAR * rho), END * rho)) {
        if (beyond(each, rho, sum[2])) break;
        this.check(each, side, rho);
        addFirst(sum, each, rho, side.side * cot);
      }
      return sum;
    }

    /** E[g(r X)]; in the limit the mean of both sides of 0. */
    level(r) {
      if (r < 1e-250) return 0.5 * (this.at(1e-300) + this.at(-1e-300));
      const sum = [0, 0];
      for (const side of this.sides) {
        for (const each of side.upTo(0.5 * r, END * r)) {
          if (beyond(each, r, sum[1])) break;
          this.check(each, side, r);
          addLevel(sum, each, r);
        }
      }
      return sum[0];
    }

    /** That a slope is finite wherever the normal density sees it. */
    check({ x, y, top }, { side }, scale) {
      if (Number.isFinite(top)) return;
      const bad = y.findIndex((each) => !Number.isFinite(each));
      if (x[bad] < END * scale) this.refuse(side * x[bad]);
    }

    /** What the criterion says of it; null where that is not decided. */
    criterion() {
      const { list, whole } = this.boxes;
      const left = list.filter(({ high }) => high <= 0);
      const all = total(list, "atMost");
      const onTheLeft = [total(left, "atLeast"), total(left, "atMost")];
      const negative = total(list.filter(({ least }) => least < 0), "atMost");
      const nothingLeft = onTheLeft[1].every((part, i) => part <= NOTHING * whole[i]);
      const somethingLeft = onTheLeft[0].some((part, i) => part > NOTHING * all[i]);
      const never = negative.every((part, i) => part <= NOTHING * whole[i]);
      const somewhere = list.some(
        ({ most, atLeast }) => most < 0 && atLeast.some((part, i) => part > NOTHING * whole[i])
      );
      const decided = (yes, no) => (yes ? true : no ? false : null);
      const { aPlus, aMinus } = this.moments({ rho: 1, sin: Math.sin(Math.PI), cos: -1 });
      const there = somethingLeft || Math.abs(aMinus) > NOTHING * Math.abs(aPlus);
      return {
        oneSided: decided(nothingLeft, there),
        nonNegative: decided(never, somewhere),
        aPlus,
        aMinus,
      };
    }

    /** The limits at 0 from below and from above; throws where there is none. */
    limits() {
      const near = [1e-8, 1e-10, 1e-12];
      const reach = Math.min(1, ...this.breakpoints.filter((x) => x !== 0).map(Math.abs));
      return [-1, 1].map((side) => {
        const slopes = near.map((x) => this.at(side * reach * x));
        const size = Math.max(this.scale, ...slopes.map(Math.abs));
        if (Math.max(...slopes) - Math.min(...slopes) > 1e-3 * size) throw new Error("no limit at 0");
        // what still shrinks there is on its way to 0
        const last = Math.abs(slopes[2]);
        return last < 1e-5 * size && last < 0.5 * Math.abs(slopes[0]) ? 0 : slopes[2];
      });
    }
  }

  /** The proxy whose slope is a typed formula; throws a sentence about what is wrong with it. */
  const typed = (text) => {
    const tree = parsed(text);
    return new Proxy(text.trim(), evaluator(tree), compared(tree), bounds(tree));
  };

  /** The proxy whose slope goes straight from point to point; two at one place are a jump. */
  const drawn = (x, y, name = "drawn", floor = 0) => {
    const last = x.length - 1;
    const place = (value) => {
      let [low, high] = [0, last + 1]; // the first point at or beyond it
      while (low < high) {
        const middle = (low + high) >> 1;
        if (x[middle] < value) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    const slope = (value) => {
      const i = place(value);
      if (i === 0) return y[0];
      if (i > last) return y[last];
      return y[i - 1] + ((value - x[i - 1]) / (x[i] - x[i - 1])) * (y[i] - y[i - 1]);
    };
    const between = ([low, high]) => {
      let i = place(low);
      while (x[i + 1] === low) i += 1; // from above
      const after = x[i] === low ? y[i] : slope(low);
      const ends = [after, slope(high)];
      for (; i <= last && x[i] < high; i += 1) if (x[i] > low) ends.push(y[i]);
      return [Math.min(...ends), Math.max(...ends)];
    };
    return new Proxy(name, slope, x, between, floor);
  };

  return { typed, drawn };
})();
