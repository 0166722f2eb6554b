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

#: Whatever has text and looks unlike all before it. Contrast comes of the colour and size of a text
#: and of what is painted behind it, so of elements that agree in these one is enough.
_LOOKS = """() => {
  const seen = new Map();
  const number = (...parts) => {
    const key = parts.join("|");
    if (!seen.has(key)) seen.set(key, seen.size);
    return seen.get(key);
  };
  const behind = new Map();
  const found = [];
  for (const element of document.querySelectorAll("html, body, body *")) {
    const s = getComputedStyle(element);
    behind.set(element, number("behind", behind.get(element.parentElement), s.backgroundColor,
      s.backgroundImage, s.opacity, s.filter, s.mixBlendMode));
    const spoken = element.matches("main *") && (element.matches("button, input, select, textarea")
      || [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()));
    const count = seen.size;
    number("text", behind.get(element), s.color, s.fontSize, s.fontWeight, s.textShadow,
      s.visibility, s.display, spoken);
    if (spoken && seen.size > count) found.push(element);
  }
  return axe.run({include: found}, {runOnly: ["color-contrast"], resultTypes: ["violations"]});
}"""


def _named(response: dict) -> list[str]:
    """Rule and element of each thing that is wrong."""
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in response["violations"]]


def violations(page: Page) -> list[str]:
    """What any rule of axe finds."""
    page.evaluate(_LOAD, AXE_SCRIPT)
    return _named(page.evaluate("axe.run('main', {resultTypes: ['violations']})"))


def contrast_violations(page: Page) -> list[str]:
    """What axe finds of contrast alone, in one element of each look."""
    page.evaluate(_LOAD, AXE_SCRIPT)
    return _named(page.evaluate(_LOOKS))
