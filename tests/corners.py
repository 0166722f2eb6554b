"""Public functions in every corner of double precision, and with what is no number at all.

An `Entry` says how the arguments of a function are made and what judges its values: invariances,
mostly, for a law that holds from 1e-300 to 1e300 carries the right value at 1, which other tests
hold, to every corner. `hold` tries an entry. Whatever comes in, a function gives a right value
or a ValueError that names one of its arguments; it warns of nothing and changes nothing.
"""

import dataclasses
import importlib
import inspect
import math
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SETTINGS

import ste
from ste.descent import Trajectory

Arguments = dict[str, Any]
Draw = Callable[[st.SearchStrategy], Any]


# --- What comes out ------------------------------------------------------------------------------


def leaves(value: object, name: str = "") -> dict[str, object]:
    """The arrays, numbers and words in a result, by name: of tuples, dataclasses and estimators.

    >>> leaves((1.0, np.zeros(2)))
    {'0': 1.0, '1': array([0., 0.])}
    """
    if isinstance(value, ste.Estimator):
        parts = {"slope": value.evaluate(np.linspace(-3.0, 3.0, 25)), "name": value.name}
    elif dataclasses.is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    elif hasattr(value, "_asdict"):
        parts = value._asdict()
    elif isinstance(value, tuple):
        parts = {str(number): part for number, part in enumerate(value)}
    else:
        return {name: value}
    return {
        key: leaf
        for part, inner in parts.items()
        for key, leaf in leaves(inner, f"{name}.{part}".lstrip(".")).items()
    }


def is_number(leaf: object) -> bool:
    """Whether a leaf can be compared as numbers."""
    return np.asarray(leaf).dtype.kind in "iuf"


def compare(got: Mapping, wanted: Mapping, rtol: float = 1e-10, atol: float = 0.0) -> None:
    """The same leaves; numbers to `rtol` of the largest of a leaf, and to `atol`."""
    assert got.keys() == wanted.keys()
    for name, leaf in wanted.items():
        if is_number(leaf) and is_number(got[name]):
            mine, other = np.asarray(got[name], float), np.asarray(leaf, float)
            assert mine.shape == other.shape, name
            finite = np.abs(other[np.isfinite(other)])
            size = float(finite.max(initial=0.0))
            np.testing.assert_allclose(
                mine, other, rtol=0.0, atol=rtol * size + atol + 1e-290, err_msg=name
            )
        elif not callable(leaf):
            assert np.array_equal(got[name], leaf), name


# --- What goes in --------------------------------------------------------------------------------


class Scene(NamedTuple):
    """What the arguments of one call share: the leading axes and a teacher, so m and n too."""

    lead: tuple[int, ...]
    teacher: ste.Teacher


Maker = Callable[[Scene], st.SearchStrategy]

numbers = st.one_of(
    st.floats(0.05, 3.0), st.floats(-3.0, -0.05), st.sampled_from([0.0, 1.0, -1.0, 0.5])
)
above_zero = st.one_of(st.floats(0.05, 3.0), st.sampled_from([1.0, 2.0]))


@cache  # here and below: a strategy that is made anew is looked over anew, which takes longest
def rows(shape: tuple[int, ...], entries: st.SearchStrategy = numbers) -> st.SearchStrategy:
    """Arrays of that shape."""
    size = math.prod(shape)
    lists = st.lists(entries, min_size=size, max_size=size)
    return lists.map(lambda flat: np.array(flat, float).reshape(shape))


def stacked(row: st.SearchStrategy, lead: tuple[int, ...]) -> st.SearchStrategy:
    """Arrays with `row` in each place of the leading axes."""
    if not lead:
        return row
    many = st.lists(row, min_size=math.prod(lead), max_size=math.prod(lead))
    return many.map(lambda parts: np.array(parts).reshape(*lead, *np.shape(parts[0])))


@cache
def nonzero(size: int) -> st.SearchStrategy:
    """Rows of that size with an entry that is not zero."""
    return rows((size,)).filter(lambda row: np.abs(row).max() > 0.0)


