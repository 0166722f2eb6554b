// Between which numbers a formula lies where x lies in an interval: ste/zoo/intervals.py, and the
// boxes on which it is as good as known: ste/_boxes.py.
"use strict";
globalThis.steIntervals = (() => {
  const { hasX } = globalThis.steFormula;
  const EPSILON = 2 ** -52;

  // --- intervals ------------------------------------------------------------------------------

  /** Rounded outwards; a bound that is 0 is taken for exact. */
  const widened = ([least, most]) => [
    least === 0 ? 0 : least - EPSILON * Math.abs(least) - Number.MIN_VALUE,
    most === 0 ? 0 : most + EPSILON * Math.abs(most) + Number.MIN_VALUE,
  ];
  const ANYTHING = [-Infinity, Infinity];

  /** From the least to the largest; 0 times infinity is 0, as of the bounds of a product. */
  const hull = (...values) => {
    const defined = values.map((value) => (Number.isNaN(value) ? 0 : value));
    return [Math.min(...defined), Math.max(...defined)];
  };
  const product = ([a, b], [c, d]) => hull(a * c, a * d, b * c, b * d);

  const quotient = (a, [least, most]) => {
    if ((least < 0 && most > 0) || (least === 0 && most === 0)) return ANYTHING;
    return product(a, [most === 0 ? -Infinity : 1 / most, least === 0 ? Infinity : 1 / least]);
  };

  /** The corners, for |base|^exponent is monotone in each; odd powers keep the sign. */
  const power = ([least, most], [low, high]) => {
    const whole = low === high && low === Math.round(low);
    const odd = whole && Math.abs(low % 2) === 1;
    const crosses = least < 0 && most > 0;
    if ((least < 0 && !whole) || (crosses && odd && low < 0)) return ANYTHING;
    if (odd) {
      const signed = (end) => {
        const size = Math.abs(end) ** low;
        return end < 0 || Object.is(end, -0) ? -size : size;
      };
      return hull(signed(least), signed(most));
    }
    const near = crosses ? 0 : Math.min(Math.abs(least), Math.abs(most));
    const far = Math.max(Math.abs(least), Math.abs(most));
    const raised = (base, exponent) => (base === 1 ? 1 : base ** exponent);
    return hull(raised(near, low), raised(near, high), raised(far, low), raised(far, high));
  };

  const MAPS = {
    UAdd: (a) => a,
    USub: ([least, most]) => [-most, -least],
    Add: (a, b) => widened([a[0] + b[0], a[1] + b[1]]),
    Sub: (a, b) => widened([a[0] - b[1], a[1] - b[0]]),
    Mult: (a, b) => widened(product(a, b)),
    Div: (a, b) => widened(quotient(a, b)),
    Pow: (a, b) => widened(power(a, b)),
    exp: (a) => {
      const [least, most] = widened(widened([Math.exp(a[0]), Math.exp(a[1])]));
      return [Math.max(least, 0), most];
    },
    tanh: (a) => {
      const [least, most] = widened(widened([Math.tanh(a[0]), Math.tanh(a[1])]));
      return [Math.max(least, -1), Math.min(most, 1)];
    },
    abs: ([least, most]) => [Math.max(least, -most, 0), Math.max(-least, most)],
    sqrt: (a) => (a[0] < 0 ? ANYTHING : widened([Math.sqrt(a[0]), Math.sqrt(a[1])])),
    log: (a) => (a[0] < 0 ? ANYTHING : widened(widened([Math.log(a[0]), Math.log(a[1])]))),
    max: (a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1])],
    min: (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1])],
    where: (test, yes, no) => {
      if (test[0] > 0 || test[1] < 0) return yes;
      if (test[0] === 0 && test[1] === 0) return no;
      return [Math.min(yes[0], no[0]), Math.max(yes[1], no[1])];
    },
  };

  /** One comparison: whether it surely holds, and whether it may. */
  const holds = (op, left, right, bare) => {
    const [low, high] = op.startsWith("Gt") ? [right, left] : [left, right];
    // x is at the end of its interval nowhere but there; other sides may stay at theirs
    const strict = op.length === 2 && !bare;
    return [
      strict ? low[1] < high[0] : low[1] <= high[0],
      !(op.length === 2 || bare ? low[0] >= high[1] : low[0] > high[1]),
    ];
  };

  /** The bounds of a formula, as a function of an interval. */
  const bounds = (node) => {
    if (node.kind === "number") return () => [node.value, node.value];
    if (node.kind === "x") return (x) => x;
    const parts = node.parts.map(bounds);
    if (node.kind !== "Compare") {
      const map = MAPS[node.kind];
      return (x) => map(...parts.map((part) => part(x)));
    }
    const bare = node.ops.map((_, i) => [i, i + 1].some((j) => node.parts[j].kind === "x"));
    return (x) => {
      const sides = parts.map((part) => part(x));
      const each = node.ops.map((op, i) => holds(op, sides[i], sides[i + 1], bare[i]));
      return [0, 1].map((i) => (each.every((pair) => pair[i]) ? 1 : 0));
    };
  };

  // --- boxes ----------------------------------------------------------------------------------

  /** Lengths of w at which a proxy is looked at, and what even the longest does not see. */
  const LENGTHS = [0.01, 0.1, 1, 10];
  const REACH = 380;
  const SHARE = 1e-16;
  const ZERO = 1e-300;
  const NARROW = 0.02;
  const JUMP = 1e-6;
  const HALVINGS = 120;
  const MOST_BOXES = 4000;
  const K = 1 / Math.sqrt(2 * Math.PI);

  /** An interval with the bounds on it, and for each length what |X mu'(rho X)| is over it. */
  const box = (low, high, between) => {
    let [least, most] = between([low, high]);
    if (!(least <= most)) [least, most] = ANYTHING;
    const [near, far] = [Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high))];
    const mass = LENGTHS.map((length) => {
      const [a, b] = [near / length, far / length];
      return -K * Math.exp(-0.5 * a * a) * Math.expm1(-0.5 * (b - a) * (b + a));
    });
    const floor = Math.max(least, -most, 0);
    const top = Math.max(-least, most);
    const share = (size) => mass.map((part) => (part > 0 ? size * part : 0));
    return { low, high, least, most, floor, top, atLeast: share(floor), atMost: share(top) };
  };
  const total = (list, key) => LENGTHS.map((_, i) => list.reduce((sum, each) => sum + each[key][i], 0));

  const nothing = ({ atMost, top }, whole) =>
    atMost.every((part, i) => part <= SHARE * whole[i]) || top < ZERO;

  const settled = (each, whole) => {
    const middle = 0.5 * (each.low + each.high);
    if (0.5 * each.top <= each.floor || nothing(each, whole)) return true;
    return middle <= each.low || middle >= each.high;
  };

  /** Boxes on which a proxy with these bounds has settled, but for those beyond a few thousand. */
  const boxes = (between) => {
    let open = [];
    for (let i = -60; i < 0; i += 1) open.push([REACH * 2 ** i, REACH * 2 ** (i + 1)]);
    open.push([0, REACH * 2 ** -60]);
    open = open.flatMap(([low, high]) => [[-high, -low], [low, high]]);
    const done = [];
    const sure = LENGTHS.map(() => 0);
    let whole = sure;
    for (let turn = 0; turn < HALVINGS && open.length; turn += 1) {
      const fresh = open.map(([low, high]) => box(low, high, between));
      whole = total(fresh, "atLeast").map((part, i) => part + sure[i]);
      const ready = fresh.map((each) => settled(each, whole));
      const last = turn === HALVINGS - 1 || done.length + fresh.length > MOST_BOXES;
      open = [];
      fresh.forEach((each, i) => {
        if (ready[i] || last) {
          done.push(each);
          each.atLeast.forEach((part, j) => (sure[j] += part));
          return;
        }
        const middle = 0.5 * (each.low + each.high);
        open.push([each.low, middle], [middle, each.high]);
      });
    }
    return { list: done.sort((a, b) => a.low - b.low), whole };
  };

  /** Ends of what is much narrower than its distance from 0: jumps, flanks of narrow bumps. */
  const narrowEdges = ({ list, whole }) => {
    const groups = [];
    for (const each of list) {
      const empty = nothing(each, whole);
      const [least, most] = empty ? [0, 0] : [each.least, each.most];
      const last = groups.at(-1);
      const low = last && Math.min(last.least, least);
      const high = last && Math.max(last.most, most);
      if (last && Math.max(-low, high) <= 2 * Math.max(low, -high, 0)) {
        Object.assign(last, { high: each.high, least: low, most: high });
      } else groups.push({ low: each.low, high: each.high, least, most });
    }
    const within = (share) => ({ low, high }) => high - low < share * Math.abs(low + high);
    // a jump has been closed in on until what it may weigh is nothing
    const jumps = list.filter((each) => within(JUMP)(each) && 0.5 * each.top > each.floor);
    const narrow = [...groups.filter(within(NARROW)), ...jumps];
    return narrow.length < 1000 ? narrow.flatMap(({ low, high }) => [low, high]) : [];
  };

  return { LENGTHS, bounds, boxes, narrowEdges, total, hasX };
})();
