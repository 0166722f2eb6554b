"""The plane of the first page: its numbers against `ste`, and what a hand or a key does."""

import gzip
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

import ste
from ste.zoo.typed import proxy
from stebook.build.pages import SCENE as FIGURE
from stebook.build.pages import scripts
from stebook.chapters import formulas, get_scene, show
from stebook.chapters.index.plane import CYCLING, STEPS
from stebook.chapters.one_sidedness.typed import findings
from stebook.scene import BEFORE, elements, joined, read
from stebook.scene_widget import module, plain
from tests.browser.axe import contrast_violations, violations

STATIC = Path(__file__).parents[2] / "stebook" / "static"
SCENE = get_scene("plane")
PAPER = tuple(formulas.ESTIMATORS)
#: Nothing moves, and the sentence has been said.
AT_REST = """() => new Promise((done) => {
  const {scene} = document.querySelector("figure.scene");
  const look = () => !scene.waiting && scene.quiet === null ? done() : setTimeout(look, 10);
  look();
})"""
STATE = """() => {
  const {scene} = document.querySelector("figure.scene");
  return {...scene.state, samples: String(scene.state.samples), says: scene.says.textContent,
    note: scene.note.textContent, position: scene.position};
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a page that has the plane and nothing else."""
    folder = tmp_path_factory.mktemp("plane")
    for name in (*BEFORE, "plane.css"):
        shutil.copyfile(STATIC / name, folder / name)
    (folder / "plane.js").write_text(joined(), encoding="utf-8")
    (folder / "formulas.js").write_text(formulas.script_text(), encoding="utf-8")
    names = [Path(name).name for name in scripts(FIGURE)]
    loaded = "".join(
        f'<script defer data-embeds="explorers/" src="{name}"></script>' for name in names
    )
    figure = elements(SCENE, SCENE.state())
    (folder / "page.html").write_text(
        '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">'
        "<title>Plane</title>"
        '<meta name="viewport" content="width=device-width">'
        "<style>body{margin:0 auto;max-width:46rem}html[data-theme=dark] body{background:#121212;"
        f'color:#ddd}}</style><link rel="stylesheet" href="plane.css">{loaded}'
        f"<body><main><h1>Plane</h1>{figure}<p>After it.</p></main></body></html>",
        encoding="utf-8",
    )
    return folder


class Opened:
    """The page, opened once for many tests, each of which begins at the start."""

    def __init__(self, browser, folder, **options):
        size = {"width": 1000, "height": 1100}
        self.context = browser.new_context(**{"viewport": size, **options})
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda m: self.complaints.append(m.text))
        self.address = (folder / "page.html").as_uri()
        self.page.goto(self.address)
        self.rest()

    def rest(self):
        self.page.evaluate(AT_REST)

    def state(self):
        self.rest()
        return self.page.evaluate(STATE)

    def go(self, fragment):
        self.page.evaluate("(hash) => { location.hash = hash; }", fragment)
        self.page.wait_for_timeout(20)
        return self.state()

    def begin(self):
        self.page.locator("[data-do=reset]").click()
        self.page.evaluate("scrollTo(0, 0)")
        self.rest()
        return self

    def knob(self):
        box = self.page.locator(".plane-hand .plane-knob").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def at(self, x, y):
        """Where a place of the plane stands on the screen."""
        return self.page.evaluate(
            """([x, y]) => {
              const {scene} = document.querySelector("figure.scene");
              const box = scene.map.getBoundingClientRect();
              const [px, py] = scene.px(x, y);
              return [box.left + px, box.top + py];
            }""",
            [x, y],
        )


@pytest.fixture(scope="module")
def opened(browser, folder):
    opened = Opened(browser, folder)
    yield opened
    opened.context.close()


@pytest.fixture
def plane(opened):
    yield opened.begin()
    assert opened.complaints == []


