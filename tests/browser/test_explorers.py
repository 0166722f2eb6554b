"""The life without a kernel against the definition in Python, in a real browser."""

import functools
import json
import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect
from toc import EMBEDDED

from stebook import EXPLORERS, get_explorer
from stebook.build import bundles
from stebook.chapters.descent.descent import DRAWN as DESCENT
from tests.browser.conftest import DRAWN, Watched, explorer_page, settle
from tests.browser.lives import (
    PRESENTED,
    SHOWN,
    address,
    contrast,
    crowded,
    fills_the_screen,
    same_traces,
    same_values,
    sample,
)

#: From the start move each control to its far end: whether Plotly had to draw the whole; what is
#: there then, and what a redraw puts in its place. The order of nodes and what they do not need may
#: differ.
MOVED = """async (name) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const {explorer} = document.querySelector(`figure[data-name=${name}]`);
  const {react} = Plotly;
  const nodes = () => [...explorer.plot.querySelectorAll(".main-svg *")]
    .filter((node) => !node.matches(".textpoint:empty"))
    .map((node) => [node.tagName, ...[...node.attributes].map((a) => `${a.name}=${a.value}`).filter(
      (said) => !/^style=(opacity: 1;)?$/.test(said)).sort(), node.children.length ? "" :
      node.textContent].join(" "))
    .concat([...explorer.plot.querySelectorAll("g.trace")].map((g) => g.className.baseVal).join());
  const moves = [];
  if (location.hash) {
    const gone = new Promise((done) => addEventListener("hashchange", done, {once: true}));
    location.hash = "";
    await gone;
  }
  await explorer.ready();
  do await frame(); while (explorer.waiting);
  for (const control of explorer.controls) {
    let whole = false;
    Plotly.react = (...all) => { whole = true; return react(...all); };
    const last = control.values.length - 1;
    explorer.go(control, explorer.index[control.name] === last ? 0 : last);
    do await frame(); while (explorer.waiting);
    const moved = nodes();
    await Plotly.redraw(explorer.plot);
    const redrawn = nodes();
    moves.push([control.name, whole, ...[[moved, redrawn], [redrawn, moved]].map(([these, those]) =>
      [...new Set(these).difference(new Set(those))])]);
  }
  Plotly.react = react;
  return moves;
}"""


@functools.cache
def tour(visits, name):
    """States of an explorer and what its page shows there; then, on the same page, its moves."""
    explorer = get_explorer(name)
    drawn = list(sample(explorer, 5, seed=4))
    states = drawn + list(sample(explorer, 25, seed=3))[-25:]
    addresses = [address(name, state) for state in states]
    page = visits(explorer_page(name)).page
    seen = page.evaluate(SHOWN, [name, addresses, len(drawn)])
    return list(zip(states, seen, strict=True)), page.evaluate(MOVED, name)


#: The address, which is written once the frame is seen.
HERE = """() => new Promise((done) =>
  requestAnimationFrame(() => setTimeout(() => done(location.hash))))"""


def shown(page, name, fragment=None):
    """What an explorer shows where the page is, or at an address."""
    here = fragment or unquote(page.evaluate(HERE))
    return page.evaluate(SHOWN, [name, [here], 1])[0]


@pytest.fixture
def visit(desk):
    """The page of an explorer, with the explorer at its start."""
    return lambda name: desk(explorer_page(name)).page


@pytest.fixture(params=EXPLORERS)
def name(request):
    return request.param


def test_states_equal_python(name, desk):
    for state, found in tour(desk, name)[0]:
        same_values(get_explorer(name), state, found)


def test_traces_equal_python(name, desk):
    assert len(tour(desk, name)[0]) > 30
    for state, found in tour(desk, name)[0]:
        same_traces(get_explorer(name), state, found)


def test_nothing_jumps_when_the_state_changes(name, desk):
    assert len({tuple(found["heights"]) for _, found in tour(desk, name)[0]}) == 1


def test_no_name_is_cut_off_or_covers_another(name, desk):
    """At a desk and on a phone."""
    for state, found in tour(desk, name)[0]:
        for names in found["names"]:
            assert crowded(names) == [], (state, names["width"])


def test_a_reader_sees_all_of_it_at_once(name, desk):
    """Title, controls, sentence, numbers, plot and tools are 85 % of a window of 800 pixels."""
    assert max(found["below"] for _, found in tour(desk, name)[0]) <= 0.85 * 800


def test_what_is_found_comes_first_and_is_short(name, desk):
    """Then why, in few words; numbers have places of their own."""
    assert len(get_explorer(name).title.split()) <= 12
    for _, found in tour(desk, name)[0]:
        says, finding = found["says"], found["finding"]
        assert says.startswith(finding) and len(finding.split()) <= 12
        assert len(says[len(finding) :].split()) <= 25, says
        assert found["chips"]


