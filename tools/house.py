"""A picture of the house, drawn from the imports.

    python tools/house.py          draw book/images/house.svg
    python tools/house.py --check  say whether that picture is current

The picture's rooms, files and arrows must be those of the sources; its line counts may be a tenth
off, and then it is left as it is, so that not every change of a file brings a new picture.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.arrows import (
    FACE,
    ROOT,
    Arrow,
    arrows,
    between_rooms,
    face,
    lines_of_code,
    room_of,
    script_lines,
    sources,
)

PICTURE = ROOT / "book" / "images" / "house.svg"

# Rooms and their files ------------------------------------------------------------------------

WIDTH, MARGIN, GUTTER, COLUMN, GAP = 1190, 10, 26, 166, 24
ROW, NOTE, HEAD, DOOR = 18, 14, 52, 26
#: Between two lanes of arrows.
LANE = 13
#: The floors from above, each room with the columns that it is wide and has inside.
STOREYS = (
    (("stebook.chapters", 3, 3), ("stebook", 1, 1), ("stebook.build", 1, 1)),
    (
        ("ste.alternatives", 1, 1),
        ("ste.beyond", 1, 1),
        ("ste.zoo", 1, 1),
        ("ste", 1, 1),
        ("ste.symbolic", 1, 1),
    ),
)
GROUND = ("tests", "tools", "benchmarks")
#: What each room is for, in as many words as fit.
SAYS = {
    "book": "the text; its code cells",
    "stebook.chapters": "of each chapter the explorers, exercises, questions and data",
    "stebook": "engine, no mathematics",
    "stebook.build": "the Sphinx extension",
    "ste": "the paper, in ten files",
    "ste.alternatives": "other ways through",
    "ste.beyond": "an assumption dropped",
    "ste.zoo": "other proxies",
    "ste.symbolic": "derivations by sympy",
    "experiments": "deep networks",
    "tests": "mirror the rooms",
    "tools": "build, check, draw this",
    "benchmarks": "speed and weight",
}
#: White text is legible on each of these, and each of them on white and on black.
FILL = {
    "book": "#9c4a2c",
    "stebook": "#1f4e6e",
    "stebook.": "#356c8f",
    "ste": "#46357f",
    "ste.": "#6a5a9e",
    "experiments": "#5c6630",
}
STROKE = {"book": "#c8714d", "stebook": "#4f8fb8", "ste": "#8a76b8", "experiments": "#8d9a4e"}
GREY = "#666666"
MID_GREY = "#777777"

Point = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """A file or a room within a room, its lines of code, and what stands below its name."""

    label: str
    lines: int
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Its height in the picture."""
        return ROW + NOTE * len(self.notes) + (4 if self.notes else 0)


