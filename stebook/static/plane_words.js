// What is said at rest: the sentence, the numbers of each estimator, the table.
"use strict";
globalThis.stePlaneWords = (() => {
  const model = globalThis.stePlaneModel;
  const { RADIANS, number, say } = globalThis.stePlaneShapes;
  /** A run that has come no further has hardly moved, as one sees in the plane. */
  const STILL = 0.02;

  return (Base) => class extends Base {
    /** The numbers of each estimator in a line: at the start of the angle, later of the run. */
    drawChips() {
      const [x, y] = this.begin();
      const q = model.scalars(this.teacher, this.first().v, x, y);
      for (const chip of this.chips) {
        const name = chip.dataset.of;
        say(chip, this.state.estimators.includes(name) ? this.chip(name, q) : "not shown");
      }
    }

    chip(name, q) {
      if (this.position === 0) {
        const angle = model.angle(q, this.estimator(name));
        if (Number.isNaN(angle)) {
          const radial = -model.pull(q, this.estimator(name))[0];
          if (Math.abs(radial) < 1e-9) return "no pull";
          return `${number(radial, 3)} along w`;
        }
        const along = 100 * Math.sin(angle * RADIANS) ** 2;
        return `${number(angle, 0)}° off, ${number(along, 0)}% along w`;
      }
      const states = this.states(name);
      const { loss, x, y } = states[Math.min(this.step(), states.length - 1)];
      return `loss ${number(loss, 3)}, |w| ${number(Math.hypot(x, y), 2)}`;
    }

    /** What is found, once nothing moves: the sentence, the table, the address. */
    rest() {
      this.write();
      this.says.setAttribute("aria-live", "polite");
      this.saidAt = null;
      say(this.says, this.finding());
      const cell = (kind, textContent) =>
        Object.assign(document.createElement(kind), { textContent });
      const rows = this.values().map(([label, ...cells]) => {
        const row = document.createElement("tr");
        row.append(cell("th", label), ...cells.map((text) => cell("td", text)));
        row.firstChild.scope = "row";
        return row;
      });
      this.table.replaceChildren(...rows);
      this.restOwn();
      this.home.write(this.address());
    }

    /** What the runs have come to while they play, to be seen and not to be read out. */
    sayOnTheWay() {
      const step = this.step();
      if (step === this.saidAt || !this.state.estimators.length) return;
      this.saidAt = step;
      this.says.setAttribute("aria-live", "off");
      say(this.says, step ? `Step ${step}: ${this.findingOfRuns(this.state.estimators)}` : this.finding());
    }

    finding() {
      const names = this.state.estimators;
      if (!names.length) return "Choose an estimator to see its arrows and its run.";
      if (this.position > 0) return this.findingOfRuns(names);
      const known = this.teacher;
      const { theta } = model.place(...this.begin());
      const pulls = names.filter((name) => this.pulls(name));
      const best = this.state.v === "best";
      if (theta === 0 && best) return "w points along w*: nothing is left to learn.";
      if (theta === Math.PI && best && known.hasTrap) {
        if (!pulls.length) return "At the trap nothing pulls: descent rests here.";
        if (pulls.length === names.length) return "At the trap this estimator still pulls w.";
        return `At the trap only ${this.named(pulls)} still pulls w inward.`;
      }
      const [x, y] = this.begin();
      const q = model.scalars(known, this.first().v, x, y);
      if (Math.abs(q.d) < 1e-3 * known.N) return "The pass: here the true gradient changes sides.";
      const angles = names.map((name) => model.angle(q, this.estimator(name)));
      if (angles.some(Number.isNaN)) return "On this line the loss has a kink, and no gradient.";
      const widest = Math.max(...angles);
      if (widest > 90) {
        const wrong = names.filter((_, i) => angles[i] > 90);
        return `A small step of ${this.named(wrong)} raises the loss.`;
      }
      const toward = q.d > 0 ? "the teacher" : known.hasTrap ? "the trap" : "the far side";
      if (widest > 60) return "Most of the coarse arrow lies along w, which the loss ignores.";
      const all = names.length > 1 ? "All within" : "Within";
      return `${all} ${Math.ceil(widest)}° of the true gradient, toward ${toward}.`;
    }

    /** Whether an estimator leaves something along w where w is. */
    pulls(name) {
      const [x, y] = this.begin();
      const q = model.scalars(this.teacher, this.first().v, x, y);
      return Math.abs(model.pull(q, this.estimator(name))[0]) > 1e-9;
    }

    /** Whether more along w is left over at a trap than a run still brings with it. */
    pulledAlong(name, { v, x, y }) {
      const along = model.pull(model.scalars(this.teacher, v, x, y), this.estimator(name))[0];
      return Math.abs(along) > 0.1 * this.teacher.trapLoss;
    }

    named(names) {
      const labels = names.map((name) => this.data.estimators[name].label);
      if (labels.length < 2) return labels.join("");
      return `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}`;
    }

    /** What a run has come to, in the words for it. */
    came(name, states) {
      const [first, last] = [states[0], states.at(-1)];
      const kind = model.outcome(this.teacher, states);
      if (kind === "trap" && this.pulledAlong(name, last)) return "pulled";
      // as at the pass, where no step turns w
      const still = Math.hypot(last.x - first.x, last.y - first.y) < STILL;
      return kind === "walks" && still ? "still" : kind;
    }

    findingOfRuns(names) {
      const words = {
        cycles: ["cycles over the origin", "cycle over the origin"],
        trap: ["rests in the trap", "rest in the trap"],
        pulled: ["is at the trap, pulled along w", "are at the trap, pulled along w"],
        teacher: ["found the teacher", "found the teacher"],
        still: ["has hardly moved", "have hardly moved"],
        walks: ["is on its way", "are on their way"],
      };
      const groups = { cycles: [], trap: [], pulled: [], teacher: [], still: [], walks: [] };
      for (const name of names) {
        const states = this.states(name).slice(0, this.step() + 1);
        groups[this.came(name, states)].push(name);
      }
      const said = Object.entries(groups)
        .filter(([, group]) => group.length)
        .map(([kind, group]) =>
          group.length === names.length && group.length > 2
            ? `all ${group.length > 3 ? "four" : "three"} ${words[kind][1]}`
            : `${this.named(group)} ${words[kind][group.length > 1 ? 1 : 0]}`
        );
      const text =
        said.length > 1 ? said.join("; ").replace(/(cycles?) over the origin/, "$1") : said[0];
      return `${text[0].toUpperCase()}${text.slice(1)}.`;
    }

    values() {
      const known = this.teacher;
      const [x, y] = this.begin();
      const q = model.scalars(known, this.first().v, x, y);
      const all = Object.keys(this.data.estimators);
      const row = (label, cell) => [
        label,
        ...all.map((name) => {
          if (!this.states(name)) return "–";
          const shown = this.states(name).slice(0, this.step() + 1);
          return cell(this.estimator(name), shown.at(-1), shown);
        }),
      ];
      const step = this.step();
      const pulled = (part) => (estimator) => number(-model.pull(q, estimator)[part], 4);
      return [
        row("Angle to the true gradient", (each) => `${number(model.angle(q, each), 1)}°`),
        row("Step along w", pulled(0)),
        row("Step perpendicular to w, towards w*", pulled(1)),
        row(`Loss at step ${step}`, (_, { loss }) => number(loss, 4)),
        row(`|w| at step ${step}`, (_, state) => number(Math.hypot(state.x, state.y), 4)),
        row("Times over the origin", (_, __, shown) => String(model.crossings(shown).length)),
        [
          "True step perpendicular to w, towards w*",
          number(-globalThis.steFormulas.gradientW(q), 4),
          `r = ${number(known.r, 3)}, r* = ${number(known.threshold, 3)}`,
          Number.isNaN(known.period) ? "no cycle" : `turn of ${number(known.period, 1)} steps`,
        ],
      ];
    }
  };
})();