def test_what_moves_is_what_plotly_would_draw(name, desk):
    for control, whole, moved, redrawn in tour(desk, name)[1]:
        assert moved == redrawn == [], control
        assert not whole, control


def test_another_plotly_draws_the_whole(visit):
    page = visit("correlation")
    assert page.evaluate("Plotly.version") == bundles.VERSION
    page.evaluate("Plotly.version = 'another'")
    assert all(whole for _, whole, *_ in page.evaluate(MOVED, "correlation"))
    page.evaluate("(version) => { Plotly.version = version; }", bundles.VERSION)


def test_presented_it_fills_the_screen_and_every_curve_is_a_table_too(name, visit):
    """What is not shown has no table."""
    page = visit(name)
    page.set_viewport_size({"width": 1920, "height": 1080})
    figure = page.locator(f"figure[data-name={name}]")
    figure.locator("[data-tool=present]").click()
    page.wait_for_function(DRAWN)
    fills_the_screen(figure.evaluate(PRESENTED))
    page.keyboard.press("Escape")
    expect(figure.locator("[data-tool=present]")).to_have_attribute("aria-pressed", "false")
    figure.locator("[data-tool=values]").click()
    tables = figure.locator(".explorer-curves table")
    drawn = figure.evaluate(
        """(figure) => figure.explorer.plot.data.filter(
             (trace) => trace.visible !== false && trace.mode !== "text" && !trace.meta?.aside
             && (trace.z ?? trace.y).some((value) => value !== null)).length"""
    )
    assert tables.count() == drawn > 0
    assert all(table.locator("tr").count() > 1 for table in tables.all())
    figure.locator("[data-tool=values]").click()


def test_a_screen_just_asked_for_outlives_what_is_told_late_of_the_one_before(visit):
    page = visit("correlation")
    figure = page.locator("figure[data-name=correlation]")
    button = figure.locator("[data-tool=present]")
    figure.evaluate(
        "(f) => { f.requestFullscreen = () => new Promise((enter) => { window.enter = enter; }); }"
    )
    changed = "document.dispatchEvent(new Event('fullscreenchange'))"
    button.click()
    page.evaluate(changed)
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate("enter()")
    page.evaluate(changed)  # there is no full screen: it has ended
    expect(button).to_have_attribute("aria-pressed", "false")
    figure.evaluate("(f) => { delete f.requestFullscreen; }")


@pytest.mark.parametrize(
    "name", [n for n in EXPLORERS if any(c.kind == "range" for c in get_explorer(n).controls)]
)
def test_keyboard_moves_a_slider(name, visit):
    page = visit(name)
    figure = page.locator(f"figure[data-name={name}]")
    slider = figure.locator("input[type=range]").first
    before = shown(page, name)
    label = figure.locator("output").first.inner_text()
    slider.focus()
    inward = "ArrowLeft" if slider.evaluate("s => s.value === s.max") else "ArrowRight"
    page.keyboard.press(inward)
    moved = slider.evaluate("s => s.closest('[data-control]').dataset.control")
    rested = figure.evaluate("(figure, moved) => figure.explorer.before[moved]", moved)
    assert rested == before["numbers"][moved]
    for _ in range(3):
        page.keyboard.press(inward)
    after = shown(page, name)
    ghosts = get_explorer(name).figure.get("ghosts", ())
    assert len(after["traces"]) == len(before["traces"]) + len(ghosts)
    assert after["numbers"] != before["numbers"]
    assert after["chips"] != before["chips"]
    assert figure.locator("output").first.inner_text() != label
    assert slider.get_attribute("aria-valuetext") == figure.locator("output").first.inner_text()


def test_keyboard_moves_radios(visit):
    page = visit("correlation")
    page.locator("figure[data-name=correlation] input[type=radio]:checked").focus()
    page.keyboard.press("ArrowRight")
    assert "estimator=clipped_relu" in shown(page, "correlation")["state"]


def test_a_key_that_moves_a_control_is_its_own_and_others_are_not(visit):
    """The theme would search the page at each; its key for the search still works from there."""
    page = visit("correlation")
    page.evaluate(
        """() => { window.heard = [];
          document.addEventListener("keydown", ({key}) => window.heard.push(key), true); }"""
    )
    page.locator("figure[data-name=correlation] input[type=range]").first.focus()
    for key in ("ArrowRight", "End", "Control+k"):
        page.keyboard.press(key)
    assert page.evaluate("window.heard") == ["Control", "k"]
    expect(page.locator("input[type=search]:visible")).to_have_count(1)
    page.keyboard.press("Escape")


