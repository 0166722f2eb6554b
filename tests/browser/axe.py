"""What axe finds wrong with the main part of a page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: Looks for a thing in a list from its start, as axe does for each of ten thousand elements; and
#: the same for lists that only grow, which remembers where each thing stands.
_SEARCH = (
    "t.exports=function(e){var t,n,r;if(!a(e))return l.apply(this,arguments);",
    "var places=new WeakMap;t.exports=function(e){var t,n,r;if(!a(e)){n=places.get(this);"
    "n||places.set(this,n=new Map);for(t=n.size;t<this.length;t++)n.set(this[t],t);"
    "t=n.get(e);return void 0===t?-1:t}",
)

#: Axe keeps every colour in six WeakMaps, which costs it half of its time on a long page. Handed
#: maps that keep the value at the object it does the same work sooner. And it judges the contrast
#: of those elements alone that are named to it.
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
  if (window.axe) return;
  new Function("WeakMap", "WeakSet", script)(Kept, Kept);
  const rule = axe._audit.rules.find(({ id }) => id === "color-contrast"), { matches } = rule;
  rule.matches = (element, ...more) => axe.judged.has(element) && matches(element, ...more)
    && Boolean(axe.matched.add(element));
}"""

#: Most of a page are the spans that formulas and code are drawn of, and the MathML of formulas.
#: They have nothing but looks. While axe runs, their text stands for all of a part, in a box of the
#: same size where its letters lie apart, but for a part that has anything else in it or one of the
#: elements that are judged. Axe has no use for style sheets, which it would load once more.
_RUN = """async (context, options, judged, aside) => {
  const looks = ["class", "style", "data-symbol"];
  const sets = ["accent", "columnalign", "columnspacing", "display", "displaystyle", "encoding",
    "fence", "lspace", "mathvariant", "maxsize", "minsize", "rowspacing", "rspace", "scriptlevel",
    "separator", "stretchy", "width", "xmlns"];
  const has = (element, names) => element.getAttributeNames().every((n) => names.includes(n));
  const bare = (element) => !axe.judged.has(element) && (element.closest("svg")
    || element.matches("span") && has(element, looks)
    || element instanceof MathMLElement && has(element, sets));
  const drawn = "[aria-hidden=true].katex-html .base, .katex-mathml > math, .highlight pre, "
    + "code:has(> .pre), .sig-param";
  axe.judged = new Set(judged);
  axe.matched = new Set();
  const parts = [...document.querySelectorAll(drawn)]
    .filter((part) => !axe.judged.has(part) && [...part.querySelectorAll("*")].every(bare))
    .concat(aside)
    .map((part) => [part, [...part.childNodes], part.getBoundingClientRect()]);
  for (const [part, , { width, height }] of parts) {
    const box = document.createElement("span"), empty = aside.includes(part);
    if (!empty) box.textContent = part.textContent;
    if (empty || part.matches(".base")) box.style.cssText =
      `display: inline-block; overflow: hidden; width: ${width}px; height: ${height}px`;
    part.replaceChildren(empty || part.matches(".base, math") ? box : box.textContent);
  }
  const ran = await axe.run(context, {...options, preload: {assets: ["media"]}});
  for (const [part, children] of parts) part.replaceChildren(...children);
  return ran;
}"""

