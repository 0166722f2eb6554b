// The runs in both drawings: trails, heads and losses, and those that a reader's program laid.
"use strict";
globalThis.stePlaneTrails = (() => {
  const model = globalThis.stePlaneModel;
  const { clamp, node, set, show, to1, point, stretch } = globalThis.stePlaneShapes;

  return (Base) => class extends Base {
    /** Lay other runs into both drawings: a label, and x, y and loss of each step. */
    lay(runs) {
      this.others = runs.map(({ label, x, y, loss }) => ({
        label,
        loss,
        points: x.map((each, i) => ({ x: each, y: y[i] })),
        trail: node("path", { class: "other" }),
        head: node("path", { class: "head other-head", d: "M0-7 7 0 0 7-7 0z" }),
        curve: node("path", { class: "other" }),
      }));
      for (const other of this.others) other.word = this.word([0, 0], other.label, 0, 0, "start");
      this.othersTrails.replaceChildren(
        ...this.others.flatMap(({ trail, head, word }) => [trail, head, word])
      );
      this.othersCurves.replaceChildren(...this.others.map(({ curve }) => curve));
      this.schedule();
    }

    drawOthers() {
      for (const other of this.others) {
        const pixels = other.points.map(({ x, y }) => this.px(x, y));
        set(other.trail, { d: `M${pixels.map(point).join("L")}` });
        const here = pixels[Math.min(this.step(), pixels.length - 1)];
        set(other.head, { transform: `translate(${point(here)})` });
        const curve = other.loss.map((loss, i) => point([this.lossX(i), this.lossY(loss)]));
        set(other.curve, { d: `M${curve.join("L")}` });
        const end = pixels.at(-1);
        const anchor = end[0] > this.centre[0] ? "end" : "start";
        set(other.word, { transform: `translate(${point([end[0] + 8, end[1] - 8])})`, "text-anchor": anchor });
      }
    }

    /** The path of each run in both drawings: a step is added when it is made. */
    drawPaths() {
      const key = [this.sized, this.made].join(";");
      const anew = key !== this.pathed;
      this.pathed = key;
      for (const name of Object.keys(this.lines)) {
        const made = this.lines[name];
        const states = this.states(name);
        if (!states) continue;
        if (anew) Object.assign(made, { pixels: [], steps: [], losses: [] });
        const { pixels, steps, losses } = made;
        for (let i = pixels.length; i < states.length; i += 1) {
          const { x, y, loss } = states[i];
          pixels.push(this.px(x, y));
          const thrown = i > 0 && model.turned(states[i - 1], states[i]);
          steps.push(i ? stretch(pixels[i - 1], pixels[i], thrown, 1)[0] : `M${point(pixels[0])}`);
          losses.push(point([this.lossX(i), this.lossY(loss)]));
        }
        // what was walked stays to be seen; what is to come is not told
        const shown = this.reached + 1;
        if (anew || shown !== made.faded) {
          // a run that has not begun has no line, and a hand that drags w draws none
          set(made.faint, { d: shown > 1 ? steps.slice(0, shown).join("") : "" });
          set(made.lossFaint, { d: shown > 1 ? `M${losses.slice(0, shown).join("L")}` : "" });
          made.faded = shown;
        }
      }
    }

    drawTrails() {
      this.drawPaths();
      const step = this.step();
      const share = this.position - step;
      const [width, height] = this.size;
      const drawn = ["faint", "dots", "strong", "lossFaint", "lossStrong", "lossHead"];
      for (const name of Object.keys(this.lines)) {
        const made = this.lines[name];
        const chosen = this.state.estimators.includes(name);
        for (const part of drawn) show(made[part], chosen);
        show(made.head, chosen && this.position > 0);
        made.place = null;
        if (!chosen) continue;
        const { pixels, steps, losses } = made;
        const states = this.states(name);
        const shownTo = Math.min(step, states.length - 1);
        let head = pixels[shownTo];
        let tail = "";
        if (share > 0 && shownTo + 1 < states.length) {
          const thrown = model.turned(states[shownTo], states[shownTo + 1]);
          [tail, head] = stretch(head, pixels[shownTo + 1], thrown, share);
        }
        const walked = this.position > 0 ? shownTo + 1 : 0;
        set(made.dots, { d: pixels.slice(0, walked).map((p) => `M${point(p)}h.01`).join("") });
        set(made.strong, { d: steps.slice(0, walked).join("") + tail });
        set(made.lossStrong, { d: walked ? `M${losses.slice(0, walked).join("L")}` : "" });
        if (walked) {
          made.place = [clamp(head[0], 10, width - 10), clamp(head[1], 10, height - 10)];
          set(made.head, { transform: `translate(${point(made.place)})` });
        }
      }
      if (this.position > 0) this.drawLossHeads();
    }

    /** Where each run is on its curve; while w is dragged that is read as numbers are. */
    drawLossHeads() {
      if (!this.edge) return;
      for (const [name, { lossHead, losses }] of Object.entries(this.lines)) {
        if (!losses || !this.state.estimators.includes(name)) continue;
        const place = losses[Math.min(this.step(), losses.length - 1)];
        set(lossHead, { transform: `translate(${place}) scale(.8)` });
      }
    }

    drawCursor() {
      const { top, height } = this.edge;
      set(this.cursor, { d: `M${to1(this.lossX(this.position))} ${top}V${top + height}` });
    }
  };
})();