def test_the_click_on_a_radio_button_that_a_key_chooses_is_its_own(visit):
    """A browser clicks what it chooses; who clicks closes what is open on the page."""
    page = visit("correlation")
    page.evaluate(
        """() => { window.heard = 0;
          document.addEventListener("click", () => { window.heard += 1; }, true); }"""
    )
    radios = page.locator("figure[data-name=correlation] input[type=radio]")
    radios.and_(page.locator(":checked")).press("ArrowRight")
    assert "estimator=clipped_relu" in shown(page, "correlation")["state"]
    assert page.evaluate("window.heard") == 0
    radios.first.click()
    assert page.evaluate("window.heard") > 0


def test_after_a_move_one_line_tells_the_values_in_all_panels(visit):
    page = visit("descent")
    page.locator("figure[data-name=descent] input[type=range]").first.press("ArrowLeft")
    page.wait_for_function(DRAWN)
    plot = page.locator("figure[data-name=descent] .explorer-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    for part in (0.4, 0.41):
        page.mouse.move(box["x"] + part * box["width"], box["y"] + 0.2 * box["height"])
    page.locator(".hoverlayer .legendtitletext").wait_for()
    height, title, *told = page.evaluate(
        """() => [
          [...document.querySelectorAll(".spikeline")].at(-1).getBoundingClientRect().height,
          ...[...document.querySelectorAll(".hoverlayer :is(.legendtitletext, .legendtext)")]
             .map((text) => text.textContent)]"""
    )
    step = int(title.removeprefix("about step "))
    index = list(DESCENT).index(step)
    values = get_explorer("descent").evaluate(rate=0.03)
    loss, angle = values["identity_loss"][index], values["relu_angle"][index]
    assert len(told) == 9
    assert told[0] == f"identity : loss {loss:.3f}" and told[4] == f"ReLU : θ = {angle:.0f}°"
    assert height > 0.8 * box["height"]


def test_a_change_is_drawn_at_once_and_a_flood_of_them_once_a_frame(visit):
    page = visit("correlation")
    draws = page.evaluate(
        """async () => {
          const move = steMoving;
          const draws = [];
          const {explorer} = document.querySelector("figure[data-name=correlation]");
          do await new Promise(requestAnimationFrame); while (explorer.waiting); // at rest
          steMoving = (...all) => {
            draws.push(explorer.index.theta);
            return move(...all);
          };
          const slider = document.querySelector("figure[data-name=correlation] input[type=range]");
          for (let i = 0; i <= 36; i += 1) {
            slider.value = i;
            slider.dispatchEvent(new Event("input", {bubbles: true}));
          }
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
          steMoving = move;
          return draws;
        }"""
    )
    assert draws == [0, 36]
    assert "theta=180" in shown(page, "correlation")["state"]


def test_the_address_keeps_the_state(visit):
    page = visit("correlation")
    assert "#" not in page.url
    slider = page.locator("figure[data-name=correlation] input[type=range]").first
    slider.focus()
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile("#correlation:.*theta=180"))
    page.reload()
    settle(page)
    assert shown(page, "correlation")["numbers"]["theta"] == 180
    page.locator("figure[data-name=correlation] .explorer-reset").click()
    state = shown(page, "correlation")["numbers"]
    assert state["theta"] == get_explorer("correlation").defaults["theta"]
    assert "correlation:" not in page.url


@pytest.mark.parametrize("name", [name for name in EXPLORERS if get_explorer(name).presets])
def test_a_button_leads_to_each_named_state(visit, name):
    page, explorer = visit(name), get_explorer(name)
    figure = page.locator(f"figure[data-name={name}]")
    for preset, changes in explorer.presets.items():
        figure.get_by_role("button", name=preset, exact=True).press("Enter")
        state = explorer.state(**changes)
        assert figure.evaluate("(figure) => figure.explorer.index") == {
            each: explorer.control(each).index(value) for each, value in state.items()
        }
        same_values(explorer, state, shown(page, name))


def test_other_explorers_keep_their_part_of_the_address(visit):
    page = visit("correlation")
    found = shown(page, "correlation", "#other:a=1;correlation:psi=90")
    assert "psi=90" in found["state"]
    slider = page.locator("figure[data-name=correlation] input[type=range]").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("#other:a=1;correlation:.*theta="))


