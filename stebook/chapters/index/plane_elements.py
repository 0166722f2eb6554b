"""What stands in the figure of the plane: its drawings, what plays a run, its controls, in words.

What belongs here: elements of this one scene. What never does: what another scene could have
(`stebook.scene`), and what is drawn (`stebook/static/plane_*.js`).
"""

import html
from collections.abc import Mapping

from stebook.scene import Part, Scene, chosen, menu, presets, slider, values

#: Proxies to begin with: name, and formula of the slope.
PROXIES = (
    ("leaky ReLU", "where(x > 0, 1, 0.2)"),
    ("a bump", "exp(-x**2)"),
    ("a window", "0 < x < 2"),
)
#: Steps a second.
SPEEDS: dict[float | str, str] = {5: "slow", 14: "normal", 45: "fast"}
SAMPLES: dict[float | str, str] = {
    "all": "infinite",
    10000: "10,000",
    1000: "1,000",
    100: "100",
}


def inside(scene: Scene, state: Mapping[str, Part]) -> str:
    """All of the figure between its sentence and its caption."""
    return (
        f"{chosen(scene, 'estimators', 'Estimators')}{_stage(scene, state)}{_own()}"
        f'{_controls(scene, state)}<p class="scene-note" role="status"></p>{values(scene)}'
    )


def _stage(scene: Scene, state: Mapping[str, Part]) -> str:
    return (
        '<div class="scene-stage">'
        '<div class="plane-field"><div class="plane-shade"></div>'
        '<svg class="plane-ground" aria-hidden="true"></svg>'
        f'<svg class="plane-map" role="group" aria-label="{html.escape(scene.alt)}"></svg></div>'
        '<svg class="plane-loss" role="img" aria-label="The loss of each run, step by step."></svg>'
        f"{_play(scene, state)}<noscript>"
        f'<div class="scene-still">{scene.still()}</div></noscript></div>'
    )


def _play(scene: Scene, state: Mapping[str, Part]) -> str:
    return (
        '<div class="scene-play"><button type="button" data-do="play" disabled>Play</button>'
        '<button type="button" data-do="step" disabled>One step</button>'
        '<button type="button" data-do="reset" disabled>Reset</button>'
        f"{slider(scene, 'step', state)}{menu('speed', 'Speed', SPEEDS, 14)}</div>"
    )


def _controls(scene: Scene, state: Mapping[str, Part]) -> str:
    return (
        '<div class="scene-controls">'
        f"{slider(scene, 'angle', state)}{slider(scene, 'length', state)}"
        f"{slider(scene, 'rate', state)}{menu('samples', 'Samples a step', SAMPLES, 'all')}"
        '<fieldset data-part="v"><legend>Start with v</legend>'
        f'<label><input type="radio" name="{scene.name}-v" value="best" disabled>'
        f"the best for w</label>"
        f'<label><input type="radio" name="{scene.name}-v" value="own" disabled>'
        "where the run is now</label></fieldset>"
        '<button type="button" data-do="samples" disabled>New samples</button>'
        '<div data-part="teacher"><label><span>Your teacher v*</span>'
        '<input type="text" autocomplete="off" spellcheck="false" disabled>'
        f"</label>{presets(scene)}</div></div>"
    )


def _own() -> str:
    """A proxy of the reader's own, to type or to draw."""
    proxies = "".join(
        f'<button type="button" data-own="{html.escape(text)}" disabled>{label}</button>'
        for label, text in PROXIES
    )
    return (
        '<details class="scene-own"><summary>Your own proxy: type or draw its slope</summary>'
        '<div class="own-stage"><div data-part="own"><label><span>Slope μ&#39;(x)</span>'
        '<input type="text" autocomplete="off" autocapitalize="off" spellcheck="false" disabled>'
        f'</label><div class="scene-presets">{proxies}</div></div>'
        '<svg class="own-curve" role="group" aria-label="The slope, in eight knots to move up and '
        'down."></svg><p class="own-says" role="status"></p><dl class="own-numbers"></dl></div>'
        "</details>"
    )
