"""What axe finds wrong with the main part of a page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: Axe keeps every colour in six WeakMaps, which costs it half of its time on a long page. Handed
#: maps that keep the value at the object it does the same work sooner.
_LOAD = """(script) => {
  class Kept {
    key = Symbol();
    constructor(pairs = []) { for (const [of, value] of pairs) this.set(of, value); }
    has(of) { return Object.hasOwn(of, this.key); }
    get(of) { return this.has(of) ? of[this.key] : undefined; }
    set(of, value) { of[this.key] = value; return this; }
    add(of) { return this.set(of, true); }
    delete(of) { return this.has(of) && delete of[this.key]; }
  }
  if (!window.axe) new Function("WeakMap", "WeakSet", script)(Kept, Kept);
}"""

#: Most of a page are the spans that formulas and code are drawn of, and the MathML of formulas.
#: They have nothing but looks. While axe runs, one box of the same text and size stands for all of
#: a part, but for a part that has anything else in it or one of the elements that are looked at.
_RUN = """async (context, options, elements = []) => {
  const looks = ["class", "style", "data-symbol"];
  const sets = ["accent", "columnalign", "columnspacing", "display", "displaystyle", "encoding",
    "fence", "lspace", "mathvariant", "maxsize", "minsize", "rowspacing", "rspace", "scriptlevel",
    "separator", "stretchy", "width", "xmlns"];
  const has = (element, names) => element.getAttributeNames().every((n) => names.includes(n));
  const bare = (element) => !elements.includes(element) && (element.closest("svg")
    || element.matches("span") && has(element, looks)
    || element instanceof MathMLElement && has(element, sets));
  const drawn = "[aria-hidden=true].katex-html .base, .katex-mathml > math, .highlight pre";
  const parts = [...document.querySelectorAll(drawn)]
    .filter((part) => !elements.includes(part) && [...part.querySelectorAll("*")].every(bare))
    .map((part) => [part, [...part.childNodes], part.getBoundingClientRect()]);
  for (const [part, , { width, height }] of parts) {
    const box = document.createElement("span");
    box.textContent = part.textContent;
    if (part.matches(".base")) box.style.cssText =
      `display: inline-block; overflow: hidden; width: ${width}px; height: ${height}px`;
    part.replaceChildren(box);
  }
  const ran = await axe.run(context, options);
  for (const [part, children] of parts) part.replaceChildren(...children);
  return ran;
}"""

#: What any rule but contrast finds, and all rules in their order.
_FAULTS = """async () => {
  const rules = {"color-contrast": {enabled: false}};
  const ran = await (RUN)("main", {rules, resultTypes: ["violations"]});
  return [ran.violations, axe.getRules().map(({ ruleId }) => ruleId)];
}""".replace("RUN", _RUN)

#: What axe finds of contrast, and the looks that are fine. Contrast comes of the colour and size of
#: a text and of what is painted behind it, so of elements that agree in these one is enough, and
#: none of those that are known to be fine; where axe cannot tell of the one, it is asked of all.
#: What is moved out of its place is looked at by itself. Axe is silent on single letters, and on
#: texts in pictures.
_CONTRAST = """async (known) => {
  const looks = new Map(), alone = [], about = new Map();
  const nothing = {behind: "", moved: false, clipped: false};
  for (const element of document.querySelectorAll("html, body, body *")) {
    const s = getComputedStyle(element);
    const { behind, moved, clipped } = about.get(element.parentElement) ?? nothing;
    const paint = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode];
    const bare = paint.join() === "rgba(0, 0, 0, 0),none,1,none,normal";
    const here = {
      behind: bare ? behind : `${behind}/${paint}`,
      moved: moved || (element.matches("main *") && /absolute|fixed/.test(s.position)),
      clipped: clipped || s.clip !== "auto",
    };
    about.set(element, here);
    if (!element.matches("main *:not(svg *)") || here.clipped
      || !element.checkVisibility({visibilityProperty: true})) continue;
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = texts.map(({ data }) => data).join("").trim();
    if (!element.matches("input:not([type=checkbox], [type=radio], [type=range]), select, textarea")
      && !(text.length > 1 && /[\\p{L}\\p{N}]/u.test(text))) continue;
    const look = [here.behind, s.color, s.fontSize, s.fontWeight, s.textShadow].join("|");
    if (here.moved) alone.push(element);
    else if (!known.includes(look)) looks.set(look, [...(looks.get(look) ?? []), element]);
  }
  const fine = new Set(), violations = [];
  const judge = async (elements) => {
    if (elements.length === 0) return;
    const ran = await (RUN)({include: elements}, {runOnly: ["color-contrast"], elementRef: true},
      elements);
    const judged = (kind) => ran[kind].flatMap(({ nodes }) => nodes.map(({ element }) => element));
    const [failed, passed] = [judged("violations"), judged("passes")];
    for (const [look, all] of looks) {
      if (all.some((element) => failed.includes(element))) looks.delete(look);
      else if (all.some((element) => passed.includes(element))) looks.delete(look), fine.add(look);
    }
    for (const { id, nodes: [{ html }] } of ran.violations) violations.push({id, nodes: [{html}]});
  };
  await judge([...alone, ...[...looks.values()].map(([first]) => first)]);
  await judge([...looks.values()].flatMap(([, ...others]) => others));
  return [violations, [...fine]];
}""".replace("RUN", _RUN)

#: Looks that axe found to have enough contrast, on any page.
_FINE: set[str] = set()


def _named(faults: list[dict]) -> list[str]:
    """Rule and element of each thing that is wrong."""
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in faults]


def _contrast(page: Page) -> list[dict]:
    faults, fine = page.evaluate(_CONTRAST, list(_FINE))
    _FINE.update(fine)
    return faults


def violations(page: Page) -> list[str]:
    """What any rule of axe finds."""
    page.evaluate(_LOAD, AXE_SCRIPT)
    faults, rules = page.evaluate(_FAULTS)
    return _named(sorted(faults + _contrast(page)[:1], key=lambda fault: rules.index(fault["id"])))


def contrast_violations(page: Page) -> list[str]:
    """What axe finds of contrast alone, in one element of each look."""
    page.evaluate(_LOAD, AXE_SCRIPT)
    return _named(_contrast(page))
