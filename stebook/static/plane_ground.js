// What stays while w moves: the shade of the loss, its rays, the small arrows, the axes.
"use strict";
globalThis.stePlaneGround = (() => {
  const model = globalThis.stePlaneModel;
  const { RADIANS, clamp, number, node, set, to1, point, arrow } = globalThis.stePlaneShapes;
  /** From the middle of a mark to its edge, in pixels. */
  const MARK = 11;

  return (Base) => class extends Base {
    px(x, y) {
      return [this.centre[0] + this.scale * x, this.centre[1] - this.scale * y];
    }

    /** Pixels are the units of both drawings, so text keeps its size; whether there is room. */
    measure() {
      if (this.sized) return this.size[0] > 0;
      this.size = [this.map.clientWidth, this.map.clientHeight];
      const beside = [this.lossPlot.clientWidth, this.lossPlot.clientHeight];
      this.sized = [...this.size, ...beside].join();
      if (this.size[0] === 0) return false;
      this.centre = [0.54 * this.size[0], 0.5 * this.size[1]];
      this.scale = Math.min(this.size[0] / 3.3, this.size[1] / 2.47);
      for (const drawing of [this.map, this.ground]) {
        set(drawing, { viewBox: `0 0 ${this.size.join(" ")}` });
      }
      set(this.lossPlot, { viewBox: `0 0 ${beside.join(" ")}` });
      this.edge = { left: 40, top: 12, width: beside[0] - 52, height: beside[1] - 50 };
      return true;
    }

    /** Which v the shade shows: the best at each angle, or one. */
    lossAt(theta) {
      const least = { ...this.teacher, theta };
      if (this.state.v === "best") return globalThis.steFormulas.profile(least);
      return model.loss(this.teacher, this.state.v, Math.cos(theta), Math.sin(theta));
    }

    drawBack() {
      const key = [this.sized, this.taught, this.state.v].join(";");
      if (key === this.backed) return;
      this.backed = key;
      const degrees = Array.from({ length: 181 }, (_, i) => i);
      const losses = degrees.map((i) => this.lossAt(i * RADIANS));
      const highest = Math.max(...losses, 1e-12);
      this.paint(losses, highest);
      const rays = [];
      for (let level = 1; level < 9; level += 1) {
        const wanted = (level / 9) * highest;
        for (let i = 0; i < 180; i += 1) {
          const [a, b] = [losses[i] - wanted, losses[i + 1] - wanted];
          if (a * b < 0) rays.push(i + a / (a - b));
        }
      }
      const reach = 4;
      const ray = (degree) => {
        const [x, y] = [reach * Math.cos(degree * RADIANS), reach * Math.sin(degree * RADIANS)];
        const from = `M${point(this.px(0, 0))}L`;
        return [y, -y].map((side) => from + point(this.px(x, side))).join("");
      };
      const { hasTrap, saddle } = this.teacher;
      const pass = this.state.v === "best" && saddle < Math.PI ? ray(saddle / RADIANS) : "";
      const [width] = this.size;
      const [, middle] = this.px(0, 0);
      this.back.replaceChildren(
        node("path", { class: "contour", d: rays.map(ray).join("") }),
        node("path", { class: "pass", d: pass }),
        node("path", { class: "axis", d: `M0 ${middle}H${width}` }),
        node("path", { class: "line-star", d: arrow(this.px(0, 0), [this.scale, 0]) }),
        node("circle", { class: "origin", cx: this.centre[0], cy: middle, r: 4 })
      );
      this.nameGround(pass && this.atRim(saddle), hasTrap);
    }

    /** The names of places, each with the places where it may begin, the best one first. */
    nameGround(rim, hasTrap) {
      for (const { word } of this.kept ?? []) word.remove();
      const keep = (text, [x, y], starts, heights) => {
        const word = this.word([0, 0], text, 0, 0, "start");
        this.words.append(word);
        const wide = word.getComputedTextLength();
        const corners = heights.flatMap((dy) => starts(wide).map((dx) => [x + dx, y + dy]));
        return { word, wide, corners };
      };
      const sides = [18, -9, 28, -19];
      const far = hasTrap ? "the trap" : "opposite to w*";
      this.kept = [
        keep("w*", this.px(1, 0), (wide) => [6, -6 - wide], sides),
        keep("0", this.px(0, 0), (wide) => [-5 - wide, 5], sides),
        keep(far, [8, this.centre[1]], (wide) => [0, wide + 24], sides),
      ];
      const about = (wide) => [-wide / 2, wide / 2 + 8, -1.5 * wide - 8];
      if (rim) this.kept.push(keep("the pass", rim, about, [0, 24]));
    }

    /** These names, one after the other where it lies on nothing; what is taken of the picture. */
    drawKept(marks, arrows) {
      const square = ([x, y], half) => [x - half, y - half, x + half, y + half];
      const apart = (a, b) => a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1];
      this.marks = marks.map((place) => square(place, MARK));
      const held = [...this.marks, ...arrows.map((place) => square(place, 4))];
      this.taken = this.kept.map(({ word, wide, corners }) => {
        const boxes = corners.map(([x, y]) => [x, y - 13, x + wide, y + 5]);
        const free = boxes.findIndex((box) => held.every((other) => apart(box, other)));
        const best = Math.max(free, 0);
        set(word, { x: to1(corners[best][0]), y: to1(corners[best][1]) });
        held.push(boxes[best]);
        return boxes[best];
      });
    }

    /** A place near the upper edge, on the ray of an angle. */
    atRim(theta) {
      const top = this.centre[1] - 16;
      const side = Math.min(0.9 * this.centre[0], top / Math.max(Math.abs(Math.tan(theta)), 0.1));
      return [this.centre[0] + Math.sign(Math.cos(theta)) * side, this.centre[1] - top];
    }

    word([x, y], text, dx, dy, anchor) {
      return node("text", { x: to1(x + dx), y: to1(y + dy), "text-anchor": anchor }, text);
    }

    /** The shade: a loss for each angle, the same on both sides of the axis. */
    paint(losses, highest) {
      this.depths = losses.map((loss) => ((0.3 * Math.max(loss, 0)) / highest).toFixed(3));
      const stop = (i) => `rgb(var(--plane-shade) / ${this.depths[i]})`;
      const stops = [];
      for (let i = 0; i <= 360; i += 6) stops.push(`${stop(i > 180 ? 360 - i : i)} ${i}deg`);
      const place = `${to1(this.centre[0])}px ${to1(this.centre[1])}px`;
      this.shade.style.background = `conic-gradient(from 90deg at ${place}, ${stops.join(", ")})`;
    }

    /** Pixels for a gradient: longer for a larger one, but never across the picture. */
    stretched({ x, y }, most) {
      const size = Math.hypot(x, y) / (this.teacher.N / Math.sqrt(2 * Math.PI));
      const factor = size > 1e-12 ? (most * size) / (size + 0.2) / Math.hypot(x, y) : 0;
      return [factor * x, -factor * y];
    }

    drawField() {
      const chosen = this.state.estimators;
      const own = chosen.includes("own") && this.proxy.key;
      const key = [this.sized, this.taught, this.state.v, chosen, own].join(";");
      if (key === this.fielded) return;
      this.fielded = key;
      const most = 0.34 * this.scale;
      for (const name of Object.keys(this.lines)) {
        const paths = [];
        for (let ring = 0.5; chosen.includes(name) && ring < 1.7; ring += 0.5) {
          for (let i = 0; i < 16; i += 1) {
            const angle = (i + 0.5) * 22.5 * RADIANS;
            const [x, y] = [ring * Math.cos(angle), ring * Math.sin(angle)];
            const v = this.layerAt(x, y);
            const { whole } = this.downhill(name, v, x, y);
            paths.push(arrow(this.px(x, y), this.stretched(whole, most)));
          }
        }
        set(this.lines[name].small, { d: paths.join("") });
      }
    }

    /** Where a step and a loss stand beside the plane; the scale is the teacher's, so it stays. */
    lossX(step) {
      return this.edge.left + (step / this.last()) * this.edge.width;
    }

    lossY(loss) {
      return this.edge.top + this.edge.height * (1 - clamp(loss / this.highest, 0, 1));
    }

    drawAxes() {
      const key = [this.sized, this.taught].join(";");
      if (key === this.axed) return;
      this.axed = key;
      const { left, top, width, height } = this.edge;
      const known = this.teacher;
      const thrown = model.loss(known, model.bestV(known, Math.PI), 1, 0);
      const pass = globalThis.steFormulas.saddleLoss(known);
      this.highest = 1.12 * Math.max(thrown, pass, 0.3 * known.N);
      const level = this.lossY(known.trapLoss);
      const bottom = top + height;
      this.lossBack.replaceChildren(
        node("path", { class: "axis", d: `M${left} ${top}V${bottom}H${left + width}` }),
        ...(known.hasTrap
          ? [
              node("path", { class: "level", d: `M${left} ${level}H${left + width}` }),
              this.word([left, level], number(known.trapLoss, 2), -6, 5, "end"),
            ]
          : []),
        this.word([left, top], "loss", -6, 10, "end"),
        this.word([left, bottom], "0", -6, 4, "end"),
        this.word([left, bottom], "0", 0, 18, "middle"),
        this.word([left + width, bottom], `${this.last()} steps`, 4, 18, "end")
      );
    }
  };
})();