@pytest.fixture(scope="module")
def phone_plane(browser, folder):
    """The plane under a thumb."""
    opened = Opened(
        browser, folder, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    yield opened
    assert opened.complaints == []
    opened.context.close()


# --- numbers --------------------------------------------------------------------------------------

RUN = """([v, theta, length, eta, steps]) => {
  const teacher = stePlaneModel.teacher(v);
  const [x, y] = [length * Math.cos(theta), length * Math.sin(theta)];
  const names = ["identity", "relu", "clippedRelu"];
  const v0 = stePlaneModel.bestV(teacher, Math.abs(theta));
  const runs = new stePlaneModel.Runs(
    {teacher, names, v: v0, x, y, eta, samples: Infinity, seed: 1});
  runs.extend(steps + 1);
  return names.map((name) => ({
    crossings: stePlaneModel.crossings(runs.states[name]),
    outcome: stePlaneModel.outcome(teacher, runs.states[name]),
    states: runs.states[name].map((s) => [s.x, s.y, s.loss, ...s.v])}));
}"""


@pytest.mark.parametrize(
    ("v", "degrees", "eta"),
    [(CYCLING, 150, 0.5), (CYCLING, -60, 0.3), ((1.0, 1.0), 120, 0.1), ((2.0, -1.0, 0.5), 95, 0.2)],
)
def test_runs_are_those_of_python(v, degrees, eta, opened):
    teacher, theta = ste.Teacher(v, [1.0, 0.0]), math.radians(degrees)
    w = [0.8 * math.cos(theta), 0.8 * math.sin(theta)]
    found = opened.page.evaluate(RUN, [list(v), theta, 0.8, eta, 120])
    for name, run in zip(PAPER, found, strict=True):
        wanted = ste.descend(
            ste.best_v(abs(theta), teacher), w, teacher, ste.get_estimator(name), eta, 120
        )
        states = np.column_stack([wanted.w, wanted.loss, wanted.v])
        np.testing.assert_allclose(run["states"], states, rtol=0, atol=1e-10)
        back = (wanted.angle[1:] < math.pi / 2) & (wanted.angle[:-1] > math.pi / 2)
        over = np.sum(wanted.w[1:] * wanted.w[:-1], axis=-1) < 0
        assert run["crossings"] == (1 + np.flatnonzero(back & over)).tolist()


def test_identity_cycles_as_the_theory_says(opened):
    (identity, *others) = opened.page.evaluate(
        RUN, [list(CYCLING), math.radians(150), 0.8, 0.05, 2000]
    )
    late = np.diff(identity["crossings"])[-40:]
    period = ste.limit_cycle(ste.Teacher(CYCLING, [1.0, 0.0])).period
    assert late.mean() == pytest.approx(period, rel=0.02)
    assert identity["outcome"] == "cycles"
    assert [run["outcome"] for run in others] == ["trap", "trap"]


@pytest.mark.parametrize("name", PAPER)
def test_a_step_on_samples_is_that_of_python(name, opened):
    rng = np.random.default_rng(5)
    teacher = ste.Teacher([1.0, -0.5, 0.8], [1.0, 0.0])
    v, w, Z = rng.normal(size=3), np.array([0.4, -0.7]), rng.normal(size=(50, 3, 2))
    in_v, in_w = ste.coarse_gradient(v, w, Z, teacher, ste.get_estimator(name))
    found = opened.page.evaluate(
        """([name, star, v, x, y, inputs]) => stePlaneModel.sampleGradient(
          stePlaneModel.teacher(star), name, {v, x, y}, inputs)""",
        [
            formulas.ESTIMATORS[name],
            teacher.v.tolist(),
            v.tolist(),
            *w.tolist(),
            Z.ravel().tolist(),
        ],
    )
    np.testing.assert_allclose(found["v"], in_v.mean(axis=0), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose([found["x"], found["y"]], in_w.mean(axis=0), rtol=1e-12, atol=1e-14)


def test_samples_are_normal_and_come_again_from_their_seed(opened):
    drawn, again, other = (
        np.array(
            opened.page.evaluate(
                """(seed) => { const next = stePlaneModel.normals(seed);
                  return Array.from({length: 40000}, () => next()); }""",
                seed,
            )
        )
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(drawn, again)
    assert np.any(drawn != other)
    assert abs(drawn.mean()) < 0.02 and abs(drawn.std() - 1) < 0.02
    assert abs(np.mean(drawn**4) - 3) < 0.2
    assert abs(np.mean(drawn[1:] * drawn[:-1])) < 0.02


# --- what is said ---------------------------------------------------------------------------------


def test_the_start_says_what_the_page_said_before_its_script(plane):
    assert plane.state()["says"] == SCENE.said


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        (
            "#plane:step=160",
            "Identity cycles; ReLU and clipped ReLU rest in the trap",
        ),
        ("#plane:estimators=identity,step=160", "Identity cycles over the origin."),
        # at the trap's angle and loss, and far from rest
        ("#plane:angle=180,estimators=identity,step=3", "Identity is at the trap, pulled along w."),
        ("#plane:angle=180,estimators=relu,step=3", "ReLU rests in the trap."),
        ("#plane:teacher=1~1~1~1,step=160", "All three found the teacher"),
        ("#plane:angle=103.7,estimators=relu,step=90", "ReLU has hardly moved."),
        ("#plane:angle=100,estimators=relu,step=20", "ReLU is on its way."),
        (
            "#plane:teacher=1~-0.5~0.8~0.3,step=160",
            "ReLU and clipped ReLU rest in the trap; identity",
        ),
        ("#plane:angle=180,estimators=relu", "At the trap nothing pulls"),
        ("#plane:angle=180", "At the trap only identity still pulls w inward"),
        ("#plane:angle=0", "nothing is left to learn"),
        ("#plane:estimators=none", "Choose an estimator"),
        ("#plane:angle=180,v=1~1~1~1", "a kink, and no gradient"),
        ("#plane:angle=180,teacher=1~1", "a kink, and no gradient"),
        ("#plane:estimators=relu", "Within 22° of the true gradient"),
        ("#plane:teacher=1~-1,step=160", "found the teacher"),
        ("#plane:estimators=relu~own,own=-1", "A small step of your own raises the loss."),
        ("#plane:estimators=own,own=exp(-x**2),step=160", "Your own cycles over the origin."),
        # it has no value beyond 26, so its run ends where |w| is large
        ("#plane:estimators=own,own=exp(x**2/9),step=160,rate=1", "Your own"),
    ],
)
def test_the_finding_is_said_at_rest_in_twelve_words(fragment, words, plane):
    says = plane.go(fragment)["says"]
    assert words in says
    assert len(says.replace(";", " ").split()) <= 14


def test_the_angles_are_python_s(plane):
    plane.go("#plane:angle=100,length=1.2")
    teacher, theta = ste.Teacher(CYCLING, [1.0, 0.0]), math.radians(100)
    w = [1.2 * math.cos(theta), 1.2 * math.sin(theta)]
    rows = plane.page.locator(".scene-values tbody tr").all()
    cells = rows[0].locator("td").all_text_contents()
    assert cells[3:] == ["\N{EN DASH}"], "a proxy that is not shown has none"
    for name, cell in zip(PAPER, cells[:3], strict=True):
        found = ste.correlation(ste.best_v(theta, teacher), w, teacher, ste.get_estimator(name))
        assert cell == f"{math.degrees(found.angle):.1f}°"


# --- what a reader does ---------------------------------------------------------------------------


def test_a_mouse_drags_w(plane):
    mouse = plane.page.mouse
    mouse.move(*plane.knob())
    mouse.down()
    mouse.move(*plane.at(0.5, 0.5), steps=5)
    says = plane.page.evaluate(STATE)["says"]
    mouse.up()
    state = plane.state()
    assert state["angle"] == pytest.approx(45, abs=1) and state["length"] == pytest.approx(
        0.707, abs=0.02
    )
    assert says == SCENE.said, "it is said at rest only"
    assert state["says"] != says
    mouse.click(*plane.at(-0.4, -0.4))
    assert plane.state()["angle"] == pytest.approx(-135, abs=1)


def test_keys_move_w_and_finely_with_shift(plane):
    hand = plane.page.locator(".plane-hand")
    hand.focus()
    before = plane.page.evaluate("document.querySelector('figure.scene').scene.begin()")
    plane.page.keyboard.press("ArrowRight")
    plane.page.keyboard.press("Shift+ArrowUp")
    plane.rest()
    after = plane.page.evaluate("document.querySelector('figure.scene').scene.begin()")
    np.testing.assert_allclose(np.subtract(after, before), [0.05, 0.005], atol=1e-3)
    assert hand.get_attribute("aria-valuetext").startswith("angle ")


def test_sliders_are_the_other_way_in(plane):
    slider = plane.page.locator("[data-part=angle] input")
    slider.focus()
    plane.page.keyboard.press("ArrowLeft")
    assert plane.state()["angle"] == 149
    plane.page.keyboard.press("Shift+ArrowLeft")
    assert plane.state()["angle"] == pytest.approx(148.9)
    plane.page.keyboard.press("End")
    assert plane.state()["angle"] == 180
    expect(plane.page.locator("[data-part=angle] output")).to_have_text("180.0°")
    length = plane.page.locator("[data-part=length] input")
    length.focus()
    plane.page.keyboard.press("Home")
    assert plane.state()["length"] == 0.01


def test_play_pause_step_and_scrub(plane):
    play, step = plane.page.locator("[data-do=play]"), plane.page.locator("[data-do=step]")
    play.click()
    plane.page.wait_for_function("() => document.querySelector('figure.scene').scene.position > 2")
    expect(play).to_have_text("Pause")
    play.click()
    shown = plane.state()["position"]
    assert shown == round(shown) >= 2
    plane.page.wait_for_timeout(120)
    assert plane.state()["position"] == shown
    step.click()
    assert plane.state()["step"] == shown + 1
    scrub = plane.page.locator("[data-part=step] input")
    scrub.focus()
    plane.page.keyboard.press("End")
    assert plane.state()["step"] == STEPS
    box = plane.page.locator(".plane-loss").bounding_box()
    plane.page.mouse.click(box["x"] + 45, box["y"] + 40)
    assert plane.state()["step"] < 10


def test_play_ends_at_the_last_step_and_says_what_came_of_it(plane):
    plane.go(f"#plane:step={STEPS - 2}")
    plane.page.locator("[data-do=play]").click()
    plane.page.wait_for_function("() => !document.querySelector('figure.scene').scene.playing")
    state = plane.state()
    assert state["step"] == STEPS and "cycles" in state["says"]


def test_on_the_way_it_is_seen_and_not_read_out_what_the_runs_come_to(plane):
    plane.go("#plane:step=60")
    says = plane.page.locator(".scene-says")
    plane.page.locator("[data-do=play]").click()
    plane.page.wait_for_function(
        "() => /^Step [0-9]+: .*over the origin|^Step [0-9]+: Identity cycles/"
        ".test(document.querySelector('.scene-says').textContent)"
    )
    assert says.get_attribute("aria-live") == "off"
    plane.page.locator("[data-do=play]").click()
    assert not plane.state()["says"].startswith("Step")
    assert says.get_attribute("aria-live") == "polite"


def test_a_reader_s_own_teacher(plane):
    field = plane.page.locator("[data-part=teacher] input")
    field.fill("2, -1, 0.5")
    state = plane.state()
    assert state["teacher"] == [2, -1, 0.5] and state["note"] == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a trap, a cycle", SCENE.said),
        ("a trap, an escape", "Most of the coarse arrow lies along w"),
        ("no trap", "Most of the coarse arrow lies along w"),
        ("at the trap", "At the trap only identity still pulls w inward."),
        ("at the pass", "The pass: here the true gradient changes sides."),
    ],
)
def test_a_named_state_is_reached_by_its_button(name, says, plane):
    plane.go("#plane:teacher=2~-1~0.5,v=1~1~1,angle=20,rate=0.1,samples=100,step=7")
    button = plane.page.get_by_role("button", name=name, exact=True)
    button.focus()
    plane.page.keyboard.press("Enter")
    state, wanted = plane.state(), SCENE.state(**SCENE.presets[name])
    assert state["teacher"] == list(wanted["teacher"]) and state["angle"] == wanted["angle"]
    assert state["v"] == "best" and state["step"] == 0 and says in state["says"]
    if name not in ("at the trap", "at the pass"):  # which are places, and not runs
        assert (state["length"], state["rate"]) == (wanted["length"], wanted["rate"])
        assert state["samples"] == "all"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1, two", "“two” is not a number."),
        ("0 0 0", "away from 0"),
        ("", "needs 1 to 16 numbers, and here are 0"),
        ("1 " * 17, "needs 1 to 16 numbers, and here are 17"),
        ("1e9", "between \N{MINUS SIGN}100 and 100"),
        ("<b>", "“<b>” is not a number."),
    ],
)
def test_a_teacher_that_is_none_is_refused_in_a_sentence(text, says, plane):
    field = plane.page.locator("[data-part=teacher] input")
    field.fill(text)
    state = plane.state()
    assert says in state["note"]
    assert state["teacher"] == list(CYCLING)
    assert field.get_attribute("aria-invalid") == "true"


