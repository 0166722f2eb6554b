// Names of curves, arrows and marks, each at the thing and in its colour, so that no legend is far
// away. Every trace that asks for it (its `meta.label` says how) gets the best of a few places: on
// the sheet, on no other name, off the other curves, and near to where it was asked for. All is
// arithmetic on pixels, so that it costs a state next to nothing.
"use strict";
globalThis.steLabels = (() => {
  /** Pixels between a thing and its name, and from a name to what it is not the name of. */
  const GAP = 4;
  const CLEAR = 12;
  /** Height of a line of text, in sizes of its font, as Plotly has it. */
  const LINE = 1.3;
  /** A name may be as wide as this before it is broken, and wider in a wide panel. */
  const NARROW = 64;
  /** A curve is looked at each so many pixels, and offers so many places. */
  const STEP = 6;
  const PLACES = 14;
  /** What is worse than anything else: off the sheet, or on another name. */
  const NEVER = 1000;
  /** Where there is no name: so there is one trace for a panel in every state. */
  const NOTHING = { text: "", x: null, y: null, colour: "#000", position: "middle center" };
  const POINT = { width: 0, height: 0 };
  const CONTRAST = 4.5;

  // --- colours ----------------------------------------------------------------------------------

  const brush = new OffscreenCanvas(1, 1).getContext("2d");

  const channels = (colour) => {
    brush.fillStyle = colour; // which says every colour in one of two ways
    const digits = /^#(..)(..)(..)$/.exec(brush.fillStyle)?.slice(1);
    if (digits) return digits.map((pair) => parseInt(pair, 16));
    return brush.fillStyle.match(/[\d.]+/g).slice(0, 3).map(Number);
  };

  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const contrast = (one, other) => {
    const [low, high] = [one, other].map(luminance).sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  const inks = new Map();

  /** A colour, with as much of the ink in it as makes it legible on the paper. */
  const legible = (colour, ink, paper) => {
    const key = `${colour} ${ink} ${paper}`;
    if (!inks.has(key)) {
      const [thing, text, sheet] = [colour, ink, paper].map(channels);
      const mixed = (share) => thing.map((part, i) => Math.round(part + share * (text[i] - part)));
      let share = 0;
      while (share < 1 && contrast(mixed(share), sheet) < CONTRAST) share += 0.05;
      inks.set(key, `rgb(${mixed(Math.min(share, 1)).join(", ")})`);
    }
    return inks.get(key);
  };

  // --- texts ------------------------------------------------------------------------------------

  const widths = new Map();

  const wide = (text, { size, family }) => {
    const key = `${size} ${family} ${text}`;
    if (!widths.has(key)) {
      brush.font = `${size}px ${family}`;
      widths.set(key, brush.measureText(text).width);
    }
    return widths.get(key);
  };

  /** A text in lines, none wider than the room where a break can help. */
  const lines = (text, font, room) =>
    text.split(" ").reduce((all, word) => {
      const longer = all.length ? `${all.at(-1)} ${word}` : word;
      if (all.length && wide(longer, font) > room) return [...all, word];
      return [...all.slice(0, -1), longer];
    }, []);

  // --- panels -----------------------------------------------------------------------------------

  /** Where the values of an axis are on the sheet, and back. */
  const scale = ({ range: [low, high], domain: [from, to] = [0, 1], type }, start, length) => {
    const [first, last] = [start + length * from, start + length * to];
    const unit = (last - first) / (high - low);
    const log = type === "log";
    return { low, first, last, unit, log };
  };

  const pixel = ({ low, first, unit, log }, value) =>
    first + unit * ((log ? Math.log10(value) : value) - low);

  const value = ({ low, first, unit, log }, place) => {
    const plain = low + (place - first) / unit;
    return log ? 10 ** plain : plain;
  };

  /** The same about its middle with another number of pixels for a unit. */
  const squeezed = (axis, unit) => {
    const middle = (axis.first + axis.last) / 2;
    const first = middle + ((axis.first - middle) * unit) / axis.unit;
    return { ...axis, first, last: 2 * middle - first, unit };
  };

  const panelOf = (layout, size, [x, y]) => {
    const key = (name) => layout[name.replace(/^[xy]/, "$&axis")];
    const { l, r, t, b } = layout.margin;
    const across = scale(key(x), l, size.width - l - r);
    const up = scale(key(y), size.height - b, -(size.height - t - b));
    if (!key(y).scaleanchor) return { across, up };
    const unit = Math.min(Math.abs(across.unit), Math.abs(up.unit));
    return { across: squeezed(across, unit), up: squeezed(up, -unit) };
  };

  const finite = (x) => x !== null && x !== undefined && Number.isFinite(x);

  /** The points of a trace on the sheet; null where it has a gap. */
  const pointsOf = ({ x, y }, { across, up }) =>
    y.map((each, i) => (finite(each) && finite(x[i]) ? [pixel(across, x[i]), pixel(up, each)] : null));

  /** A curve, dense enough that no name lies between two of its points. */
  const trail = (points) => {
    const dense = [];
    for (const [i, point] of points.entries()) {
      const before = points[i - 1];
      if (!point) continue;
      const far = before ? Math.hypot(point[0] - before[0], point[1] - before[1]) : 0;
      for (let part = STEP; part < far; part += STEP) {
        dense.push([0, 1].map((k) => before[k] + ((point[k] - before[k]) * part) / far));
      }
      dense.push(point);
    }
    return dense;
  };

  // --- places -----------------------------------------------------------------------------------

  /** Directions in turns, from the first one to both sides. */
  const TURNS = [0, 1, -1, 2, -2, 3, -3, 4].map((eighths) => (eighths * Math.PI) / 4);

  /** Beside a point, first in a direction; a corner of the box is next to it where that is askew. */
  const around = ([x, y], angle, { width, height, radius }) =>
    [0, 1, 2].flatMap((far) =>
      TURNS.map((turn) => {
        const away = GAP + radius + far * height;
        const side = [Math.cos(angle + turn), Math.sin(angle + turn)];
        const [dx, dy] = side.map((part) => Math.max(-1, Math.min(1, 1.5 * part)));
        const middle = [x + side[0] * away + (dx * width) / 2, y + side[1] * away + (dy * height) / 2];
        return [...middle, CLEAR * far];
      })
    );

  /** Above and below a curve, first at a part of its way. */
  const along = (dense, sides, start, { width, height }) => {
    const xs = dense.map(([x]) => x);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const parts = Array.from({ length: PLACES + 1 }, (_, i) => i / PLACES);
    parts.sort((a, b) => Math.abs(a - start) - Math.abs(b - start));
    return parts.flatMap((part) => {
      const x = left + width / 2 + part * (right - left - width);
      const under = dense.filter((point) => Math.abs(point[0] - x) <= width / 2).map(([, y]) => y);
      if (under.length === 0) return [];
      const [top, bottom] = [Math.min(...under), Math.max(...under)];
      const steep = 0.3 * (bottom - top);
      return [0, 1, 2].flatMap((far) => {
        const away = GAP / 2 + (far + 0.5) * height;
        const middles = sides.map((side) => (side < 0 ? top - away : bottom + away));
        return middles.map((y) => [x, y, steep + 2 * CLEAR * far]);
      });
    });
  };

  /**
   * Heights of names in a column, in the order of what they name and as near to it as they can be
   * when none lies on another: names that would touch move together about their middle.
   */
  const apart = (names, top, bottom) => {
    const within = ({ sum, names: { length }, height }) =>
      Math.max(top, Math.min(bottom - height, sum / length));
    const blocks = [];
    for (const name of [...names].sort((a, b) => a.wanted - b.wanted)) {
      let block = { names: [name], height: name.height, sum: name.wanted - name.height / 2 };
      block.start = within(block);
      while (blocks.length && blocks.at(-1).start + blocks.at(-1).height > block.start) {
        const above = blocks.pop();
        block = {
          names: [...above.names, ...block.names],
          height: above.height + block.height,
          sum: above.sum + block.sum - block.names.length * above.height,
        };
        block.start = within(block);
      }
      blocks.push(block);
    }
    for (const { names: all, start } of blocks) {
      let place = start;
      for (const name of all) {
        name.middle = place + name.height / 2;
        place += name.height;
      }
    }
  };

  const beside = (points, turn, label) =>
    around(points.find(Boolean), turn * Math.PI, label);

  /** Where a name may stand: middles of its box, the best first, with what is to be said against. */
  const PLACED = {
    end: (points, label) => [[label.end + label.width / 2, label.middle, 0]],
    head: (points, label) => {
      const [[x0, y0], [x, y]] = [points.find(Boolean), points.findLast(Boolean)];
      return around([x, y], Math.atan2(y - y0, x - x0), label);
    },
    right: (points, label) => beside(points, 0, label),
    below: (points, label) => beside(points, 0.5, label),
    left: (points, label) => beside(points, 1, label),
    above: (points, label) => beside(points, -0.5, label),
    along: (points, label, dense) => along(dense(), [-1, 1], label.at, label),
    over: (points, label, dense) => along(dense(), [-1], label.at, label),
    under: (points, label, dense) => along(dense(), [1], label.at, label),
  };

  const CURVED = new Set(["along", "over", "under"]);

  const boxed = ([x, y], { width, height }) => ({
    left: x - width / 2,
    right: x + width / 2,
    top: y - height / 2,
    bottom: y + height / 2,
  });

  const outside = (box, room) =>
    Math.max(
      room.left - box.left,
      box.right - room.right,
      room.top - box.top,
      box.bottom - room.bottom
    );

  /** How deep one box is in another. */
  const overlap = (a, b) =>
    Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left) + GAP / 2) *
    Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

  /** How near a curve comes to a box, as far as that matters. */
  const nearness = (box, curve) => {
    let least = CLEAR;
    for (const [x, y] of curve) {
      const across = Math.max(box.left - x, 0, x - box.right);
      if (across >= least) continue;
      const up = Math.max(box.top - y, 0, y - box.bottom);
      if (up < least) least = Math.min(least, Math.hypot(across, up));
    }
    return least;
  };

  /** What is to be said against a box; no more is asked when it is as much as against another. */
  const cost = (box, room, taken, curves, least) => {
    const off = outside(box, room);
    let sum = off > 0 ? NEVER + off : 0;
    for (const other of taken) {
      const depth = overlap(box, other);
      if (depth > 0) sum += NEVER + depth;
    }
    for (const curve of curves) {
      if (sum >= least) return sum;
      const near = nearness(box, curve);
      sum += near === 0 ? 5 * CLEAR : CLEAR - near;
    }
    return sum;
  };

  /** The boxes of marks, on which no name may lie. */
  const marksOf = ({ trace, points }) => {
    if (!trace.mode?.includes("markers") || trace.mode.includes("lines")) return [];
    const { size } = trace.marker;
    return points.filter(Boolean).map((point) => boxed(point, { width: size, height: size }));
  };

  /** A name in lines, with its size and with what its places depend on. */
  const measured = ({ trace, points }, look, broad, sheet) => {
    const { label: kind, at = 0.5 } = trace.meta;
    const last = points.findLastIndex(Boolean);
    const [end, wanted] = points[last];
    const behind = kind === "end";
    const plain = lines(trace.name, look, behind ? sheet.right - end - 2 * GAP : broad);
    const text = behind ? plain.map((line) => `  ${line}`) : plain;
    const width = Math.max(...text.map((line) => wide(line, look)));
    const radius = trace.mode.includes("lines") ? 0 : trace.marker.size / 2;
    const height = text.length * LINE * look.size;
    return { kind, at, last: trace.x[last], end, wanted, behind, text, width, height, radius };
  };

  /** The best of the places of a name, which begin with the one that is asked for. */
  const best = (places, label, rooms, taken, others) => {
    let [chosen, least] = [places[0], Infinity];
    for (const [i, place] of places.entries()) {
      const tried = place[2] + i / 2;
      if (tried >= least) continue;
      // Plotly hides a text whose place is not within the axes
      const anchor = boxed([label.behind ? label.end : place[0], place[1]], POINT);
      const hidden = outside(anchor, rooms.inside) > 0 ? NEVER : 0;
      const room = label.behind ? rooms.sheet : CURVED.has(label.kind) ? rooms.inside : rooms.roomy;
      const bound = least - tried - hidden;
      const against = tried + hidden + cost(boxed(place, label), room, taken, others, bound);
      if (against < least) [chosen, least] = [place, against];
    }
    return chosen;
  };

  /** All names of a panel. */
  const named = (traces, panel, sheet, look, taken) => {
    const { across, up } = panel;
    const inside = { left: across.first, right: across.last, top: up.last, bottom: up.first };
    const spare = (LINE * look.size) / 2 - 1;
    const roomy = { ...inside, top: inside.top - spare, bottom: inside.bottom + spare };
    const seen = traces.filter(({ visible }) => visible !== false && visible !== null);
    const shown = seen.map((trace) => ({ trace, points: pointsOf(trace, panel) }));
    taken.push(...shown.flatMap(marksOf));
    const curveOf = (each) => {
      each.dense ??= each.trace.mode?.includes("lines") ? trail(each.points) : [];
      return each.dense;
    };
    const broad = Math.max(NARROW, 0.4 * (inside.right - inside.left));
    const asking = shown.filter(({ trace, points }) => trace.meta?.label && points.some(Boolean));
    for (const each of asking) each.label = measured(each, look, broad, sheet);
    apart(asking.map(({ label }) => label).filter(({ behind }) => behind), roomy.top, roomy.bottom);
    // what may stand anywhere along a curve makes room for what may not
    asking.sort((a, b) => CURVED.has(a.label.kind) - CURVED.has(b.label.kind));
    return asking.map((each) => {
      const { trace, points, label } = each;
      const places = PLACED[label.kind](points, label, () => curveOf(each));
      const others = label.behind ? [] : shown.filter((other) => other !== each).map(curveOf);
      const place = best(places, label, { inside, roomy, sheet }, taken, others);
      const box = boxed(place, label);
      taken.push(box);
      const colour = trace.textfont?.color ?? trace.line?.color ?? trace.marker.color;
      return {
        text: label.text.join("<br>"),
        x: label.behind ? label.last : value(across, place[0]),
        y: value(up, place[1]),
        colour: legible(colour, look.ink, look.paper),
        position: label.behind ? "middle right" : "middle center",
        box,
      };
    });
  };

  /** All names of a figure, panel by panel: a trace for each, and the boxes of its names. */
  const place = (data, layout, size, paper) => {
    const { font } = layout;
    const look = { size: font.size, family: font.family, ink: font.color, paper };
    const sheet = { left: 1, right: size.width - 1, top: 1, bottom: size.height - 1 };
    const panels = new Map();
    for (const trace of data) {
      if (trace.z) continue;
      const axes = [trace.xaxis ?? "x", trace.yaxis ?? "y"];
      panels.set(axes.join(), [...(panels.get(axes.join()) ?? []), trace]);
    }
    const taken = [];
    return [...panels].flatMap(([key, traces]) => {
      if (!traces.some(({ meta }) => meta?.label)) return [];
      const [xaxis, yaxis] = key.split(",");
      const panel = panelOf(layout, size, [xaxis, yaxis]);
      const found = named(traces, panel, sheet, look, taken);
      const names = found.length > 0 ? found : [NOTHING];
      const trace = {
        type: "scatter",
        mode: "text",
        x: names.map(({ x }) => x),
        y: names.map(({ y }) => y),
        text: names.map(({ text }) => text),
        textfont: { color: names.map(({ colour }) => colour) },
        textposition: names.map(({ position }) => position),
        cliponaxis: false,
        hoverinfo: "skip",
        showlegend: false,
        meta: "labels",
        xaxis,
        yaxis,
      };
      return [{ trace, boxes: found.map(({ box }) => box) }];
    });
  };

  return { place, wide };
})();