def test_values_off_the_grid_snap_and_say_so(visit):
    page = visit("correlation")
    found = shown(page, "correlation", "#correlation:theta=62,estimator=nonsense,colour=red")
    assert found["numbers"]["theta"] == 60
    assert "62" in found["note"] and "60°" in found["note"]
    assert "nonsense" in found["note"] and "ReLU" in found["note"]
    assert "colour" in found["note"]
    assert shown(page, "correlation", "#correlation:rho=1.0")["note"] == ""


def test_a_clicked_link_leads_where_a_direct_one_does(site_http, open_page):
    """To the pixel, also to one that was closed until a link asked for it."""
    fragment = "#outcomes:m=4,ratio=0.1"
    direct = open_page(site_http, f"book/one_sidedness.html{fragment}", closed=True).page
    top = "(figure) => figure.getBoundingClientRect().top"
    wanted = direct.locator("figure[data-name=outcomes]").evaluate(top)
    clicked = open_page(site_http, "book/one_sidedness.html", closed=True).page
    clicked.evaluate("(fragment) => { location.hash = fragment; }", fragment)
    settle(clicked)
    assert clicked.locator("figure[data-name=outcomes]").evaluate(top) == wanted
    assert 0 <= wanted < 200


#: Put a page into a frame that may run scripts and nothing else, and wait for what it tells.
FRAMED = """(source) => new Promise((told) => {
  const frame = document.createElement("iframe");
  Object.assign(frame, {src: source, width: 700, height: 500});
  frame.sandbox = "allow-scripts";
  addEventListener("message", ({data}) => data.height > 400 && told(data));
  document.body.replaceChildren(frame);
})"""


def test_a_page_of_one_explorer_alone_works_in_a_sandbox(browser, site_http):
    with browser.new_context() as context:
        page = context.new_page()
        watched = Watched(page, site_http)
        page.goto(f"{site_http}/licenses.html")
        told = page.evaluate(
            FRAMED, f"{site_http}/explorers/correlation.html#correlation:theta=120"
        )
        inside = page.frames[-1]
        inside.wait_for_selector(".main-svg")
        assert told["explorer"] == "correlation"
        assert told["height"] == inside.evaluate(
            "Math.ceil(document.documentElement.getBoundingClientRect().height)"
        )
        explorer = get_explorer("correlation")
        said = explorer.say(explorer.evaluate(theta=120))
        assert inside.locator(".explorer-says").inner_text() == said
        tools = inside.locator(".explorer-tools button").all_inner_texts()
        assert tools == ["Values", "Link", "Present"]
        assert watched.complaints == []
        page.evaluate(FRAMED, f"{site_http}/explorers/correlation.html?large")
        large = page.frames[-1].locator("figure.tools-presented")
        large.wait_for()
        box = large.bounding_box()
        assert (box["width"], box["height"]) == (700, 500)


def test_every_explorer_has_a_page_of_its_own(built):
    for path in EMBEDDED:
        text = (built / path).read_text(encoding="utf-8")
        assert f'data-name="{(built / path).stem}"' in text
        for asked in re.findall(r'(?:src|href|data-\w+)="(\.\./[^"?]*)', text):
            assert (built / "explorers" / asked).is_file(), asked


def test_the_theme_is_followed(visit):
    page = visit("oscillation")
    light = shown(page, "oscillation")["font"]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert shown(page, "oscillation")["font"] != light