def test_a_proxy_of_one_s_own_is_typed(plane):
    plane.go("#plane:estimators=relu~own,own=x > 1")
    field = plane.page.locator("[data-part=own] input")
    field.fill("exp(-x**2)")
    state = plane.state()
    assert state["own"] == "exp(-x**2)" and state["estimators"][-1] == "own"
    assert state["note"] == ""
    said = plane.page.locator(".own-says").text_content()
    assert said.startswith(findings(proxy("exp(-x**2)"))[0])
    field.fill("x.real")
    state = plane.state()
    assert state["own"] == "exp(-x**2)" and field.get_attribute("aria-invalid") == "true"
    with pytest.raises(ValueError, match="an attribute") as refused:
        proxy("x.real")
    assert state["note"] == f"That is no proxy yet. {refused.value}"
    plane.page.get_by_role("button", name="a window").click()
    assert plane.state()["own"] == "0 < x < 2"
    terms, values = (plane.page.locator(f".own-numbers {part}") for part in ("dt", "dd"))
    numbers = dict(zip(terms.all_text_contents(), values.all_text_contents(), strict=True))
    moments = ste.clipped_relu(2.0).moments(0.8, math.radians(150))
    assert numbers["A+"] == f"{float(moments.a_plus):.4f}"
    assert numbers["Bx"] == f"{float(moments.b_x):.4f}"