leads = st.sampled_from([(), (2,), (3,)])


@cache
@st.composite
def scenes(draw: Draw, batched: bool = True) -> Scene:
    """Teachers from m = 1 and n = 1 on."""
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    v_star, w_star = draw(nonzero(m)), draw(nonzero(n))
    lead = draw(leads) if batched else ()
    return Scene(lead, ste.Teacher(v_star, w_star))


def second_layers(scene: Scene) -> st.SearchStrategy:
    """v: any, the teacher's, its opposite, zero."""
    special = [scene.teacher.v, -scene.teacher.v, 0.0 * scene.teacher.v]
    row = st.one_of(rows(scene.teacher.v.shape), st.sampled_from(special))
    return stacked(row, scene.lead)


def filters(scene: Scene) -> st.SearchStrategy:
    """w: any, parallel and antiparallel to w*, all but parallel, zero."""
    star = scene.teacher.w
    close = star + 1e-4 * np.roll(star, 1) + 1e-4
    special = [star, -3.0 * star, close, -close, 0.0 * star]
    return stacked(st.one_of(rows(star.shape), st.sampled_from(special)), scene.lead)


def inputs(scene: Scene) -> st.SearchStrategy:
    """Z, among them rows of zeros."""
    return rows((*scene.lead, scene.teacher.m, scene.teacher.n))


def of_numbers(entries: st.SearchStrategy) -> Maker:
    """A number for each place of the leading axes."""
    made = cache(partial(stacked, entries))
    return lambda scene: made(scene.lead)


def one_of(*values: object) -> Maker:
    """One of these, whatever the scene."""
    return plain(st.sampled_from(values))


def plain(entries: st.SearchStrategy) -> Maker:
    """A draw that the scene does not matter to."""
    return lambda scene: entries


angles = st.one_of(st.floats(0.0, math.pi), st.sampled_from([0.0, math.pi, 0.5 * math.pi]))
smooth = ste.Estimator("bump", lambda x: np.exp(-np.square(np.minimum(np.abs(x - 0.3), 30.0))))
estimators = one_of(
    ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU, ste.leaky_relu(0.2), ste.get_estimator("triangle")
)

#: How arguments are made, by the names that they have in all of `ste`.
POOL: Mapping[str, Maker] = MappingProxyType(
    {
        "v": second_layers,
        "w": filters,
        "v0": second_layers,
        "w0": filters,
        "Z": inputs,
        "teacher": lambda scene: st.just(scene.teacher),
        "estimator": estimators,
        "theta": of_numbers(angles),
        "rho": of_numbers(above_zero),
        "x": of_numbers(numbers),
        "samples": one_of(2, 5),
        "steps": one_of(1, 3),
        "record_every": one_of(1, 2),
        "seed": one_of(0, 7),
        "learning_rate": plain(st.floats(0.01, 0.5)),
    }
)


class Refused(NamedTuple):
    """A ValueError that named an argument."""

    message: str


