"""The running example: who uses its teacher links its card, and what the texts say of it is so."""

import math
import re

import jupytext
import numpy as np
import pytest
from toc import ROOT

import ste
from ste.cycle import cycle_period
from stebook.chapters.teachers import TEACHER, V_STAR, saddle_and_trap

BOOK = ROOT / "book"
CHAPTERS = sorted(
    page
    for page in BOOK.glob("*.md")
    if page.read_text(encoding="utf-8").startswith("---\njupytext")
)
#: The teacher's second layer, as cells write it.
USES = re.compile(r"\b(?:TEACHER|V_STAR)\b|\[?" + r",\s*".join(f"{x:g}(?:\\.0)?" for x in V_STAR))
SADDLE, TRAP = saddle_and_trap(TEACHER)
CYCLE = ste.limit_cycle(TEACHER)
RESIDUAL = ste.residuals(TEACHER, ste.IDENTITY).spurious
#: Row 1 of the student v = (.9, ...) along u and against w*, by identity.
FIRST = np.array([0.9 * 0.9, 0.9 * TEACHER.v[0]]) / math.sqrt(2 * math.pi)
PERIODS = cycle_period(4, [0.1, 0.2], 1.0)
ANGLE = math.degrees(math.acos(TEACHER.s / math.sqrt(TEACHER.m * TEACHER.N)))


def uses_the_teacher(page):
    cells = jupytext.read(page).cells
    return any(USES.search(cell.source) for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_chapter_that_uses_the_teacher_links_its_card(page):
    text = page.read_text(encoding="utf-8")
    links = text.count("<running-example>`") + text.count("](#running-example)")
    assert (links > 0 or "(running-example)=" in text) == uses_the_teacher(page)


def test_most_chapters_use_it():
    assert sum(map(uses_the_teacher, CHAPTERS)) >= 15


@pytest.mark.parametrize(
    "page, said",
    [
        ("landscape", f"the angle is ${ANGLE:.1f}°$ and $r = {CYCLE.ratio:.3f}$"),
        ("correlation", f"it is ${RESIDUAL:.3f}\\,u$ for identity"),
        (
            "coarse_gradient",
            f"= {FIRST[0]:.3f}\\,u - {FIRST[1]:.3f}\\,w^*$",
        ),
        (
            "oscillation",
            f"For $m = 4$ the period is {PERIODS[0]:.1f} steps at $r = 0.1$ and {PERIODS[1]:.1f}",
        ),
        ("oscillation", f"has $r = {CYCLE.ratio:.3f} > r^* = {CYCLE.threshold:.3f}$"),
    ],
)
def test_a_number_in_the_text_is_the_example_s(page, said):
    assert said in (BOOK / f"{page}.md").read_text(encoding="utf-8")
