// Moves what Plotly has drawn. Where a state changes numbers and looks of traces, or given ranges of
// axes, and nothing else, Plotly's own parts draw those traces: it need not check and lay out the whole
// figure anew, which takes three times as long. What is drawn is the same to the last digit.
"use strict";
globalThis.steMoving = (() => {
  /** The Plotly whose inner names are known here; another draws the whole. */
  const VERSION = "4.1.1";
  const NUMBERS = /^(x|y|z|text|error_y\.array(minus)?)$/;
  const LOOKS =
    /^(name|textposition|(textfont|line|marker|error_y)\.color|line\.dash|marker\.(symbol|line\.width))$/;
  const DRESS = /^marker\.(color|symbol)$/;
  const AXIS = /^[xy]axis\d*\.(range|title\.text)$/;

  /** Told of a move, Plotly leaves the curves that are not drawn where they are. */
  const BESIDE = { duration: 0 };

  const same = (a, b) =>
    Array.isArray(a) && Array.isArray(b)
      ? a.length === b.length && a.every((value, i) => same(value, b[i]))
      : Object.is(a, b);

  const holds = (part) => part !== null && typeof part === "object";
  const inner = (part) => holds(Array.isArray(part) ? part[0] : part) && !Array.isArray(part[0]);

  /** What is other in a part of a figure than it was: paths with values. */
  const changes = (before, now, path = "") =>
    Object.entries(now).flatMap(([key, value]) => {
      const name = path ? `${path}.${key}` : key;
      if (inner(value)) return changes(before[key], value, name);
      return same(before[key], value) ? [] : [[name, value]];
    });

  const put = (object, path, value) => {
    const keys = path.split(".");
    const last = keys.pop();
    keys.reduce((part, key) => part[key], object)[last] = value;
  };

  const place = ({ xaxis, yaxis }) => xaxis + yaxis;

  /** The ends of error bars, which no part of Plotly that can be called from here computes. */
  const spread = (points) => {
    const [{ trace }] = points;
    const { visible, array, arrayminus = array } = trace.error_y ?? {};
    if (!visible) return;
    for (const [i, point] of points.entries()) {
      if (point.y === undefined || array[i] === null || arrayminus[i] === null) continue;
      point.ys = point.y - arrayminus[i];
      point.yh = point.y + array[i];
    }
  };

  /** Some traces by their kinds, in the panels where they are. */
  const partsOf = ({ _fullLayout }, traces) => {
    const parts = new Map();
    for (const trace of traces) {
      const [panel, kind] = [_fullLayout._plots[place(trace)], trace._module];
      const name = `${panel.id} ${kind.name}`;
      if (!parts.has(name)) parts.set(name, { panel, kind, moved: [] });
      parts.get(name).moved.push(trace);
    }
    return [...parts.values()];
  };

  /** Compute the points of some traces anew. */
  const compute = (plot, changed) => {
    for (const trace of changed) {
      trace._extremes = {};
      const points = trace._module.calc(plot, trace);
      points[0].t ??= {};
      points[0].trace = trace;
      plot.calcdata[trace.index] = points;
    }
    for (const { panel, kind } of partsOf(plot, changed)) kind.crossTraceCalc?.(plot, panel);
    for (const trace of changed) spread(plot.calcdata[trace.index]);
  };

  /** An area ends at the curve before; of marks, which are shown depends on the curves before. */
  const bound = ([{ trace }]) => /^tonext/.test(trace.fill) || trace.marker?.maxdisplayed > 0;

  /** Curves one by one, but from the first to the last that are bound to others as one. */
  const blocksOf = (all) => {
    const last = all.findLastIndex(bound);
    const first = last < 0 ? 0 : Math.max(0, all.findIndex(bound) - 1);
    const alone = (curves) => curves.map((curve) => [curve]);
    return [...alone(all.slice(0, first)), all.slice(first, last + 1), ...alone(all.slice(last + 1))];
  };

  /** Draw traces of a kind in a panel; where not all of them moved, the curves that did. */
  const draw = (plot, { panel, kind, moved }, looks) => {
    const all = plot.calcdata.filter(
      ([{ trace }]) => trace._module === kind && trace.visible === true && place(trace) === panel.id
    );
    const layer = panel.plot.selectAll(`.${kind.layerName ?? `${kind.name}layer`}`);
    const curves = kind.name === "scatter";
    const shifted = ([{ trace }]) => moved.includes(trace);
    if (!curves || moved.length === all.length) kind.plot(plot, panel, all, layer);
    else {
      const blocks = blocksOf(all).filter((block) => block.some(shifted));
      for (const block of blocks) kind.plot(plot, panel, block, layer, BESIDE);
    }
    // a point is styled as it is drawn; the bar of an error where it is new, or looks another way
    const bars = layer.selectAll(".yerror").filter(function () {
      return !this.style.stroke;
    });
    const barred = moved.some(({ error_y: error }) => error?.visible);
    if (!curves || !bars.empty() || (barred && moved.some(looks))) kind.style(plot);
  };

  /**
   * How far the labels of axes reach, where that moves titles: those with a standoff stand behind them,
   * others have a place that only wide labels at the side come near to.
   */
  const reach = (axes) =>
    axes.map(({ _id: id, _vals: labels, tickfont: font, title }) => {
      const free = title?.standoff === undefined;
      if (!font || (free && id[0] === "x")) return 0;
      const widths = labels.map(({ text }) => globalThis.steLabels.wide(text, font));
      return Math.max(free ? 1.9 * title.font.size : 0, ...widths);
    });

  /** Whether marks stay in their places, and some look another way. */
  const dressed = ({ mode }, changed) =>
    mode === "markers" && changed.every(([path, value]) => DRESS.test(path) && Array.isArray(value));

  /** Draw of such marks those that look another way; Plotly's style is asked for as of a selection. */
  const dress = (plot, trace) => {
    const points = plot.calcdata[trace.index];
    const other = new Set();
    for (const [i, point] of trace._module.calc(plot, trace).entries()) {
      if (point.mc !== points[i].mc || point.mx !== points[i].mx) other.add(points[i]);
      Object.assign(points[i], point);
    }
    const { plot: panel } = plot._fullLayout._plots[place(trace)];
    const selectAll = (what) => panel.selectAll(what).filter((point) => other.has(point));
    trace._module.styleOnSelect(plot, points, { selectAll });
  };

  /** Whether the changes of a trace can be drawn here; of what is hidden, all can. */
  const known = (trace, changed) =>
    trace.visible !== true
      ? !changed.some(([path]) => path === "visible")
      : changed.every(([path, value]) => {
          if (path === "z") return value.length === trace.z.length;
          return NUMBERS.test(path) || LOOKS.test(path);
        });

  /**
   * Draw a figure in a plot that shows another; both are as Plotly is given them, but not what it was
   * given. False, with nothing done, where Plotly has to draw the whole.
   */
  return (plot, before, now) => {
    const { _fullData: traces, _fullLayout: full } = plot;
    if (window.Plotly.version !== VERSION || traces?.length !== now.data.length) return false;
    const laid = changes(before.layout, now.layout);
    if (!laid.every(([path]) => AXIS.test(path))) return false;
    const axes = Object.values(full._plots).flatMap(({ xaxis, yaxis }) => [xaxis, yaxis]);
    if (axes.some(({ autorange }) => autorange)) return false; // it would have to be chosen anew
    const changed = now.data.map((trace, i) => changes(before.data[i], trace));
    if (!changed.every((all, i) => all.length === 0 || known(traces[i], all))) return false;

    const ranged = new Set(laid.map(([path]) => path.replace(/^([xy])axis(\d*).*$/, "$1$2")));
    const still = ({ xaxis, yaxis }) => !ranged.has(xaxis) && !ranged.has(yaxis);
    const drawn = traces.filter(({ visible }, i) => visible === true && changed[i].length > 0);
    const only = drawn.filter((trace) => still(trace) && dressed(trace, changed[trace.index]));
    const moved = drawn.filter((trace) => !only.includes(trace));
    for (const trace of traces) plot.data[trace.index] = trace._input = now.data[trace.index];
    for (const trace of drawn) {
      for (const [path, value] of changed[trace.index]) put(trace, path, value);
      if (!trace.z) trace._length = Math.min(trace.x.length, trace.y.length);
    }
    compute(plot, moved);
    for (const layout of [full, plot.layout]) {
      for (const [path, value] of laid) put(layout, path, value);
    }
    const looks = (trace) => changed[trace.index].some(([path]) => LOOKS.test(path));
    const edit = (edits) => Object.keys(edits).length > 0 && window.Plotly.relayout(plot, edits);
    const { _basePlotModules: plots, _visibleModules: styles } = full;
    full._basePlotModules = plots.map((module) => ({ ...module, plot() {} })); // see below for traces
    full._visibleModules = [];
    full._skipDefaults = true; // all that follows from the changes is written above
    plot.layout.autosize = false; // its size is what it was: the page need not be laid out for it
    const reached = reach(axes);
    const entitled = laid.some(([path]) => path.endsWith("text"));
    if (!entitled) edit(Object.fromEntries(laid)); // draws the axes of these ranges alone
    // an edit that changes nothing draws all axes with their titles, or the legend
    if (entitled || !same(reached, reach(axes))) {
      edit({ "xaxis.showticklabels": full.xaxis.showticklabels });
    }
    if (full.legend && drawn.some((trace) => trace.showlegend && looks(trace))) {
      edit({ "legend.bgcolor": full.legend.bgcolor });
    }
    plot.layout.autosize = now.layout.autosize;
    delete full._skipDefaults;
    Object.assign(full, { _basePlotModules: plots, _visibleModules: styles });
    const shifted = traces.filter(
      (trace) => moved.includes(trace) || (trace.visible === true && !still(trace))
    );
    for (const part of partsOf(plot, shifted)) draw(plot, part, looks);
    for (const trace of only) dress(plot, trace);
    return true;
  };
})();