# --- Entries -------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Entry:
    """How a public function is tried.

    Parameters
    ----------
    function : callable
        A method takes its ``self`` as the first argument.
    judges : callables
        Each takes (entry, arguments, draw) and asserts.
    makers : mapping
        For arguments that are not in `POOL`, or not made as there.
    batched : bool
        Whether the arguments have leading axes.
    takes : mapping
        Names of arguments, and which rubbish is none for them.
    left_out : tuple of str
        Arguments that stay at their defaults.
    undefined : bool
        Whether the docstring promises NaN or infinity somewhere.
    says : tuple of str
        Words in a message that stand for an argument, such as ``derivative`` for an estimator's.
    name : str
        What is tried, where `function` only calls it.
    """

    function: Callable
    judges: tuple[Callable, ...] = ()
    makers: Mapping[str, Maker] = dataclasses.field(default_factory=dict)
    batched: bool = True
    takes: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    undefined: bool = False
    says: tuple[str, ...] = ()
    name: str = ""

    @property
    def names(self) -> list[str]:
        """The arguments that are made."""
        signature = inspect.signature(self.function).parameters
        return [name for name in signature if name not in self.left_out]

    def arguments(self, draw: Draw, scene: Scene) -> Arguments:
        """Plain arguments: C-ordered float64 arrays of moderate numbers."""
        makers = {**POOL, **self.makers}
        return {name: draw(makers[name](scene)) for name in self.names}

    def answer(self, arguments: Arguments) -> dict[str, object] | Refused:
        """The leaves of the value, or what a ValueError said; anything else is an error."""
        before = snapshot(arguments)
        try:
            value = self.function(**arguments)
        except ValueError as error:
            message = str(error)
            words = [*inspect.signature(self.function).parameters, *self.says]
            if "estimator" in words:
                words += ["derivative"]
            assert any(re.search(rf"\b{word}\b", message) for word in words), message
            assert "expected" in message, message
            return Refused(message)
        finally:
            assert snapshot(arguments) == before, "an argument was changed"
        answer = leaves(value)
        if not self.undefined:
            for name, leaf in answer.items():
                assert not is_number(leaf) or np.isfinite(np.asarray(leaf, float)).all(), name
        return answer


def snapshot(arguments: Arguments) -> list[bytes]:
    """The bytes of all arrays among arguments."""
    arrays = []
    for value in arguments.values():
        parts = (value.v, value.w) if isinstance(value, ste.Teacher) else (value,)
        arrays += [part.tobytes() for part in parts if isinstance(part, np.ndarray)]
    return arrays


# --- What every function is asked ----------------------------------------------------------------


def _reversed_twice(x: np.ndarray) -> np.ndarray:
    return np.array(x[..., ::-1])[..., ::-1] if x.ndim else x


def _single(x: np.ndarray) -> np.ndarray:
    return np.clip(x, -1e6, 1e6).astype(np.float32).astype(float)


def _read_only(x: np.ndarray) -> np.ndarray:
    x = x.copy()
    x.setflags(write=False)
    return x


#: Plain numbers made such that another form can hold them, and that form.
FORMS: Mapping[str, tuple[Callable, Callable]] = MappingProxyType(
    {
        "list": (np.asarray, np.ndarray.tolist),
        "Fortran": (np.asarray, lambda x: np.asfortranarray(x) if x.ndim else x),
        "negative strides": (np.asarray, _reversed_twice),
        "read-only": (np.asarray, _read_only),
        "float32": (_single, lambda x: x.astype(np.float32)),
        "integer": (lambda x: np.round(np.clip(x, -1e6, 1e6)), lambda x: x.astype(int)),
        "boolean": (lambda x: (x != 0.0).astype(float), lambda x: x.astype(bool)),
        "nothing masked": (np.asarray, np.ma.masked_array),
    }
)


def other_forms(entry: Entry, arguments: Arguments) -> None:
    """The same numbers in another form have the same value."""
    for name, value in arguments.items():
        if isinstance(value, np.ndarray | float):
            for fits, form in FORMS.values():
                _other_form(entry, arguments, name, fits, form)


def _other_form(
    entry: Entry, arguments: Arguments, name: str, fits: Callable, form: Callable
) -> None:
    fitted = fits(np.asarray(arguments[name], float))
    alone = isinstance(arguments[name], float)  # a number is no array of no axes
    usual = entry.answer({**arguments, name: float(fitted) if alone else fitted})
    other = form(fitted)
    if alone and isinstance(other, np.ndarray):
        other = other[()]
    got = entry.answer({**arguments, name: other})
    if isinstance(got, Refused) or isinstance(usual, Refused):
        assert isinstance(got, Refused)
        assert isinstance(usual, Refused)
        return
    compare(got, usual)


