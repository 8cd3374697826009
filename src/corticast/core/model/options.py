"""The table of options: what each takes, says, and needs in order to count.

An option is a field of a dataclass, written by `option(...)`. From the metadata of these fields come the command line
and its help, the JSON Schema of scene files, the table in the documentation, and the refusal of options that would do
nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

from corticast.core.arguments import typed
from corticast.core.model.kinds import File, Kind, Switch
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError

# What a command makes: a film, its frame at a time, a picture that belongs to no film, a page of slices, a live show.
Product = Literal["film", "frame", "still", "sheet", "show"]

INPUTS, FILM, PICTURE, OUTSIDE = "Inputs", "Film", "Picture", "Seen from outside"
ELECTRODES, SOUND, DATA = "Electrodes", "Sound to activity", "Data to activity"

Class = TypeVar("Class", bound=type)


@dataclass(frozen=True)
class Facts:
    """A scene, as far as it decides which options count.

    Parameters
    ----------
    product : that is made; None if it is not known
    volume, image, electrodes, sound, data : inputs that the scene has; data is a recording or a table of activity
    coloured : whether the volume's voxels are colours
    maximum : whether views show the volume's maxima where `render` is "auto", as those of a CT; before it is known, too
    recording : whether the data is a recording
    plays : in a show, whether a file plays
    values : of all options
    """

    product: Product | None = None
    volume: bool = False
    image: bool = False
    electrodes: bool = False
    sound: bool = False
    data: bool = False
    coloured: bool = False
    maximum: bool = True
    recording: bool = False
    plays: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(frozen=True)
class Need:
    """What an option needs in order to count.

    Parameters
    ----------
    holds : whether a scene has it
    lack : where the option does nothing, such as "without a volume"
    remedy : what to give instead of leaving the option out; empty if there is nothing

    The texts may depend on the scene.
    """

    holds: Callable[[Facts], bool]
    lack: str | Callable[[Facts], str]
    remedy: str | Callable[[Facts], str] = ""

    def why(self, facts: Facts) -> str:
        """The message if it is missing."""
        lack, remedy = (text if isinstance(text, str) else text(facts) for text in (self.lack, self.remedy))
        return f"does nothing {lack}; leave it out" + (f", or {remedy}" if remedy else "")


@dataclass(frozen=True)
class Option:
    """One option.

    Parameters
    ----------
    default : value where it is not given
    help : one sentence
    kind : of its values
    heading : in help and documentation
    default_text : what help says of the default; None takes the default itself, "" says nothing
    needs : what must hold for it to count
    products : things that it changes
    reaches : whether it changes, in a scene, a thing that is not among these
    harmless : values that are true of a scene even where the option does nothing
    needs_of : of an option that takes several names, what some of the names need beside that
    synonyms : other names, for "did you mean"
    flag : on the command line; None makes it of the name
    live : whether `corticast live` has it
    settled : value that the default None stands for in a scene, where the scene alone decides
    repeats : whether it may be given several times
    """

    default: Any
    help: str
    kind: Kind
    heading: str
    default_text: str | None = None
    needs: tuple[Need, ...] = ()
    products: tuple[Product, ...] = ("film", "frame", "still", "sheet", "show")
    reaches: Callable[[Facts], bool] = lambda _: False
    harmless: tuple[Any, ...] = ()
    needs_of: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    flag: str | None = None
    live: bool = True
    settled: Callable[[Facts], Any] = lambda _: None
    repeats: bool = False

    def read(self, name: str, value: Any) -> Any:
        """Read a value; None is the default of an option whose default is None.

        Raises
        ------
        OptionError : the value cannot be used
        """
        if value is None and self.default is None:
            return None
        try:
            return [self.kind.read(each) for each in _listed(value)] if self.repeats else self.kind.read(value)
        except ValueError as error:
            raise OptionError(f"--{name.replace('_', '-')} {_typed(value)}: {error}", name) from None

    def listed(self, value: Any) -> list[Any]:
        """The values of an option that repeats; of another one its value."""
        return list(value) if self.repeats and value is not None else [value]

    def plain(self, value: Any) -> Any:
        """A value as TOML and JSON hold it; None stays. A single value of an option that repeats is no list."""
        if value is None or not self.repeats:
            return None if value is None else self.kind.plain(value)
        plain = [self.kind.plain(each) for each in value]
        return plain[0] if len(plain) == 1 else plain

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value in a scene file."""
        schema = self.kind.schema()
        return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]} if self.repeats else schema

    def text(self, value: Any) -> str:
        """A value as text for the command line."""
        plain = self.plain(value)
        return (",".join(map(typed, plain)) or "none") if isinstance(plain, list) else _typed(plain)

    def as_typed(self, name: str, value: Any) -> str:
        """The option with a value, as text for the command line."""
        flag = first_flag(name, self)
        if value is False and self.turns_both_ways:
            return flag.replace("--", "--no-", 1)
        if self.repeats and isinstance(self.kind, File):
            return " ".join(f"{flag} {_typed(self.kind.plain(each))}" for each in value)
        return flag if isinstance(value, bool) else f"{flag} {self.text(value)}"

    @property
    def turns_both_ways(self) -> bool:
        """Whether the option is a switch that depends on the scene, and can be set on and off."""
        return isinstance(self.kind, Switch) and self.default is None

    @property
    def help_text(self) -> str:
        """Help with the default in brackets."""
        default = self.default_text
        if default is None:
            default = "" if self.default in (None, "") or isinstance(self.kind, Switch) else self.text(self.default)
        return f"{self.help} [{default}]" if default else self.help

    def why_idle(self, value: Any, cases: Sequence[Facts], *, whole: bool = False) -> str | None:
        """Why the option, or a name of its value, would do nothing in any of several cases; None if all counts.

        The reason is that of the first case.

        Parameters
        ----------
        whole : whether single names do not matter
        """
        if value in self.harmless:
            return None
        why = _why_in_all(cases, self._why_idle)
        return why or (None if whole else next(iter(self._idle_names(value, cases).values()), None))

    def counts(self, facts: Facts) -> bool:
        """Whether the option does something."""
        return self._why_idle(facts) is None

    def counting(self, value: Any, cases: Sequence[Facts]) -> Any:
        """A value without the names that would do nothing in any of several cases."""
        idle = self._idle_names(value, cases)
        return type(value)(name for name in value if name not in idle) if idle else value

    def _is_made(self, facts: Facts) -> bool:
        """Whether the option changes things of this kind."""
        return facts.product is None or facts.product in self.products or self.reaches(facts)

    def _why_idle(self, facts: Facts) -> str | None:
        if not self._is_made(facts):
            assert facts.product is not None
            return _OF_PRODUCT[facts.product].why(facts)
        return _lacking(self.needs, facts)

    def _idle_names(self, value: Any, cases: Sequence[Facts]) -> dict[str, str]:
        """Names of a value that would do nothing in any of several cases, and why."""
        named = {name: needs for name, needs in self.needs_of.items() if value is not None and name in value}
        made = [facts for facts in cases if self._is_made(facts)]
        why = {name: _why_in_all(made, partial(_lacking, needs)) for name, needs in named.items()}
        return {name: f"{name} {reason}" for name, reason in why.items() if reason is not None}