@dataclass(frozen=True)
class Box:
    """A room in the picture: where it stands and what it lists."""

    room: str
    rows: tuple[Row, ...]
    x: float = 0
    y: float = 0
    width: float = COLUMN
    height: float = 0
    columns: int = 1
    door: str = ""

    @property
    def total(self) -> int:
        """Its lines of code."""
        return sum(row.lines for row in self.rows)

    @property
    def listed(self) -> list[tuple[Row, ...]]:
        """Its rows, column by column."""
        deep = -(-len(self.rows) // self.columns)
        return [self.rows[i : i + deep] for i in range(0, len(self.rows), deep)]

    @property
    def least_height(self) -> float:
        """The height that its rows take."""
        longest = max(sum(row.height for row in column) for column in self.listed)
        return HEAD + (DOOR if self.door else 0) + longest + 6


def wrapped(words: list[str], width: int) -> tuple[str, ...]:
    """Words in lines of at most so many letters."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def rows_of(room: str, texts: Mapping[str, str]) -> tuple[Row, ...]:
    """The files of a room and the rooms in it, in the order in which the room names them."""
    inside: dict[str, list[str]] = {}
    for name in texts:
        if room_of(name) == room and name != room:
            inside.setdefault(name.removeprefix(f"{room}.").split(".")[0], []).append(name)
    usual = {"exercises", "questions", "__init__"}
    rows = []
    for label, names in inside.items():
        is_room = any(name.startswith(f"{room}.{label}.") for name in names)
        files = [name.rpartition(".")[2] for name in names if name != f"{room}.{label}"]
        shown = [name for name in files if name not in usual] if room == "stebook.chapters" else []
        rows.append(
            Row(
                f"{label}/" if is_room else label,
                sum(len(lines_of_code(texts[name])) for name in names),
                wrapped(shown, 27),
            )
        )
    said = texts.get(room, "")

    def place(row: Row) -> tuple[object, ...]:
        label, is_folder = row.label.rstrip("/"), row.label[-1] == "/"
        mentioned = re.search(f'[`"]{re.escape(label)}[`"]', said)
        first = row.label[0] == "_", is_folder != (room == "stebook.chapters")
        return *first, mentioned.start() if mentioned else len(said), label

    return tuple(sorted(rows, key=place))


def layout(texts: Mapping[str, str], scripts: int) -> dict[str, Box]:
    """Every room's box, floor by floor."""
    doors = {name: f"import {name}: {len(face(texts[name]))} names" for name in ("ste", "stebook")}
    boxes = {}
    y = 140
    for storey in STOREYS:
        x = MARGIN + GUTTER
        floor = []
        for room, wide, columns in storey:
            width = wide * COLUMN + (wide - 1) * GAP
            rows = rows_of(room, texts)
            if room == "stebook":
                rows += (Row("static/", scripts),)
            floor.append(Box(room, rows, x, y, width, 0, columns, doors.get(room, "")))
            x += width + GAP
        height = max(box.least_height for box in floor)
        boxes |= {box.room: replace(box, height=height) for box in floor}
        y += height + 78
    shed = Box("experiments", rows_of("experiments", texts), x + 10, 140, WIDTH - x - 20)
    boxes["experiments"] = replace(shed, height=shed.least_height)
    y -= 10
    wide = (WIDTH - 2 * MARGIN - GUTTER - 2 * GAP) / 3
    for i, room in enumerate(GROUND):
        left = MARGIN + GUTTER + i * (wide + GAP)
        boxes[room] = Box(room, rows_of(room, texts), left, y, wide, 46)
    right = boxes["stebook.build"]
    house = right.x + right.width - MARGIN - GUTTER
    boxes["book"] = Box("book", rows_of("book", texts), MARGIN + GUTTER, 10, house, 96)
    return boxes


# Markup ---------------------------------------------------------------------------------------


def number(lines: int) -> str:
    """A number of lines, marked so that a comparison finds it."""
    return f'<tspan class="n">{lines:,}</tspan>'


def words(x: float, y: float, markup: str, **attributes: object) -> str:
    """A piece of text."""
    given = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<text x="{x:g}" y="{y:g}"{given}>{markup}</text>'


def rectangle(x: float, y: float, width: float, height: float, **attributes: object) -> str:
    """A rectangle."""
    given = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{given}/>'


def heading(box: Box) -> Iterator[str]:
    """Name, size and purpose of a room."""
    left, right = box.x + 12, box.x + box.width - 12
    name = f"{box.room.rpartition('.')[2]}/"
    yield words(left, box.y + 22, name, font_size=15, font_weight=700)
    yield words(right, box.y + 22, number(box.total), text_anchor="end")
    yield words(left, box.y + 38, SAYS[box.room], font_size=12, font_style="italic")


def room(box: Box) -> Iterator[str]:
    """A room: its heading, its door if it has one, and its files."""
    fill = FILL.get("".join(box.room.partition(".")[:2]), GREY)
    yield rectangle(box.x, box.y, box.width, box.height, rx=7, fill=fill)
    yield from heading(box)
    if box.room in GROUND:
        return
    start = box.y + HEAD
    if box.door:
        strip = {"fill": "#ffffff", "fill_opacity": 0.18}
        yield rectangle(box.x, start - 4, box.width, DOOR - 6, **strip)
        yield words(box.x + 12, start + 10, box.door, font_size=12)
        start += DOOR
    wide = (box.width - 24 + 22) / box.columns
    for i, column in enumerate(box.listed):
        x, y = box.x + 12 + wide * i, start + 12
        for row in column:
            yield words(x, y, escape(row.label))
            yield words(x + wide - 22, y, number(row.lines), text_anchor="end", fill_opacity=0.8)
            for j, note in enumerate(row.notes):
                yield words(x, y + NOTE * (j + 1), note, font_size=11, fill_opacity=0.8)
            y += row.height


def roof(box: Box) -> Iterator[str]:
    """The book, on top."""
    left, right, base = box.x - 18, box.x + box.width + 18, box.y + box.height
    top = box.x + box.width / 2
    path = f"M{left:g} {base:g}L{top:g} {box.y:g}L{right:g} {base:g}Z"
    paint = f'fill="{FILL["book"]}" stroke="{FILL["book"]}"'
    yield f'<path d="{path}" {paint} stroke-linejoin="round" stroke-width="6"/>'
    middle = {"text_anchor": "middle"}
    yield words(top, box.y + 52, "book/", font_size=16, font_weight=700, **middle)
    told = f"the text: {len(box.rows)} chapters with {number(box.total)} lines in code cells"
    yield words(top, box.y + 72, told, font_style="italic", **middle)


def arrow(points: list[Point], colour: str, radius: float = 7) -> str:
    """An arrow along points that turn at right angles, its corners rounded."""

    def beside(corner: Point, other: Point) -> Point:
        x, y = (
            c + max(-radius, min(radius, (o - c) / 2)) for c, o in zip(corner, other, strict=True)
        )
        return x, y

    path = "M{:g} {:g}".format(*points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path += "L{:g} {:g}".format(*beside(corner, before))
        path += "Q{:g} {:g} {:g} {:g}".format(*corner, *beside(corner, after))
    (x0, y0), (x, y) = points[-2:]
    dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
    path += f"L{x - 7 * dx:g} {y - 7 * dy:g}"
    head = f"M{x:g} {y:g}"
    for side in (-1, 1):
        head += f"L{x - 10 * dx + 5 * side * dy:g} {y - 10 * dy + 5 * side * dx:g}"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<path d="{head}Z" fill="{colour}"/>'
    )


# The ways of the arrows -----------------------------------------------------------------------


def neighbours(one: Box, other: Box) -> bool:
    """Whether two boxes stand side by side on a floor of the house."""
    first, second = sorted((one, other), key=lambda box: box.x)
    return first.y == second.y and second.x - first.x - first.width == GAP


def ways(boxes: Mapping[str, Box], graph: set[Arrow]) -> Iterator[str]:
    """The arrows between rooms, each on a lane of its source; none may be left out.

    Raises
    ------
    ValueError
        If there is an arrow for which the picture has no way.
    """
    graph = {(a, b) for a, b in graph if a not in GROUND}
    floors = {box.room: box.y for box in boxes.values()}
    home = {source: source.removeprefix(FACE) for source, _ in graph}
    sources = sorted(home, key=lambda source: (boxes[home[source]].y, boxes[home[source]].x))
    lower = boxes["ste"].y
    over = [
        s for s in sources if any(a == s and floors[b] == lower > floors[home[a]] for a, b in graph)
    ]
    under = [
        s
        for s in sources
        if floors[home[s]] == lower
        and any(a == s and not neighbours(boxes[home[a]], boxes[b]) for a, b in graph)
    ]
    for source, target in sorted(graph, key=lambda pair: (sources.index(pair[0]), pair[1])):
        box, goal = boxes[home[source]], boxes[target]
        colour = STROKE[home[source].split(".")[0]]
        base = box.y + box.height
        if neighbours(box, goal):
            y = box.y + HEAD + 6 if source.startswith(FACE) else box.y + box.height * 0.62
            ends = (box.x + box.width, goal.x) if box.x < goal.x else (box.x, goal.x + goal.width)
            yield arrow([(ends[0], y), (ends[1], y)], colour)
        elif source == "book" and goal.y < lower and target != "experiments":
            x = goal.x + goal.width / 2
            yield arrow([(x, base + 4), (x, goal.y - 2)], colour)
        elif source in over and goal.y == lower:
            rank = over.index(source)
            lane = lower - 2 * LANE - LANE * rank
            x = goal.x + goal.width * (rank + 1) / (len(over) + 1)
            start = MARGIN + GUTTER / 2 - 3 if source == "book" else box.x + box.width / 2
            yield arrow([(start, base), (start, lane), (x, lane), (x, goal.y - 2)], colour)
        elif source in under and goal.y == lower:
            rank = under.index(source)
            lane = base + 8 + LANE * (len(under) - rank)
            x = goal.x + goal.width * (rank + 1) / (len(under) + 1)
            start = box.x + box.width / 2
            yield arrow([(start, base), (start, lane), (x, lane), (x, base + 2)], colour)
        else:
            raise ValueError(f"graph: the picture has no way from {source} to {target}")


def picture(root: Path = ROOT) -> str:
    """The house as SVG."""
    texts = sources(root)
    boxes = layout(texts, sum(map(script_lines, (root / "stebook" / "static").iterdir())))
    ground = boxes[GROUND[0]]
    bottom = ground.y + ground.height
    told = (
        "An arrow: something in the one room imports from the other, read from the sources. "
        "Tests, tools and benchmarks import from everywhere; no room imports them.",
        "Numbers: lines of code, without docstrings, comments and blank lines. "
        "Drawn by tools/house.py.",
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 56:g}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#ffffff">',
        "<title>The house: rooms, their files, and who imports whom</title>",
        *ways(boxes, between_rooms(arrows(texts), texts)),
        *roof(boxes["book"]),
        *(part for box in boxes.values() if box.room != "book" for part in room(box)),
        *(
            words(MARGIN + GUTTER, bottom + 24 + 18 * i, line, fill=MID_GREY)
            for i, line in enumerate(told)
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def is_current(drawn: str, wanted: str) -> bool:
    """Whether a picture shows the house: line counts may be a tenth off, or ten lines."""
    counted = re.compile(r'(?<=<tspan class="n">)[\d,]+')
    if counted.sub("", drawn) != counted.sub("", wanted):
        return False
    pairs = (
        [int(count.replace(",", "")) for count in pair]
        for pair in zip(counted.findall(drawn), counted.findall(wanted), strict=True)
    )
    return all(abs(old - new) <= max(10, new / 10) for old, new in pairs)


def main() -> None:
    """Draw the house where the picture of it is stale, or only say so."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("house.py: expected nothing or --check")
    wanted = picture()
    if PICTURE.is_file() and is_current(PICTURE.read_text(encoding="utf-8"), wanted):
        return
    if sys.argv[1:]:
        name = PICTURE.relative_to(ROOT).as_posix()
        sys.exit(f"{name} does not show the house as it is; draw it: python tools/house.py")
    PICTURE.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