RUBBISH: Mapping[str, object] = MappingProxyType(
    {
        "None": None,
        "nan": math.nan,
        "inf": math.inf,
        "-inf": -math.inf,
        "huge integer": 10**400,
        "huge integers": [10**400, 1],
        "text": "abc",
        "texts": ["abc"],
        "object": object(),
        "complex": 1j,
        "ragged": [[1.0], [1.0, 2.0]],
        "dictionary": {},
        "function": abs,
        "class": int,
    }
)


def _entry_replaced(x: np.ndarray, bad: float) -> np.ndarray:
    x = x.copy()
    x.flat[0] = bad
    return x


def rubbish(entry: Entry, arguments: Arguments) -> None:
    """What is no number, no teacher, no estimator is refused by name."""
    for name, value in arguments.items():
        for kind, bad in RUBBISH.items():
            if name != "self" and kind not in entry.takes.get(name, ()):
                refused = entry.answer({**arguments, name: bad})
                assert isinstance(refused, Refused), (name, kind)
        _bad_entries(entry, arguments, name, value)


def _bad_entries(entry: Entry, arguments: Arguments, name: str, value: object) -> None:
    if isinstance(value, np.ndarray) and value.size:
        for bad in (math.nan, math.inf, -math.inf):
            if "inf" in entry.takes.get(name, ()) and not math.isnan(bad):
                continue
            refused = entry.answer({**arguments, name: _entry_replaced(value, bad)})
            assert isinstance(refused, Refused), (name, bad)
        masked = np.ma.masked_array(value, mask=np.arange(value.size).reshape(value.shape) == 0)
        assert isinstance(entry.answer({**arguments, name: masked}), Refused), (name, "masked")


exponents = st.one_of(st.just(0), st.integers(-1000, 1000))


def any_size(entry: Entry, arguments: Arguments, draw: Draw) -> None:
    """Numbers of any size, each argument another: a finite value, or refused."""
    changed = dict(arguments)
    for name in arguments:
        if isinstance(arguments[name], np.ndarray | float):
            exponent = draw(exponents)
            with np.errstate(over="ignore"):
                big = scaled(np.asarray(arguments[name]), exponent)
            if np.isfinite(big).all():
                changed[name] = big if isinstance(arguments[name], np.ndarray) else float(big)
    entry.answer(changed)


def empty(entry: Entry, arguments: Arguments, draw: Draw) -> None:
    """Of no points a function says nothing, or refuses."""
    if entry.batched:
        none = {
            name: value[None][:0] if isinstance(value, np.ndarray) and name != "self" else value
            for name, value in arguments.items()
        }
        entry.answer(none)


# --- Judges --------------------------------------------------------------------------------------


def scaled(value: Any, exponent: int) -> Any:
    """`value` times ``2**exponent``: numbers, a teacher's v*, the axis of a proxy."""
    if isinstance(value, ste.Teacher):
        teacher = ste.Teacher(np.ldexp(value.v, exponent), value.w)
        object.__setattr__(teacher, "w", value.w)  # to the last digit, not normalised twice
        return teacher
    if isinstance(value, ste.Estimator):
        return stretched(value, 2.0**exponent)
    if isinstance(value, Trajectory):
        return dataclasses.replace(value, v=np.ldexp(value.v, exponent))
    return (
        np.ldexp(value, exponent) if isinstance(value, np.ndarray) else math.ldexp(value, exponent)
    )


def stretched(estimator: ste.Estimator, factor: float) -> ste.Estimator:
    """The proxy ``mu'(x / factor)``."""
    closed = estimator.closed_form
    return ste.Estimator(
        estimator.name,
        lambda x: estimator.derivative(x / factor),
        tuple(b * factor for b in estimator.breakpoints),
        closed and (lambda rho, cos, sin: closed(rho / factor, cos, sin)),
    )