def test_a_proxy_of_one_s_own_is_drawn_by_pointer_and_by_keys(plane):
    plane.go("#plane:estimators=relu~own,own=where(x > 0~ 1~ 0.25)")
    knots = plane.page.locator(".own-knot")
    knots.nth(0).focus()
    plane.page.keyboard.press("ArrowUp")
    plane.page.keyboard.press("Shift+ArrowUp")
    heights = [0.31, 0.25, 0.25, 0.25, 1, 1, 1, 1]
    assert plane.state()["own"] == heights
    plane.page.keyboard.press("ArrowRight")
    expect(knots.nth(1)).to_be_focused()
    assert knots.nth(1).get_attribute("aria-valuenow") == "0.25"
    knots.nth(7).scroll_into_view_if_needed()
    box = knots.nth(7).locator(".plane-knob").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    plane.page.mouse.move(x, y)
    plane.page.mouse.down()
    plane.page.mouse.move(x, y + 400, steps=3)
    plane.page.mouse.up()
    assert plane.state()["own"] == [*heights[:7], -1]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("0~0~0~0.2~1~1.5~0.5~0.1", [0, 0, 0, 0.2, 1, 1.5, 0.5, 0.1]),
        ("where(x >! 0~ 1~ 0.5)", "where(x >= 0, 1, 0.5)"),
    ],
)
def test_a_proxy_of_one_s_own_goes_round_by_the_address(text, own, plane):
    fragment = f"#plane:estimators=relu~own,own={text}"
    state = plane.go(fragment)
    assert state["note"] == "" and state["own"] == own
    assert plane.page.evaluate("decodeURIComponent(location.hash)") == fragment


