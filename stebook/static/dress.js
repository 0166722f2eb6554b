// What a figure wears in a notebook: ink and paper of its own, dark where it is dark around it. The
// colour of its text would not tell: VS Code lays a white sheet under a widget in every theme.

/** A colour, however it is written, as red, green, blue and opacity up to 255. */
const channels = (colour) => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d");
  brush.fillStyle = colour;
  brush.fillRect(0, 0, 1, 1);
  return brush.getImageData(0, 0, 1, 1).data;
};

const brightness = ([red, green, blue]) => 0.3 * red + 0.59 * green + 0.11 * blue;

/** Whether what is behind an element is dark; where nothing is, whether what is written is light. */
const isDark = (element) => {
  for (let part = element; part; part = globalThis.steKit.above(part)) {
    const paper = channels(getComputedStyle(part).backgroundColor);
    if (paper[3] > 127) return brightness(paper) < 110;
  }
  return brightness(channels(getComputedStyle(element).color)) > 140;
};

/** Dress a figure now and at each change of theme; `changed` is called when it was. */
globalThis.steDress = (figure, changed = () => {}) => {
  const [kind] = figure.classList;
  figure.classList.add(`${kind}-named`);
  const dress = () => {
    if (!figure.isConnected) return; // a notebook lays it in late, and may take it away unsaid
    const dark = isDark(globalThis.steKit.above(figure));
    if (figure.classList.contains(`${kind}-dark`) === dark) return;
    figure.classList.toggle(`${kind}-dark`, dark);
    changed();
  };
  const laid = new ResizeObserver(dress);
  const themes = new MutationObserver(dress);
  laid.observe(figure);
  for (const part of [document.documentElement, document.body]) {
    themes.observe(part, { attributes: true });
  }
  dress();
  return () => {
    laid.disconnect();
    themes.disconnect();
  };
};