def test_print_shows_the_picture_as_it_is(name, visit):
    """On paper the plot is drawn anew, for a sheet; afterwards it is as it was."""
    page = visit(name)
    look = """(name) => {
      const { plot } = document.querySelector(`figure[data-name=${name}]`).explorer;
      return [plot.layout.font.color, plot.querySelector(".main-svg").clientWidth];
    }"""
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(DRAWN)
    before = page.evaluate(look, name)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(look, name) == ["#3a3f45", 800]
    expect(page.locator(f"figure[data-name={name}] .explorer-print")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(DRAWN)
    assert page.evaluate(look, name) == before


@pytest.fixture(scope="module")
def still(browser, site_http):
    """The page of an explorer in a browser without scripts, kept until another is asked for."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()

        def still_(name):
            address = f"{site_http}/{explorer_page(name)}"
            if page.url != address:
                page.goto(address)
            return page

        yield still_


@pytest.mark.parametrize("name", sorted(EXPLORERS, key=EXPLORERS.get))
def test_without_scripts_the_default_state_is_a_table(name, still):
    figure = still(name).locator(f"figure[data-name={name}]")
    expect(figure.locator("noscript table")).to_be_visible()
    assert figure.locator(".explorer-says").inner_text()
    expect(figure.locator(".explorer-chips")).to_be_hidden()  # they are in the table
    assert figure.locator("input:enabled").count() == 0


#: How high an explorer's head is, where its plot ends, and what is too wide or too low for a thumb,
#: in each of some states; what Plotly would draw in them is not needed.
ON_A_PHONE = """([name, states]) => {
  const figure = document.querySelector(`figure[data-name=${name}]`), {explorer} = figure;
  const {top, right} = figure.getBoundingClientRect();
  const {react} = Plotly, move = steMoving, {index} = explorer;
  Plotly.react = () => {};
  steMoving = undefined;
  const ends = states.map((state) => {
    explorer.index = state;
    explorer.draw();
    const plot = explorer.plot.getBoundingClientRect();
    return [plot.top - top, plot.bottom - top];
  });
  Object.assign(explorer, {index, handed: null});
  Plotly.react = react;
  steMoving = move;
  explorer.schedule();
  const all = (selector) => [...figure.querySelectorAll(selector)];
  const cut = all("select").filter((select) => {
    const given = select.offsetWidth;
    select.style.width = "max-content";
    const whole = select.offsetWidth;
    select.style.width = "";
    return whole > given;
  });
  const targets = all("input[type=range], select, button, fieldset label");
  return {
    ends,
    right: Math.max(right, figure.querySelector(".main-svg").getBoundingClientRect().right),
    lowest: Math.min(...targets.map((target) => target.getBoundingClientRect().height)),
    cut: cut.map((select) => select.value),
  };
}"""
HEAD, END = 415, 800


def test_it_fits_a_phone(name, phone):
    """Of 390 by 844 pixels: from its title to the end of its plot."""
    page, explorer = phone(explorer_page(name)).page, get_explorer(name)
    page.wait_for_function(  # it has just been opened: the plot is drawn in the next frames
        "(plot) => document.querySelector(plot)?.clientWidth > 200",
        arg=f"figure[data-name={name}] .main-svg",
    )
    states = [
        {each: explorer.control(each).index(value) for each, value in state.items()}
        for state in sample(explorer, 25, seed=3)
    ]
    found = page.evaluate(ON_A_PHONE, [name, states])
    assert found["right"] <= 390 and found["lowest"] >= 44 and found["cut"] == []
    assert len({tuple(ends) for ends in found["ends"]}) == 1
    ((head, end), *_) = found["ends"]
    assert head <= HEAD and end <= END


#: Of every name the box where it is drawn and the one that was computed; then its colour and that
#: of the paper, in both themes.
NAMES = """(name) => {
  const {explorer} = document.querySelector(`figure[data-name=${name}]`);
  const {place} = steLabels, boxes = [], colours = [];
  const drawn = explorer.plot.calcdata.filter(([{trace}]) => trace.meta === "labels");
  const {left, top} = explorer.plot.querySelector(".main-svg").getBoundingClientRect();
  for (const theme of ["light", "dark"]) {
    document.documentElement.dataset.theme = theme;
    steLabels.place = (data, layout, size, paper) => {
      const names = place(data, layout, size, paper);
      for (const [i, name] of names.entries()) {
        colours.push(...name.boxes.map((_, k) => [name.trace.textfont.color[k], paper]));
        const texts = [...drawn[i][0].node3.node().querySelectorAll(".textpoint text")];
        if (theme === "light") boxes.push(...texts.map((text, k) => {
          const {x, y, width, height} = text.getBoundingClientRect();
          const box = name.boxes[k];
          return [[x + width / 2 - left, y + height / 2 - top, width],
                  [(box.left + box.right) / 2, (box.top + box.bottom) / 2, box.right - box.left]];
        }));
      }
      return names;
    };
    explorer.dressed(explorer.shown);
  }
  steLabels.place = place;
  return [boxes, colours];
}"""


def test_names_are_drawn_where_they_were_computed_and_can_be_read(name, phone):
    page = phone(explorer_page(name)).page
    page.wait_for_function(DRAWN)
    boxes, colours = page.evaluate(NAMES, name)
    for drawn, computed in boxes:
        assert drawn == pytest.approx(computed, abs=3)
    for colour, paper in colours:
        assert contrast(colour, paper) >= 4.5


def test_no_page_knows_plotly_without_an_explorer(built):
    for path in sorted((built / "book").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert ('data-plotly="' in text) == ('class="explorer"' in text), path.name
        assert 'src="../_static/plotly' not in text


def test_the_stored_states_are_valid_json(name, built):
    text = (built / explorer_page(name)).read_text(encoding="utf-8")
    opening = '<script type="application/json">'
    figure = text.index(f'<figure class="explorer" data-name="{name}"')
    start = text.index(opening, figure) + len(opening)
    data = json.loads(text[start : text.index("</script>", start)])
    assert data["name"] == name