#: What axe finds by all rules or by contrast alone, the looks whose contrast is enough, and the
#: rules in their order. Contrast comes of the colour and size of a text and of what is painted
#: behind it, so of elements that agree in these one is enough, and none of those that are known to
#: be fine; where axe cannot tell of the one, it is asked of all. What is moved out of its place is
#: looked at by itself. Axe is silent on single letters, and on texts in pictures. No text is large
#: below 18.6 pixels, and a box of one colour hides what is behind it. While it looks at contrast
#: alone, and at nothing that is moved, a block without any element to judge is empty.
_JUDGE = """async ([known, all]) => {
  const looks = new Map(), alone = [], about = new Map();
  const paintOf = (element) => {
    if (!element) return {behind: "", moved: false, clipped: false, plain: true};
    if (about.has(element)) return about.get(element);
    const s = getComputedStyle(element), before = paintOf(element.parentElement);
    const paint = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode];
    const bare = paint.join() === "rgba(0, 0, 0, 0),none,1,none,normal";
    const covers = before.plain && /^rgb\\([^)]*\\),none,1,none,normal$/.test(paint.join());
    const here = {
      behind: bare ? before.behind : covers ? `${paint}` : `${before.behind}/${paint}`,
      moved: before.moved || (element.matches("main *") && /absolute|fixed/.test(s.position)),
      clipped: before.clipped || s.clip !== "auto",
      plain: before.plain && (bare || covers),
    };
    about.set(element, here);
    return here;
  };
  for (const element of document.querySelectorAll("main *:not(svg *)")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = texts.map(({ data }) => data).join("").trim();
    if (!element.matches("input:not([type=checkbox], [type=radio], [type=range]), select, textarea")
      && !(text.length > 1 && /[\\p{L}\\p{N}]/u.test(text))) continue;
    const here = paintOf(element), s = getComputedStyle(element);
    if (here.clipped || !element.checkVisibility({visibilityProperty: true})) continue;
    const size = parseFloat(s.fontSize) < 18.6 ? "small" : `${s.fontSize} ${s.fontWeight}`;
    const look = [here.behind, s.color, size, s.textShadow].join("|");
    if (here.moved) alone.push(element);
    else if (!known.includes(look)) looks.set(look, [...(looks.get(look) ?? []), element]);
  }
  const fine = new Set(), violations = [];
  const block = "main section > :not(section, :has(section, figure))";
  const blocks = [...document.querySelectorAll(block)];
  const judge = async (elements, options) => {
    if (elements.length === 0 && options.runOnly) return;
    const aside = options.runOnly && alone.length === 0
      ? blocks.filter((block) => !elements.some((element) => block.contains(element))) : [];
    const resultTypes = ["violations", "incomplete"];
    const ran = await (RUN)("main", {...options, resultTypes, elementRef: true}, elements, aside);
    const judged = (kind) => ran[kind].filter(({ id }) => id === "color-contrast")
      .flatMap(({ nodes }) => nodes.map(({ element }) => element));
    const [failed, unsure] = [judged("violations"), judged("incomplete")];
    const passed = [...axe.matched].filter((element) => ![...failed, ...unsure].includes(element));
    for (const [look, elements] of looks) {
      if (elements.some((element) => failed.includes(element))) looks.delete(look);
      else if (elements.some((element) => passed.includes(element))) {
        looks.delete(look);
        fine.add(look);
      }
    }
    for (const { id, nodes: [{html}] } of ran.violations) violations.push({id, nodes: [{html}]});
  };
  const contrast = {runOnly: ["color-contrast"]};
  const named = {rules: {"label-content-name-mismatch": {enabled: true}}};
  await judge([...alone, ...[...looks.values()].map(([first]) => first)], all ? named : contrast);
  await judge([...looks.values()].flatMap(([, ...others]) => others), contrast);
  return [violations, [...fine], axe.getRules().map(({ ruleId }) => ruleId)];
}""".replace("RUN", _RUN)

#: Looks that axe found to have enough contrast, on any page.
_FINE: set[str] = set()


def _judged(page: Page, *, by_all: bool) -> list[str]:
    """Rule and element of each thing that is wrong, one of a rule, in the order of the rules."""
    page.evaluate(_LOAD, AXE_SCRIPT.replace(*_SEARCH))
    faults, fine, rules = page.evaluate(_JUDGE, [list(_FINE), by_all])
    _FINE.update(fine)
    first = {fault["id"]: fault for fault in reversed(faults)}
    ordered = sorted(first.values(), key=lambda fault: rules.index(fault["id"]))
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in ordered]


def violations(page: Page) -> list[str]:
    """What any rule of axe finds."""
    return _judged(page, by_all=True)


def contrast_violations(page: Page) -> list[str]:
    """What axe finds of contrast alone, in one element of each look."""
    return _judged(page, by_all=False)
