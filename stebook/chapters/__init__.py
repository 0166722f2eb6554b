"""A room for each chapter: its explorers, exercises, questions, and stored data with its script.

What belongs into a room: what one chapter shows, asks or checks. What never does: anything of
another chapter; what two of them share stands here, in `answers`, `formulas`, `styles` and
`teachers`. Each ``check_*`` of a room takes the reader's answer and returns a
`stebook.checks.Verdict`.
"""

from importlib import import_module
from numbers import Real
from typing import Any

from stebook.display import Shown, ShownScene
from stebook.explorer import Explorer
from stebook.questions import Question
from stebook.scene import Scene

#: The chapters in the order of reading; each has a package of that name here.
CHAPTERS = (
    "index",
    "no_gradient",
    "estimator",
    "model",
    "landscape",
    "coarse_gradient",
    "correlation",
    "oscillation",
    "paper",
    "stand_ins",
    "slope",
    "critical_points",
    "any_proxy",
    "rows",
    "bounds",
    "descent",
    "finite_samples",
    "cycle",
    "one_sidedness",
    "assumptions",
    "other_networks",
    "alternatives",
    "deep",
    "frameworks",
    "tables",
)

#: The explorers, each with the chapter whose room has it.
EXPLORERS = {
    "alternatives": "alternatives",
    "basin": "descent",
    "correlation": "correlation",
    "deep_accuracy": "deep",
    "deep_probe": "deep",
    "deep_stability": "deep",
    "deep_windows": "deep",
    "descent": "descent",
    "designer": "one_sidedness",
    "frameworks": "frameworks",
    "landscape": "landscape",
    "moments": "any_proxy",
    "one_step": "finite_samples",
    "oscillation": "oscillation",
    "outcomes": "one_sidedness",
    "proxies": "estimator",
    "quotient": "no_gradient",
    "race": "alternatives",
    "rate": "finite_samples",
    "stress": "assumptions",
}

#: The scenes, which have no tables: their scripts compute every state.
SCENES = {"plane": "index"}


def get_scene(name: str) -> Scene:
    """The scene of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists the known names.

    Examples
    --------
    >>> get_scene("plane").start["angle"]
    150.0
    """
    if name not in SCENES:
        raise ValueError(f"name: expected one of {', '.join(SCENES)}, got {name!r}")
    return import_module(f"stebook.chapters.{SCENES[name]}.{name}").EXPLORER


def get_explorer(name: str) -> Explorer:
    """The explorer of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists the known names.

    Examples
    --------
    >>> get_explorer("correlation").title
    'On average identity and both ReLUs never point against the true gradient'
    """
    if name not in EXPLORERS:
        raise ValueError(f"name: expected one of {', '.join(EXPLORERS)}, got {name!r}")
    return import_module(f"stebook.chapters.{EXPLORERS[name]}.{name}").EXPLORER


def show(name: str, **state: Any) -> Shown | ShownScene:
    """An explorer, with some controls set, to end a cell with.

    Parameters
    ----------
    name : str
        Name of the explorer.
    **state
        Values of controls, on their grids; for some explorers a reader's own ``estimator`` or
        ``teacher``, objects of `ste`; of a scene such as ``"plane"`` within their bounds, a
        ``teacher`` of `ste` among them, an ``estimator`` of one's own, and in a notebook a ``run``,
        which is laid into it.

    Returns
    -------
    Shown
        Displays as a widget where there is a kernel, as HTML in the book's build.

    Raises
    ------
    ValueError
        If the name, a control or a value is not known; the message lists those that are.

    Examples
    --------
    >>> show("correlation", estimator="relu", theta=120).state["theta"]
    120
    """
    if name in SCENES:
        scene = get_scene(name)
        own, runs = scene.lay(estimator=state.pop("estimator", None), run=state.pop("run", None))
        return ShownScene(scene, scene.state(**{**own, **state}), runs)
    objects = {part: given for part, given in state.items() if not isinstance(given, (str, Real))}
    explorer = get_explorer(name).take(**objects)
    return Shown(explorer, explorer.state(**{n: x for n, x in state.items() if n not in objects}))


def ask(name: str) -> Question:
    """The question of that name, to end a cell with.

    Parameters
    ----------
    name : str
        ``"chapter.question"``: the question in ``QUESTIONS`` of
        ``stebook.chapters.<chapter>.questions``.

    Raises
    ------
    ValueError
        If there is none; the message lists the known ones.

    Examples
    --------
    >>> len(ask("correlation.order").options)
    3
    """
    known = {
        f"{chapter}.{key}": question
        for chapter in CHAPTERS
        for key, question in import_module(
            f"stebook.chapters.{chapter}.questions"
        ).QUESTIONS.items()
    }
    if name not in known:
        raise ValueError(f"name: expected one of {', '.join(known)}, got {name!r}")
    return known[name]
