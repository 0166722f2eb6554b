// The hand and its arrows: where a step goes from w, what of it the loss feels, and the names.
"use strict";
globalThis.stePlaneHand = (() => {
  const model = globalThis.stePlaneModel;
  const { number, set, point, arrow, shaft, tip, lifted } = globalThis.stePlaneShapes;

  return (Base) => class extends Base {
    /** The hand, with its arrows while the run is at its start; later each head has its own. */
    drawHand() {
      const [x, y] = this.begin();
      const here = this.px(x, y);
      const { angle, length } = this.state;
      set(this.hand, {
        transform: `translate(${point(here)})`,
        "aria-valuenow": angle,
        "aria-valuetext": `angle ${number(angle, 1)} degrees, length ${number(length, 2)}`,
      });
      const fromOrigin = [here[0] - this.centre[0], here[1] - this.centre[1]];
      set(this.w, { d: arrow(this.centre, fromOrigin) });
      const atStart = this.position === 0;
      const most = 0.95 * this.scale;
      const v = this.first().v;
      const q = model.scalars(this.teacher, v, x, y);
      const truth = atStart ? model.downhill(q, y, "true").across : { x: 0, y: 0 };
      const trueArrow = arrow(here, this.stretched(truth, most));
      set(this.trueArrow, { d: trueArrow });
      set(this.trueHalo, { d: trueArrow });
      const words = [];
      if (trueArrow) words.push([here, this.stretched(truth, most), "true gradient"]);
      let radius = 20;
      for (const [name, style] of Object.entries(this.data.estimators)) {
        const made = this.lines[name];
        const shown = this.state.estimators.includes(name);
        const drawn = shown ? this.pull(name, atStart ? { v, x, y } : null, most) : null;
        set(made.arrow, { d: drawn ? shaft(drawn.from, drawn.whole) : "" });
        set(made.tip, { d: drawn ? tip(drawn.from, drawn.whole) : "" });
        set(made.halo, { d: drawn ? arrow(drawn.from, drawn.whole) : "" });
        set(made.along, { d: drawn && atStart ? this.split(drawn) : "" });
        set(made.arc, { d: drawn && atStart ? this.arc(drawn, (radius += 8)) : "" });
        made.head.style.display = shown && !atStart ? "" : "none";
        if (!drawn || !atStart || Math.hypot(...drawn.whole) < 1) continue;
        words.push([here, drawn.whole, style.label]);
      }
      if (!atStart) words.push(...this.throws());
      this.drawWords(words);
    }

    /** The last step over the origin that can be seen, and what it is. */
    throws() {
      for (const name of this.state.estimators) {
        const states = this.states(name);
        const { pixels } = this.lines[name];
        for (let i = Math.min(this.step(), states.length - 1); i > 0; i -= 1) {
          if (!model.turned(states[i - 1], states[i]) || states[i].x > 0) continue;
          const [x, y] = lifted(pixels[i - 1], pixels[i]);
          const apex = [x, (y + pixels[i][1]) / 2];
          return [[apex, [9, -9], "thrown over the origin"]];
        }
      }
      return [];
    }

    /** The arrow of an estimator at a state, or where its run is: whole, and its part across w. */
    pull(name, state, most) {
      const states = this.states(name);
      const { v, x, y } = state ?? states[Math.min(this.step(), states.length - 1)];
      if (x === 0 && y === 0) return null;
      const pulled = this.pulled(name, v, x, y);
      if (!pulled) return null;
      const { across, whole } = pulled;
      const drawn = this.stretched(whole, state ? most : 0.7 * most);
      const factor = Math.hypot(...drawn) / Math.max(Math.hypot(whole.x, whole.y), 1e-300);
      return { from: this.px(x, y), whole: drawn, across: [factor * across.x, -factor * across.y] };
    }

    /** Where a step goes, if it can be told: a proxy of one's own may have no value far out. */
    pulled(name, v, x, y) {
      try {
        return this.downhill(name, v, x, y);
      } catch (error) {
        if (name !== "own") throw error;
        return null;
      }
    }

    /** The part along w, from the end of the part across it to the tip. */
    split({ from, whole, across }) {
      const foot = [from[0] + across[0], from[1] + across[1]];
      if (Math.hypot(whole[0] - across[0], whole[1] - across[1]) < 4) return "";
      return `M${point(from)}L${point(foot)}L${point([from[0] + whole[0], from[1] + whole[1]])}`;
    }

    /** The angle between the true gradient, which lies across w, and an arrow. */
    arc({ from, whole, across }, radius) {
      if (Math.hypot(...across) < 1) return "";
      const [a, b] = [Math.atan2(across[1], across[0]), Math.atan2(whole[1], whole[0])];
      const turn = Math.atan2(Math.sin(b - a), Math.cos(b - a));
      if (Math.abs(turn) < 0.02) return "";
      const [x, y] = from;
      const end = (angle) => point([x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
      return `M${end(a)}A${radius} ${radius} 0 0 ${turn > 0 ? 1 : 0} ${end(b)}`;
    }

    /** Names at the tips of arrows, where no other name stands yet. */
    drawWords(words) {
      const [width, height] = this.size;
      const taken = [...this.taken];
      const placed = words.flatMap(([from, along, text]) => {
        const length = Math.hypot(...along);
        const end = [from[0] + along[0] * (1 + 8 / length), from[1] + along[1] * (1 + 8 / length)];
        const anchor = along[0] > 8 ? "start" : along[0] < -8 ? "end" : "middle";
        const wide = 7.5 * text.length;
        const left = end[0] - wide * { start: 0, middle: 0.5, end: 1 }[anchor];
        for (const shift of [0, 17, -17, 34, -34]) {
          const box = [left, end[1] - 8 + shift, left + wide, end[1] + 9 + shift];
          const inside = box[0] > 2 && box[2] < width - 2 && box[1] > 2 && box[3] < height - 2;
          const free = taken.every(
            (b) => box[2] < b[0] || box[0] > b[2] || box[3] < b[1] || box[1] > b[3]
          );
          if (!inside || !free) continue;
          taken.push(box);
          return [this.word(end, text, 0, shift + 5, anchor)];
        }
        return [];
      });
      this.words.replaceChildren(...placed);
    }
  };
})();
