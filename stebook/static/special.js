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

  return { erf };
})();