def test_the_descent_s_own_v_is_kept(plane):
    plane.go("#plane:step=27")
    plane.page.get_by_label("where the run is now").check()
    state = plane.state()
    teacher, theta = ste.Teacher(CYCLING, [1.0, 0.0]), math.radians(150)
    w = [0.8 * math.cos(theta), 0.8 * math.sin(theta)]
    run = ste.descend(ste.best_v(theta, teacher), w, teacher, ste.IDENTITY, 0.5, 27)
    np.testing.assert_allclose(state["v"], run.v[-1], atol=1e-3)
    assert state["position"] == 0 and state["length"] == pytest.approx(run.norm[-1], abs=1e-3)
    plane.page.get_by_label("best for w").check()
    assert plane.state()["v"] == "best"


def test_samples_are_drawn_for_the_run_and_others_on_demand(plane):
    last = """() => { const {scene} = document.querySelector("figure.scene");
      return scene.whole && scene.runs.states.relu.at(-1).x; }"""

    def end():
        plane.page.locator("[data-part=step] input").focus()
        plane.page.keyboard.press("End")
        plane.rest()
        return plane.page.wait_for_function(last).json_value()

    plane.page.locator("[data-part=samples] select").select_option("100")
    first = end()
    plane.page.locator("[data-do=samples]").click()
    assert end() != first
    plane.go("#plane:samples=100")
    assert end() == first


# --- the address ----------------------------------------------------------------------------------


def test_a_state_goes_round_by_the_address(plane):
    fragment = (
        "#plane:estimators=identity~relu,angle=-75.5,length=1.25,rate=0.2,samples=1000,seed=3,"
        "teacher=1~-0.5~0.8~0.3,v=0.1~0.2~0.3~-0.4,step=12"
    )
    state = plane.go(fragment)
    assert state["note"] == ""
    assert state["estimators"] == ["identity", "relu"] and state["samples"] == "1000"
    assert state["v"] == [0.1, 0.2, 0.3, -0.4] and state["step"] == 12
    assert plane.page.evaluate("decodeURIComponent(location.hash)") == fragment
    plane.page.locator("[data-do=reset]").click()
    plane.rest()
    assert plane.page.evaluate("location.hash") == ""


def test_an_address_may_ask_for_any_number_of_samples(plane):
    state = plane.go("#plane:samples=150.4")
    assert state["samples"] == "150" and state["note"] == ""
    assert plane.page.locator("[data-part=samples] select").input_value() == "150"


@pytest.mark.parametrize(
    ("fragment", "note"),
    [
        ("#plane:angle=999", "angle: “999” was not taken: 180 is shown."),
        ("#plane:length=", "length: “” was not taken: that is no number."),
        ("#plane:__proto__=1", "There is no control “__proto__” here"),
        ("#plane:own=x.real", "an attribute (a dot)."),
        ("#plane:own=1~2~3", "it needs 8 heights from -1 to 2."),
        ("#plane:own=1/x", "expected finite values"),
        ("#plane:estimators=nope", "there is no estimator “nope”"),
        ("#plane:teacher=0~0", "away from 0"),
        ("#plane:v=1~2", "the best v is shown"),
        ("#plane:v=1e300~1~1~1", "1e+300 is too large."),
        ("#plane:samples=1e9", "samples: “1e9” was not taken: 10000 is shown."),
        ("#plane:" + "y=1," * 100_000, "And more of the kind."),
    ],
)
def test_what_an_address_cannot_have_is_said(fragment, note, plane):
    state = plane.go(fragment)
    assert note in state["note"]
    assert len(state["note"]) < 600


# --- all readers ----------------------------------------------------------------------------------


def test_axe_finds_nothing_in_either_theme(browser, folder):
    """On a page of its own, for axe reads style sheets again, and a browser complains of that."""
    opened = Opened(browser, folder)
    for summary in opened.page.locator("summary").all():
        summary.click()
    opened.rest()
    assert violations(opened.page) == []
    opened.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert contrast_violations(opened.page) == []
    opened.context.close()


def test_nothing_jumps_when_the_state_changes(plane):
    heights = set()
    for fragment in (
        "",
        "#plane:step=90",
        "#plane:angle=180",
        "#plane:estimators=none",
        "#plane:rate=0.1",
    ):
        plane.go(fragment or "#")
        heights.add(plane.page.locator("figure.scene").bounding_box()["height"])
    assert len(heights) == 1


def test_who_wants_rest_sees_steps(browser, folder):
    opened = Opened(browser, folder, reduced_motion="reduce")
    opened.page.locator("[data-do=play]").click()
    seen = opened.page.evaluate(
        """async () => {
          const {scene} = document.querySelector("figure.scene");
          const seen = new Set();
          const end = performance.now() + 900;
          while (performance.now() < end) {
            seen.add(scene.position); await new Promise(requestAnimationFrame);
          }
          return [...seen]; }"""
    )
    assert all(position == int(position) for position in seen) and 2 <= len(seen) <= 4
    opened.context.close()