def scaling(
    value: int | Mapping[str, int],
    *,
    everywhere: bool = False,
    rtol: float = 1e-10,
    reach: int = 990,
    how: Callable[[Any, int], Any] = scaled,
    **powers: int,
) -> Callable:
    """``f(c**powers * arguments) = c**value * f(arguments)`` for c = 2^k, so without rounding.

    `value` is one power for all leaves or one for each; `everywhere` says that nothing may be
    refused for |k| up to `reach`, which is from 1e-298 to 1e298; `how` scales an argument.
    """

    most = reach // max(abs(power) for power in powers.values())
    far = [k for k in (-most, most, 520, -540) if abs(k) <= most]
    factors = st.one_of(st.integers(-most, most), st.sampled_from(far))

    def judge(entry: Entry, arguments: Arguments, draw: Draw) -> None:
        usual = entry.answer(arguments)
        if isinstance(usual, Refused):
            return
        k = draw(factors)
        try:
            changed = {
                name: how(part, k * powers[name]) if name in powers else part
                for name, part in arguments.items()
            }
        except ValueError as error:
            assert re.search(r"teacher\.v", str(error))
            return
        got = entry.answer(changed)
        if isinstance(got, Refused):
            assert not everywhere, got.message
            return
        wanted = {}
        for name, leaf in usual.items():
            power = value if isinstance(value, int) else value.get(name, 0)
            with np.errstate(over="ignore"):
                wanted[name] = (
                    np.ldexp(np.asarray(leaf, float), k * power)
                    if power and leaf is not None and is_number(leaf)
                    else leaf
                )
        compare(got, wanted, rtol)

    return judge


@cache
def turns(n: int) -> st.SearchStrategy:
    """An order of n axes, and a sign for each."""
    signs = st.lists(st.sampled_from([-1.0, 1.0]), min_size=n, max_size=n)
    return st.tuples(st.permutations(range(n)), signs)


def turning(*vectors: str, also: tuple[str, ...] = (), rtol: float = 1e-10) -> Callable:
    """An orthogonal change of the inputs' axes changes nothing but the `vectors` among the leaves.

    Axes swap and change sign, so that numbers stay what they are but for the order of sums; `also`
    names arguments with the inputs' axes beside w, w0 and Z.
    """

    def judge(entry: Entry, arguments: Arguments, draw: Draw) -> None:
        usual = entry.answer(arguments)
        n = arguments["teacher"].n
        order, signs = map(np.array, draw(turns(n)))
        changed = {
            name: part[..., order] * signs if name in ("w", "w0", "Z", *also) else part
            for name, part in arguments.items()
        }
        teacher = arguments["teacher"]
        changed["teacher"] = ste.Teacher(teacher.v, teacher.w[order] * signs)
        got = entry.answer(changed)
        assert isinstance(got, Refused) == isinstance(usual, Refused)
        if not isinstance(usual, Refused):
            wanted = {
                name: leaf[..., order] * signs if name in vectors else leaf
                for name, leaf in usual.items()
            }
            compare(got, wanted, rtol, atol=1e-13)

    return judge


def row_by_row(entry: Entry, arguments: Arguments, draw: Draw, atol: float = 1e-13) -> None:
    """Each row has the value it has alone, but for the order in which a sum over it goes."""
    together = entry.answer(arguments)
    count = {
        len(part)
        for name, part in arguments.items()
        if isinstance(part, np.ndarray) and part.ndim > _axes(name)
    }
    if not count:
        return
    alone = [
        entry.answer(
            {
                name: part[i] if isinstance(part, np.ndarray) and part.ndim > _axes(name) else part
                for name, part in arguments.items()
            }
        )
        for i in range(*count)
    ]
    if isinstance(together, Refused):
        assert any(isinstance(one, Refused) for one in alone)
        return
    for i, one in enumerate(alone):
        assert not isinstance(one, Refused)
        row = {name: np.asarray(leaf)[i] for name, leaf in together.items()}
        compare(row, one, atol=atol)


def _axes(name: str) -> int:
    return _AXES.get(name, 0)


#: How many axes belong to one of a kind.
_AXES = MappingProxyType(
    {
        **dict.fromkeys(("v", "w", "v0", "w0", "xi", "uniform", "feedback"), 1),
        **dict.fromkeys(("Z", "states"), 2),
    }
)


