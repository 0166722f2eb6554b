// The hand and its arrows: where a step goes from w, what of it the loss feels, and the names.
"use strict";
globalThis.stePlaneHand = (() => {
  const model = globalThis.stePlaneModel;
  const { clamp, number, set, show, to1, point, arrow, shaft, tip, lifted } =
    globalThis.stePlaneShapes;
  /** Pixels from name to name. */
  const LINE = 18;
  /** Pixels between these and a word that stays: more than from name to name, or it would be one. */
  const APART = 8;

  return (Base) => class extends Base {
    /** The hand, with its arrows while the run is at its start; later each head has its own. */
    drawHand() {
      const [x, y] = this.begin();
      const there = this.px(x, y);
      const here = there.map((each, i) => clamp(each, 12, this.size[i] - 12)); // always to be held
      for (const circle of this.hand.children) set(circle, { cx: to1(here[0]), cy: to1(here[1]) });
      const fromOrigin = [here[0] - this.centre[0], here[1] - this.centre[1]];
      set(this.w, { d: arrow(this.centre, fromOrigin) });
      const atStart = this.position === 0;
      const most = 0.95 * this.scale;
      const v = this.first().v;
      const q = model.scalars(this.teacher, v, x, y);
      const truth = atStart ? model.downhill(q, y, "true").across : { x: 0, y: 0 };
      const trueArrow = arrow(here, this.stretched(truth, most));
      set(this.trueArrow, { d: trueArrow });
      const halo = [trueArrow];
      const arrows = trueArrow ? [[here, this.stretched(truth, most)]] : [];
      const words = [];
      if (trueArrow) words.push([here, this.stretched(truth, most), "true gradient"]);
      let radius = 20;
      for (const [name, style] of Object.entries(this.data.estimators)) {
        const made = this.lines[name];
        const shown = this.state.estimators.includes(name);
        const drawn = shown ? this.pull(name, atStart ? { v, x, y } : null, most, here) : null;
        set(made.arrow, { d: drawn ? shaft(drawn.from, drawn.whole) : "" });
        set(made.tip, { d: drawn ? tip(drawn.from, drawn.whole) : "" });
        if (drawn) {
          halo.push(arrow(drawn.from, drawn.whole));
          arrows.push([drawn.from, drawn.whole]);
        }
        set(made.along, { d: drawn && atStart ? this.split(drawn) : "" });
        set(made.arc, { d: drawn && atStart ? this.arc(drawn, (radius += 8)) : "" });
        if (!drawn || !atStart || Math.hypot(...drawn.whole) < 1) continue;
        words.push([here, drawn.whole, style.label]);
      }
      set(this.halo, { d: halo.join("") });
      if (!atStart) words.push(...this.throws());
      const marks = [here, ...Object.values(this.lines).map(({ place }) => place).filter(Boolean)];
      const on = ([[x, y], [dx, dy]]) => [0.5, 1].map((part) => [x + part * dx, y + part * dy]);
      this.drawKept(marks, arrows.flatMap(on));
      this.drawWords(words);
    }

    sayHand() {
      const { angle, length } = this.state;
      set(this.hand, {
        "aria-valuenow": angle,
        "aria-valuetext": `angle ${number(angle, 1)} degrees, length ${number(length, 2)}`,
      });
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
    pull(name, state, most, here) {
      const states = this.states(name);
      const { v, x, y } = state ?? states[Math.min(this.step(), states.length - 1)];
      if (x === 0 && y === 0) return null;
      const pulled = this.pulled(name, v, x, y);
      if (!pulled) return null;
      const { across, whole } = pulled;
      const drawn = this.stretched(whole, state ? most : 0.7 * most);
      const at = state ? here : this.px(x, y);
      const factor = Math.hypot(...drawn) / Math.max(Math.hypot(whole.x, whole.y), 1e-300);
      return { from: at, whole: drawn, across: [factor * across.x, -factor * across.y] };
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

    /**
     * Names of arrows in a list beside all of their tips, in the order of these, with a line from
     * each to its own; where a name that stays has its place, the list makes room.
     */
    drawWords(words) {
      const [width, height] = this.size;
      const tips = words
        .map(([[x, y], along, text]) => ({ text, x: x + along[0], y: y + along[1], from: x }))
        .sort((a, b) => a.y - b.y);
      const wide = Math.max(0, ...tips.map(({ text }) => this.name(text).wide));
      const ends = tips.flatMap(({ x, from }) => [x, from]);
      const [least, most] = [Math.min(...ends), Math.max(...ends)];
      const room = { left: least - wide, right: width - most - wide };
      const turned = words.reduce((sum, [, along]) => sum + along[0], 0) < 0;
      const left = turned ? room.left > 0 || room.left > room.right : room.right < Math.min(0, room.left);
      const x = left ? Math.max(least - 14, wide + 4) : Math.min(most + 14, width - wide - 4);
      const span = left ? [x - wide, x] : [x, x + wide];
      const heights = this.listed(tips.map(({ y }) => clamp(y, 12, height - 12)), span);
      const anchor = left ? "end" : "start";
      tips.forEach(({ text }, i) => {
        set(this.name(text).word, { x: to1(x), y: to1(heights[i] + 5), "text-anchor": anchor });
      });
      for (const [text, { word }] of this.names) show(word, tips.some((each) => each.text === text));
      const beside = x + (left ? 3 : -3);
      const leaders = tips.map((each, i) => `M${point([each.x, each.y])}L${point([beside, heights[i]])}`);
      set(this.leaders, { d: leaders.join("") });
    }

    /** A name in the picture, and how wide it is; it stays: a new one would be laid out anew. */
    name(text) {
      if (!this.names.has(text)) {
        const word = this.word([0, 0], text, 0, 0, "start");
        this.words.append(word);
        this.names.set(text, { word, wide: word.getComputedTextLength() });
      }
      return this.names.get(text);
    }

    /**
     * Heights for a list of names, which stay together, as near to those wanted as no word that
     * stays stands among them or next to them.
     */
    listed(wanted, [left, right]) {
      const height = this.size[1];
      const half = (LINE * wanted.length) / 2;
      const near = (boxes, apart) =>
        boxes
          .filter((box) => box[0] - apart < right && box[2] + apart > left)
          .map((box) => [box[1] - apart, box[3] + apart]);
      const beside = [...near(this.taken, APART), ...near(this.marks, 0)];
      const free = (y) =>
        y - half >= 0 && y + half <= height &&
        beside.every(([top, bottom]) => y + half <= top || y - half >= bottom);
      const middle = wanted.reduce((sum, y) => sum + y, 0) / wanted.length;
      const ways = [];
      for (let far = 0; far < height; far += 2) ways.push(middle + far, middle - far);
      const centre = ways.find(free) ?? clamp(middle, half, height - half);
      return wanted.map((_, i) => centre + LINE * (i + 0.5) - half);
    }
  };
})();
