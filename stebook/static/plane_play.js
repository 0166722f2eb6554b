// Runs from where w is, and the walk along them: play, pause, one step.
"use strict";
globalThis.stePlanePlay = (() => {
  const model = globalThis.stePlaneModel;
  const { FORMULA } = model;
  const { RADIANS, calm, clamp, say, list } = globalThis.stePlaneShapes;
  /** Milliseconds of a frame that steps on samples, or by quadrature, may take. */
  const BUDGET = 6;

  return (Base) => class extends Base {
    last() {
      return this.data.ranges.step.high;
    }

    step() {
      return Math.floor(this.position);
    }

    go(step) {
      this.position = clamp(step, 0, this.last());
      this.state.step = this.step();
      this.schedule();
    }

    play() {
      if (this.position >= this.last()) this.position = 0;
      this.playing = true;
      this.shownAt = null;
      say(this.button.play, "Pause");
      this.schedule();
    }

    pause() {
      if (!this.playing) return;
      this.playing = false;
      say(this.button.play, "Play");
      this.go(Math.round(this.position));
    }

    /** Move on by the time since the last frame; a reader who wants rest sees steps, no motion. */
    tick(time) {
      const speed = Number(this.control.speed.querySelector("select").value);
      const since = this.shownAt === null ? 0 : time - this.shownAt;
      if (calm()) {
        const wait = 1000 / Math.min(speed, 3);
        if (this.shownAt !== null && since < wait) return;
        this.position = Math.floor(this.position) + (this.shownAt === null ? 0 : 1);
      } else {
        this.position += (Math.min(since, 100) / 1000) * speed;
      }
      this.shownAt = time;
      this.position = Math.min(this.position, this.last());
      this.compute();
      this.position = Math.min(this.position, this.runs.length - 1);
      if (this.position >= this.last()) this.pause();
    }

    /** The start in the plane; on the line of w* exactly, where the angle says so. */
    begin() {
      const { angle, length } = this.state;
      if (Math.abs(angle) === 180) return [-length, 0];
      if (angle === 0) return [length, 0];
      return [length * Math.cos(angle * RADIANS), length * Math.sin(angle * RADIANS)];
    }

    first() {
      const [x, y] = this.begin();
      return { v: this.layerAt(x, y), x, y };
    }

    /** The second layer that goes with a filter. */
    layerAt(x, y) {
      if (this.state.v !== "best") return this.state.v;
      return model.bestV(this.teacher, model.place(x, y).theta);
    }

    /** An estimator as the model has it: a name of formulas, or the reader's own proxy. */
    estimator(name) {
      return name === "own" ? this.proxy : FORMULA[name];
    }

    /** Where a step of an estimator goes: its part across w, and the whole. */
    downhill(name, v, x, y) {
      const q = model.scalars(this.teacher, v, x, y);
      const { along, across } = model.downhill(q, y, this.estimator(name));
      return { across, whole: { x: along.x + across.x, y: along.y + across.y } };
    }

    /** The teacher and the runs of the state, made anew where the state is another one. */
    compute() {
      const { estimators, teacher, angle, length, v, rate, samples, seed } = this.state;
      const taught = list(teacher);
      if (taught !== this.taught) {
        this.taught = taught;
        this.teacher = model.teacher(teacher);
      }
      this.computeOwn();
      const own = estimators.includes("own");
      const names = Object.values(FORMULA).filter((name) => own || name !== "own");
      const made = [taught, angle, length, v, rate, samples, seed, own && this.proxy.key].join(";");
      if (made !== this.made) {
        this.made = made;
        const start = { teacher: this.teacher, names, own: this.proxy, eta: rate, samples, seed };
        this.runs = new model.Runs({ ...start, ...this.first() });
        this.reached = 0;
      }
      // no further than is shown, and the step that is walked: a hand that drags w needs no run
      const shown = Math.min(this.step() + 1, this.last()) + 1;
      const budget = own || Number.isFinite(samples) ? BUDGET : Infinity;
      this.whole = this.runs.extend(this.position > 0 ? shown : 1, budget);
      this.reached = Math.max(this.reached, this.step());
    }

    /** The states of an estimator's run, if there is one. */
    states(name) {
      return this.runs.states[FORMULA[name]];
    }
  };
})();