def by(reference: Callable[..., object], rtol: float = 1e-10) -> Callable:
    """The value is that of another function of the same arguments, such as one in 40 digits."""

    def judge(entry: Entry, arguments: Arguments, draw: Draw) -> None:
        got = entry.answer(arguments)
        if not isinstance(got, Refused):
            compare(got, leaves(reference(**arguments)), rtol)

    return judge


# --- Trying an entry, and finding what has none --------------------------------------------------


def hold(entry: Entry) -> None:
    """Try a function: its judges at many places, all rubbish and all forms of numbers at a few."""

    @settings(SETTINGS, max_examples=3)
    @given(scenes(entry.batched), st.data())
    def as_numbers(scene: Scene, data: st.DataObject) -> None:
        arguments = entry.arguments(data.draw, scene)
        other_forms(entry, arguments)
        rubbish(entry, arguments)

    @SETTINGS
    @given(scenes(entry.batched), st.data())
    def as_values(scene: Scene, data: st.DataObject) -> None:
        arguments = entry.arguments(data.draw, scene)
        for judge in (any_size, empty, *entry.judges):
            judge(entry, arguments, data.draw)

    as_numbers()
    as_values()


def modules(room: str) -> Iterator[str]:
    """The public modules of a room: its own and those of rooms within, but no wing of `ste`'s."""
    package = importlib.import_module(room)
    for module in pkgutil.iter_modules(package.__path__, f"{room}."):
        if module.name.rpartition(".")[2].startswith("_"):
            continue
        if not module.ispkg:
            yield module.name
        elif room != "ste":
            yield from modules(module.name)


def public(room: str) -> set[str]:
    """Names of what a room offers: functions and methods that have an example.

    A function without an example is a helper, and one that takes nothing but ``np.ndarray`` leaves
    it to its callers to check what they hand on.
    """
    names = set()
    for name in (room, *modules(room)):
        module = importlib.import_module(name)
        for key, thing in vars(module).items():
            if key.startswith("_") or getattr(thing, "__module__", None) != name:
                continue
            if inspect.isclass(thing):
                methods = {f"{key}.{k}": part for k, part in vars(thing).items() if k[0] != "_"}
                names |= {k for k, part in methods.items() if _shown(part)}
                if ">>>" in (thing.__doc__ or ""):
                    names.add(key)
            elif inspect.isfunction(thing) and _shown(thing):
                names.add(key)
    return names


def bare(room: str) -> set[str]:
    """Names of the methods that a room offers, take arrays and have no example of their own."""
    names = set()
    for name in modules(room):
        for key, thing in vars(importlib.import_module(name)).items():
            if key[0] == "_" or not inspect.isclass(thing) or thing.__module__ != name:
                continue
            for method, part in vars(thing).items():
                if method[0] != "_" and inspect.isfunction(part) and not _shown(part):
                    kinds = [
                        str(each.annotation) for each in inspect.signature(part).parameters.values()
                    ]
                    if any("ArrayLike" in kind or "Union" in kind for kind in kinds):
                        names.add(f"{key}.{method}")
    return names


def refuses(method: Callable, **arguments: object) -> None:
    """The method takes these, and names what it refuses of what is no number and no estimator."""
    entry = Entry(method, batched=False)
    assert not isinstance(entry.answer(arguments), Refused)
    rubbish(entry, arguments)


def _shown(thing: object) -> bool:
    if not inspect.isfunction(thing) or ">>>" not in (thing.__doc__ or ""):
        return False
    kinds = [str(part.annotation) for part in inspect.signature(thing).parameters.values()]
    arrays = [kind for kind in kinds if "ndarray" in kind and "Callable" not in kind]
    return not arrays or any("ArrayLike" in kind or "Union" in kind for kind in kinds)


def name_of(entry: Entry) -> str:
    """The name under which `public` lists it."""
    return entry.name or entry.function.__qualname__
