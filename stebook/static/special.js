// Functions of mathematics that JavaScript lacks.
"use strict";
globalThis.steSpecial = (() => {
  const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  /** 2/sqrt(pi) exp(-x^2) (x + 2 x^3/3 + 4 x^5/15 + ...), all terms of one sign. */
  const series = (x) => {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
  };

  /** 1 - erf(x) for x >= 2.5, exp(-x^2)/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))). */
  const tail = (x) => {
    let below = x;
    for (let n = 60; n > 0; n -= 1) below = x + n / 2 / below;
    return (Math.exp(-x * x) * TWO_OVER_ROOT_PI) / 2 / below;
  };

  const erf = (x) => {
    if (x < 0) return -erf(-x);
    return x < 2.5 ? series(x) : 1 - tail(Math.min(x, 10));
  };

  // --- the normal distribution ----------------------------------------------------------------

  const pdf = (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  const [END, GRID, TERMS] = [8.5, 16, 10];

  /** Phi(x) for x <= 0, with the digits of a small value. */
  const below = (x) => {
    const y = -x / Math.SQRT2;
    return 0.5 * (y < 2.5 ? 1 - series(y) : tail(y));
  };
  let known = null;
  const fill = () => {
    known = Array.from({ length: 2 * END * GRID + 1 }, (_, i) => {
      const x = i / GRID - END;
      return [x, x < 0 ? below(x) : 1 - below(-x), pdf(x)];
    });
  };

  /** Phi by its Taylor series at a place nearby: each derivative is -x, and -n, times those before. */
  const cdf = (x) => {
    if (x < -END) return 0;
    if (x > END) return 1;
    if (!known) fill();
    const [centre, value, slope] = known[Math.round((x + END) * GRID)];
    const step = x - centre;
    let [before, now, power, sum] = [0, slope, step, value];
    for (let n = 1; n < TERMS; n += 1) {
      sum += now * power;
      [before, now] = [now, -centre * now - (n - 1) * before];
      power *= step / (n + 1);
    }
    return sum;
  };

  return { erf, pdf, cdf };
})();