def test_a_thumb_drags_w_and_scrolls_beside_it(phone_plane):
    page = phone_plane.page
    state = phone_plane.begin().state()
    x, y = phone_plane.at(0.6, 0.6)
    page.touchscreen.tap(x, y)
    assert phone_plane.state()["angle"] == pytest.approx(45, abs=2)
    client = page.context.new_cdp_session(page)
    to = phone_plane.at(-0.6, 0.6)

    def touch(kind, *points):
        client.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]},
        )

    touch("touchStart", phone_plane.knob())
    x, y = phone_plane.knob()
    for share in (0.1, 0.4, 0.7, 1.0):  # a browser that scrolls would take it away after the first
        touch("touchMove", (x + share * (to[0] - x), y + share * (to[1] - y)))
    touch("touchEnd")
    assert phone_plane.state()["angle"] == pytest.approx(135, abs=2)
    assert page.evaluate("scrollY") == 0
    assert state["angle"] == 150


def test_a_thumb_bends_a_slope(phone_plane):
    page = phone_plane.page
    phone_plane.go("#plane:estimators=own,own=0~0~0~0~1~1~1~1")
    knob = page.locator(".own-knot").nth(2).locator(".plane-knob")
    knob.evaluate("(knob) => knob.scrollIntoView({block: 'center'})")
    phone_plane.rest()
    box = knob.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [(x, y)]),
        ("touchMove", [(x, y - 30)]),
        ("touchMove", [(x, y - 160)]),
        ("touchEnd", []),
    ):
        touches = [{"x": a, "y": b} for a, b in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    assert phone_plane.state()["own"] == [0, 0, 2, 0, 1, 1, 1, 1]


#: In states all round: words over an edge of the plane, on each other, on a mark, or among the
#: names of arrows without being one.
CLUTTER = """(labels) => {
  const {scene} = document.querySelector("figure.scene");
  const looks = Object.values(scene.data.estimators).slice(0, labels.length);
  const before = looks.map((look) => look.label);
  looks.forEach((look, i) => { look.label = labels[i]; });
  const box = (part) => part.getBoundingClientRect();
  const meet = (a, b, by) => a.left < b.right + by && b.left < a.right + by
    && a.top < b.bottom + by && b.top < a.bottom + by;
  const seen = new Set();
  const faults = [];
  const look = (state) => {
    scene.take(`${state},estimators=identity~relu~clipped_relu`);
    scene.draw();
    const named = [...scene.names.values()].map(({word}) => word).filter((word) => box(word).width);
    const kept = scene.kept.map(({word}) => word);
    const words = [...named, ...kept];
    const marks = [scene.hand.querySelector(".plane-knob"),
      ...Object.values(scene.lines).map(({head}) => head)].map(box).filter(({width}) => width);
    const map = box(scene.map);
    const fault = (kind, word) => faults.push(`${state}: ${kind} ${word.textContent}`);
    words.forEach((word, i) => {
      seen.add(word.textContent);
      const place = box(word);
      if (place.left < map.left || place.right > map.right) fault("over an edge", word);
      if (words.slice(i + 1).some((other) => meet(place, box(other), -1))) fault("covered", word);
      if (marks.some((mark) => meet(place, mark, -3))) fault("on a mark", word);
    });
    const all = named.length > 1 ? named.map(box) : [];
    const edge = (kind, side) => Math[kind](...all.map((each) => each[side]));
    const list = {left: edge("min", "left"), right: edge("max", "right"),
      top: edge("min", "top"), bottom: edge("max", "bottom")};
    kept.filter((word) => meet(list, box(word), 2)).forEach((word) => fault("among names", word));
  };
  for (const teacher of ["1~-0.5~0.8~0.3", "1~-1~1~-1"]) {
    for (let angle = -180; angle < 180; angle += 30) {
      const at = `teacher=${teacher},angle=${angle}`;
      for (const length of [0.05, 0.4, 1, 1.3, 1.6]) look(`${at},length=${length}`);
      for (const step of angle % 90 ? [] : [1, 7, 40]) look(`${at},step=${step}`);
    }
  }
  looks.forEach((look, i) => { look.label = before[i]; });
  scene.take("");
  return [[...seen], faults];
}"""
NAMES = ("identity", "ReLU", "clipped ReLU")


@pytest.mark.parametrize("labels", [NAMES, ("恒等函数", "ReLU", "裁剪 ReLU")])
@pytest.mark.parametrize("wide", ["opened", "phone_plane"])
def test_no_word_lies_on_another_or_on_a_mark(labels, wide, request):
    place = request.getfixturevalue(wide).begin()
    seen, faults = place.page.evaluate(CLUTTER, list(labels))
    place.rest()
    assert faults == []
    standing = {"w*", "0", "the trap", "opposite to w*", "the pass"}
    assert set(labels) | standing | {"true gradient"} <= set(seen)


def test_all_targets_are_large_enough_for_a_thumb_and_nothing_is_too_wide(phone_plane):
    page = phone_plane.page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    phone_plane.rest()
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(
            ".scene :is(button, select, summary, [type=range], [type=text], fieldset label), "
            + ".plane-reach")].map(
          (e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().height])"""
    )
    assert [size for size in sizes if size[1] < 44] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_works_where_no_code_may_be_made_of_strings(browser, folder):
    policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self' file:\">"
    text = (folder / "page.html").read_text(encoding="utf-8")
    (folder / "strict").mkdir(exist_ok=True)
    for path in folder.glob("*.*s"):
        shutil.copyfile(path, folder / "strict" / path.name)
    strict = folder / "strict" / "page.html"
    strict.write_text(text.replace("<title>", f"{policy}<title>"), encoding="utf-8")
    opened = Opened(browser, folder / "strict")
    opened.page.locator(".plane-hand").focus()
    opened.page.keyboard.press("ArrowRight")
    assert opened.state()["angle"] != 150
    assert opened.complaints == []
    opened.context.close()


NOTEBOOK = """async ([source, elements, state, around]) => {
  const module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const kept = {elements, state, runs: [{label: "mine", x: [0, 1], y: [0, 1], loss: [1, 0]}]};
  const heard = {}, said = [];
  const model = {
    get: (name) => kept[name], set: (name, value) => { kept[name] = value; },
    save_changes: () => said.push("saved"), send: (message) => said.push(message.kind),
    on: (name, call) => { heard[name] = call; }, off: (name) => { delete heard[name]; },
  };
  const el = document.body.appendChild(document.createElement("div"));
  el.className = "jp-OutputArea-output";
  const gone = module.default.render({model, el});
  const {scene} = el.querySelector("figure.scene");
  const frames = (ms) => new Promise((done) => setTimeout(done, ms));
  await frames(100);
  const before = {...scene.state, others: el.querySelectorAll("path.other").length};
  kept.state = {...kept.state, angle: 33};
  heard["change:state"]();
  await frames(100);
  const put = scene.state.angle;
  const {figure} = scene, worn = [];
  for (const [ink, body, paper] of around) {
    el.style.background = paper;
    document.body.setAttribute("style", `color: ${ink}; background: ${body}`);
    await frames(30);
    const {color, backgroundColor} = getComputedStyle(figure);
    worn.push([figure.classList.contains("scene-dark"), color, backgroundColor]);
  }
  scene.grab(0, 1);
  await frames(800);
  figure.querySelector(".scene-own").open = true;
  const wide = [];
  for (let width = 560; width <= 760; width += 20) {
    el.style.width = `${width}px`;
    const places = [...figure.querySelectorAll("dt, dd")].map((e) => e.getBoundingClientRect());
    wide.push([el.scrollWidth - width, ...places.map(({height}) => height)]);
  }
  const host = document.body.appendChild(document.createElement("div"));
  host.attachShadow({mode: "open"}).append(el);
  document.body.prepend(document.createElement("p"));
  host.style.background = "#111";
  window.shown = () => [host.shadowRoot.fullscreenElement === figure, !!document.fullscreenElement,
    document.querySelectorAll("[inert]").length, figure.matches(".scene-dark")].join();
  window.leave = () => {
    gone();
    return [...Object.keys(heard), ...el.children];
  };
  figure.querySelector(".plane-hand").focus();
  return {before, put, worn, wide, kept: kept.state, said};
}"""

#: What Jupyter says of all that stands in an output.
JUPYTER = """
.jp-OutputArea-output { overflow: auto; }
.jp-OutputArea-output :is(dl, dt, dd) { display: block; }
.jp-OutputArea-output dl { width: 100%; overflow: hidden; padding: 0; margin: 0; }
.jp-OutputArea-output dt { font-weight: bold; float: left; width: 20%; padding: 0; margin: 0; }
.jp-OutputArea-output dd { float: left; width: 80%; padding: 0; margin: 0; }
"""

#: Ink, the body's paper and a paper under the widget, and whether it is dark there: light, dark,
#: and as VS Code's dark themes have it; by the ink alone, where nothing is known of the paper.
AROUND = (
    ("#333", "#fff", "", False),
    ("#ccc", "#111", "", True),
    ("#ccc", "none", "#fff", False),
    ("#ccc", "none", "", True),
    ("#333", "none", "oklch(0.2 0 0)", True),
    ("#333", "none", "", False),
)

#: Whether it has the whole screen, whether anything has, how much is out of reach, and its dress.
ALONE, BACK = "true,true,1,true", "false,false,0,true"


def test_a_notebook_runs_the_same_scripts(browser):
    """As an anywidget does: a module, a model, nothing left behind, and nothing too wide.

    The widget is not closed with its view, since it may be shown again. At the end it is in a
    shadow tree, as in marimo: the whole screen is left by a key, and when the view goes.
    """
    state = show("plane", angle=-20, estimators=["relu"]).state
    with browser.new_context() as context:
        page = context.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_content("<!doctype html><body></body>")
        page.add_style_tag(content=read("plane.css"))
        page.add_style_tag(content=JUPYTER)
        around = [case[:3] for case in AROUND]
        found = page.evaluate(
            NOTEBOOK, [module(SCENE.formulas), elements(SCENE, state), plain(state), around]
        )
        for shown in (ALONE, BACK, ALONE):
            page.keyboard.press("f")
            page.wait_for_function("(wanted) => shown() === wanted", arg=shown)
        assert page.evaluate("leave()") == []
        page.wait_for_function("(wanted) => shown() === wanted", arg=BACK)
    assert complaints == []
    assert found["before"]["angle"] == -20 and found["before"]["estimators"] == ["relu"]
    assert found["before"]["others"] == 2
    assert found["put"] == 33
    wears = {False: ["rgb(58, 63, 69)", "rgb(255, 255, 255)"]}
    wears[True] = ["rgb(213, 218, 224)", "rgb(18, 18, 18)"]
    assert found["worn"] == [[dark, *wears[dark]] for *_, dark in AROUND]
    assert found["kept"]["angle"] == 90 and found["kept"]["samples"] == "all"
    assert set(found["said"]) == {"saved"}
    assert [case for case in found["wide"] if case[0] or max(case[1:]) > 30] == []


def test_its_five_buttons_are_those_of_every_explorer(plane):
    """Values and the whole screen are pressed; a link and a file say the state."""
    page, tool = plane.page, lambda name: plane.page.locator(f"[data-tool={name}]")
    names = page.locator(".scene-tools button").evaluate_all("all => all.map(b => b.dataset.tool)")
    assert names == ["values", "picture", "link", "present", "embed"]
    plane.go("#plane:angle=33")
    tool("values").click()
    expect(tool("values")).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".scene-values tbody tr")).to_have_count(7)
    tool("values").click()
    expect(page.locator(".scene-values")).to_be_hidden()
    page.evaluate(
        """() => { navigator.clipboard.writeText = (text) => { window.copied = text; }; }"""
    )
    for name, said in (
        ("link", f"{plane.address}#plane:"),
        ("embed", "explorers/plane.html#plane:"),
    ):
        tool(name).click()
        expect(tool(name)).to_have_text("Copied")
        assert f"{said}angle=33" in page.evaluate("copied")
    assert page.evaluate("copied").startswith("<iframe ")
    with page.expect_download() as download:
        tool("picture").click()
    assert download.value.suggested_filename == "plane.svg"
    said = Path(download.value.path()).read_text(encoding="utf-8")
    assert said.startswith("<svg") and "plane:angle=33. " in said
    page.locator(".plane-hand").focus()
    page.keyboard.press("f")
    expect(tool("present")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    expect(tool("present")).to_have_attribute("aria-pressed", "false")


def test_colour_is_never_alone():
    looks = SCENE.looks.values()
    assert len({look.marker for look in looks}) == len(looks)


def test_without_scripts_a_still_picture_says_it(browser, folder):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((folder / "page.html").as_uri())
        expect(page.locator(".scene-still svg")).to_be_visible()
        expect(page.locator(".scene-still p")).to_contain_text("stands still")
        assert page.locator(".scene :is(button, input, select):visible:enabled").count() == 0


def test_the_plane_is_light(folder):
    files = (*BEFORE, "formulas.js", "plane.js", "plane.css")
    texts = [(folder / name).read_bytes() for name in files]
    texts.append(elements(SCENE, show("plane").state).encode())
    assert sum(len(gzip.compress(text)) for text in texts) < 60_000


#: What scrolls by itself around a place, which then cannot stay in sight.
HELD = """(place) => {
  const around = [];
  for (let part = place.parentElement; part; part = part.parentElement) around.push(part);
  return around.filter((part) => getComputedStyle(part).overflow !== "visible")
    .map((part) => part.className);
}"""

#: How wide and high the plane is, and where its tools end below the top of its figure.
SEEN = """() => {
  const box = (name) => document.querySelector(name).getBoundingClientRect();
  const {width, height} = box(".plane-field");
  return [width, height, box(".scene-tools").bottom - box("figure.scene").top];
}"""
#: Windows of a desk; some are wide and not high.
WINDOWS = ((1280, 800), (1440, 800), (1600, 900), (1920, 1080))


def test_the_first_page_has_the_plane_and_no_plotly(desk, built):
    page = desk("book/index.html").page
    page.evaluate(AT_REST)
    assert page.evaluate(STATE)["says"] == SCENE.said
    text = (built / "book" / "index.html").read_text(encoding="utf-8")
    assert "plotly.min.js" not in text
    assert page.locator(".plane-field").evaluate(HELD) == []
    assert page.locator(".scene-title").text_content() == SCENE.title
    for width, height in reversed(WINDOWS):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(50)
        page.evaluate(AT_REST)
        wide, high, below = page.evaluate(SEEN)
        assert wide >= 380 and high >= 270, "large enough for a hand"
        assert below <= 0.85 * height, f"it is all seen in a window of {width} x {height}"