def _lacking(needs: Iterable[Need], facts: Facts) -> str | None:
    """The message of the first need that is missing; None without one."""
    return next((need.why(facts) for need in needs if not need.holds(facts)), None)


def _why_in_all(cases: Sequence[Facts], why: Callable[[Facts], str | None]) -> str | None:
    """The first reason where each case has one, else None."""
    found = [why(facts) for facts in cases]
    return found[0] if found and None not in found else None


def _listed(value: Any) -> list[Any]:
    """The values of an option that repeats. A single value may stand without a list.

    Raises
    ------
    ValueError : the list is empty
    """
    values = list(value) if isinstance(value, list | tuple) else [value]
    if not values:
        raise ValueError("give one or more")
    return values


def _typed(value: Any) -> str:
    """A value as on a command line; a text stands in quotes if a shell would read its signs."""
    text = typed(value)
    if not isinstance(value, str) or set(text).isdisjoint('|()*"'):
        return text
    return next((f"{quote}{text}{quote}" for quote in ("'", '"') if quote not in text), text)


def option(default: Any, help: str, kind: Kind, heading: str, **more: Any) -> Any:
    """A field of a dataclass that is an option; parameters as those of `Option`."""
    return field(default=default, metadata={"option": Option(default, help, kind, heading, **more)})


