// What the plane offers besides its controls, as every explorer does: its values, a picture, a link
// to its state, the whole screen, a frame for another page.
"use strict";
globalThis.stePlaneTools = (() => {
  const kit = globalThis.steKit;
  const { RADIANS, node, point, say, to1 } = globalThis.stePlaneShapes;

  /** What a style sheet says of a drawing, and a file has to say by itself. */
  const DRESSED = [
    "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linejoin",
    "stroke-linecap", "paint-order", "font-size", "font-family", "text-anchor",
  ];
  /** Degrees of a sector of the shade. */
  const SECTOR = 3;
  /** A colour as every reader of SVG knows it; browsers mix colours in the other way. */
  const plain = (text) =>
    text.replace(/color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)\)/g, (_, ...rgb) =>
      `rgb(${rgb.slice(0, 3).map((part) => Math.round(255 * part)).join(",")})`
    );

  /** A copy of a drawing with what its style sheet says; what is not seen is left out. */
  const dressed = (drawn) => {
    const style = getComputedStyle(drawn);
    if (style.display === "none" || drawn.matches(".plane-reach")) return null;
    if (drawn.matches("path") && !drawn.getAttribute("d")) return null;
    const copy = drawn.cloneNode(false);
    for (const name of ["class", "tabindex", "role", "style"]) copy.removeAttribute(name);
    for (const { name } of [...copy.attributes]) if (name.startsWith("aria")) copy.removeAttribute(name);
    if (drawn.matches("path, circle, text")) {
      for (const name of DRESSED) copy.setAttribute(name, plain(style.getPropertyValue(name)));
    }
    for (const inner of drawn.childNodes) {
      const made = inner.nodeType === Node.TEXT_NODE ? inner.cloneNode() : dressed(inner);
      if (made) copy.append(made);
    }
    return copy;
  };

  return (Base) => class extends Base {
    offer() {
      this.valued = this.figure.querySelector(".scene-values");
      this.valued.hidden = true;
      kit.offer(this, this.figure.querySelector(".scene-tools"), {
        values: (button) => {
          this.valued.hidden = !this.valued.hidden;
          button.setAttribute("aria-expanded", String(!this.valued.hidden));
        },
        picture: () => {
          kit.save("plane.svg", this.picture().outerHTML, "image/svg+xml");
          return "Saved";
        },
        presented: () => this.schedule(),
        note: (text) => say(this.note, text),
      });
    }

    /** Both drawings and what was found, as one SVG element that needs no style sheet. */
    picture() {
      const stage = this.map.getBoundingClientRect();
      const beside = this.lossPlot.getBoundingClientRect();
      const larger = stage.width / this.size[0];
      const [x, y] = [(beside.left - stage.left) / larger, (beside.top - stage.top) / larger];
      const { clientWidth, clientHeight } = this.lossPlot;
      const width = Math.ceil(Math.max(this.size[0], x + clientWidth));
      const height = Math.ceil(Math.max(this.size[1], y + clientHeight));
      const paper = getComputedStyle(this.figure).getPropertyValue("--plane-paper");
      const part = (drawings, place, [wide, high]) => {
        const copies = drawings.map(dressed);
        return node("svg", { x: place[0], y: place[1], width: wide, height: high }, ...copies);
      };
      const made = node("svg", { xmlns: "http://www.w3.org/2000/svg", width, height });
      made.setAttribute("viewBox", `0 0 ${width} ${height}`);
      made.append(
        node("desc", {}, `plane:${this.address()}. ${this.says.textContent}`),
        node("rect", { width, height, fill: paper }),
        node("svg", { width: this.size[0], height: this.size[1] }, ...this.sectors()),
        part([this.ground, this.map], [0, 0], this.size),
        part([this.lossPlot], [to1(x), to1(y)], [clientWidth, clientHeight])
      );
      return made;
    }

    /** The shade as sectors. */
    sectors() {
      const fill = getComputedStyle(this.figure).getPropertyValue("--plane-shade").trim();
      const rim = (degree) => this.px(4 * Math.cos(degree * RADIANS), 4 * Math.sin(degree * RADIANS));
      return Array.from({ length: 360 / SECTOR }, (_, i) => {
        const middle = (i + 0.5) * SECTOR;
        const corners = [this.centre, rim(i * SECTOR), rim((i + 1) * SECTOR)].map(point);
        return node("path", {
          d: `M${corners.join("L")}Z`,
          fill: `rgb(${fill.split(/\s+/).join(",")})`,
          "fill-opacity": this.depths[Math.round(middle > 180 ? 360 - middle : middle)],
          "shape-rendering": "crispEdges",
        });
      });
    }
  };
})();
