"""What must work wherever a page is read, as functions of the page: each browser runs them."""

from toc import DOCUMENTS

from stebook import get_explorer

#: Links of the menu: each document, and the first page once more.
LINKS = len(DOCUMENTS)
#: Behind the page in the dark.
DARK = "rgb(18, 18, 18)"

#: Ask again until the answer is yes; a page that never says it is not waited for.
_UNTIL = """const until = async (done) => {
    for (let tries = 0; !done(); tries += 1) {
      if (tries > 1000) throw new Error(`not yet: ${done}`);
      await new Promise((next) => setTimeout(next, 20));
    }
  };"""
#: The state that the address names, which is written once the frame is seen.
WRITTEN = f"""async () => {{
  {_UNTIL}
  await until(() => location.hash.includes(":"));
  return location.hash;
}}"""
#: Wait until all is drawn, and open the explorers that wait for an answer.
READY = f"""async () => {{
  {_UNTIL}
  await until(() => document.readyState === "complete"
    && [...document.querySelectorAll("figure.explorer")].every((f) => f.explorer?.shown));
  await window.drawExplorers?.();
  document.querySelectorAll(".explorer-closed button").forEach((button) => button.click());
}}"""
_SEEN = """const seen = (element) => element.checkVisibility({visibilityProperty: true})
    && element.getBoundingClientRect().right > 0
    && element.getBoundingClientRect().left < innerWidth;"""
#: Open the menu of a narrow page, and count what can be read in it.
MENU = f"""() => {{
  {_SEEN}
  document.querySelector(".primary-toggle").click();
  const count = [...document.querySelectorAll(".bd-docs-nav a")].filter(seen).length;
  document.querySelector("#pst-primary-sidebar-modal").close();
  return count;
}}"""
#: Press the button for light and dark until it has shown both.
THEMES = """() => {
  const shown = new Set();
  for (let i = 0; i < 3; i += 1) {
    document.querySelector(".theme-switch-button").click();
    shown.add(document.documentElement.dataset.theme);
  }
  return [...shown].sort();
}"""
#: The pages that a search has found, in their order, once it has ended.
FOUND = f"""async () => {{
  {_UNTIL}
  await until(() => document.querySelector(".search-summary")?.textContent);
  return [...document.querySelectorAll("#search-results .search li a")].map((a) => a.textContent);
}}"""
#: Where the results of a search lead, so far.
LINKED = """() => [...document.querySelectorAll("#search-results .search li > a")].map(
  (a) => a.getAttribute("href"))"""
#: Move the first slider to its end; what the explorer says when it is drawn.
MOVED = f"""async () => {{
  {_UNTIL}
  const {{explorer}} = document.querySelector("figure.explorer");
  const slider = explorer.figure.querySelector("input[type=range]");
  slider.value = slider.max;
  for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, {{bubbles: true}}));
  await until(() => !explorer.waiting && explorer.plot.querySelector(".main-svg"));
  return [explorer.data.name, explorer.controls.find((c) => c.element.contains(slider)).name,
    explorer.says.textContent];
}}"""
#: Without scripts: links of the menus that can be seen, and what a reader could press in vain.
STILL = f"""() => {{
  {_SEEN}
  return [
    [...document.querySelectorAll(".bd-docs-nav a")].filter(seen).length,
    [...document.querySelectorAll(".page-toc a")].filter(seen).length,
    [...document.querySelectorAll("button, input, select, [role=button]")].filter(
      (control) => seen(control) && !control.disabled).map((control) => control.outerHTML),
    document.documentElement.scrollWidth <= innerWidth,
  ];
}}"""


def check_moved(moved: list) -> None:
    """What the explorer says at the end of its slider is what Python says."""
    name, control, says = moved
    explorer = get_explorer(name)
    last = explorer.control(control).values[-1]
    assert says == explorer.say(explorer.evaluate(**{control: last}))


def check_still(found: list) -> None:
    """All menus can be read, nothing can be pressed, and nothing is too wide."""
    links, contents, dead, fits = found
    assert links == LINKS
    assert contents > 5
    assert dead == []
    assert fits