def table_of(cls: type) -> dict[str, Option]:
    """Options of a dataclass by the names of its fields."""
    return {each.name: each.metadata["option"] for each in dataclasses.fields(cls) if "option" in each.metadata}


def flag_of(name: str, option: Option) -> str:
    """Flag of an option on the command line; of a switch that turns both ways, both flags with a slash."""
    word = name.replace("_", "-")
    return option.flag or (f"--{word}/--no-{word}" if option.turns_both_ways else f"--{word}")


def first_flag(name: str, option: Option) -> str:
    """The flag that an option is known by."""
    return flag_of(name, option).split()[0].partition("/")[0]


def read_values(cls: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a dataclass's options, read.

    Raises
    ------
    OptionError : a name is unknown, or a value cannot be used
    """
    table = table_of(cls)
    for name in values:
        if name not in table:
            mean = did_you_mean(name, table, synonyms_of(table)) or "see `corticast render --help-all`"
            raise OptionError(f"{name}: unknown option of a scene; {mean.rstrip()}", name)
    return {name: table[name].read(name, value) for name, value in values.items()}


def synonyms_of(table: Mapping[str, Option]) -> dict[str, str]:
    """Other words for options, and the names that they stand for."""
    return {word: name for name, option in table.items() for word in option.synonyms}


def checked(cls: Class) -> Class:
    """Make a dataclass read the values that it is given.

    Returns
    -------
    The class. Making an object of it raises OptionError for a value that an option does not take, for the name of an
    unknown option, and for a value without a name.
    """
    fill = cls.__init__  # type: ignore[misc]
    table = table_of(cls)
    # `dataclasses.replace` gives these fields too; they are filled without reading.
    others = [each.name for each in dataclasses.fields(cls) if each.init and each.name not in table]

    @functools.wraps(fill)
    def read_and_fill(self: Any, *unnamed: Any, **values: Any) -> None:
        if unnamed:
            raise OptionError(f"{cls.__name__}({typed(unnamed[0])}): name each value, such as volume=...")
        kept = {name: values.pop(name) for name in others if name in values}
        fill(self, **read_values(cls, values), **kept)
        object.__setattr__(self, "given", frozenset(values))

    read_and_fill.__signature__ = _signature(table)  # type: ignore[attr-defined]
    cls.__init__ = read_and_fill  # type: ignore[misc]
    for name in table.keys() & vars(cls).keys():
        # Every instance has its own; those of the class would only lengthen its help.
        delattr(cls, name)
    return cls


def _signature(table: Mapping[str, Option]) -> inspect.Signature:
    """Options and their defaults as help shows them; the types stand in the class."""
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    # A set has another order in each process.
    defaults = {name: each.default for name, each in table.items()}
    defaults = {name: tuple(sorted(d)) if isinstance(d, frozenset) else d for name, d in defaults.items()}
    named = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value) for name, value in defaults.items()]
    return inspect.Signature([itself, *named])


def _in_product(lack: str, remedy: str = "") -> Need:
    return Need(lambda _: False, lack, remedy)


_OF_PRODUCT: dict[Product, Need] = {
    "film": _in_product("in a film"),
    "frame": _in_product("in a picture"),
    "still": _in_product("in a still that belongs to no film", "give --time"),
    "sheet": _in_product("on a contact sheet", "give -o FILE for a film"),
    "show": _in_product("in a live show"),
}
