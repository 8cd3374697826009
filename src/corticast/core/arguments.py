"""Checks of arguments: each error is one line that names the argument, the value and the values that are wanted.

    sample_rate 'fast': give samples per second, above 0

Names are those of the caller: keywords of Python, or options of the command line with their dashes.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from math import isfinite
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, cast

from corticast.core.suggest import did_you_mean
from corticast.errors import DataError, OptionError, keyword

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])

_LONGEST_TEXT = 40
# Kinds of NumPy's types: floating, signed, unsigned, bool.
_REAL_KINDS = "fiub"


def came(value: Any) -> str:
    """A value in a few words, as a person would type it."""
    if _is_array(value):
        kind = "text" if value.dtype.kind in "US" else "objects" if value.dtype.kind == "O" else value.dtype.name
        return f"(array of shape {value.shape}, {kind})"
    if isinstance(value, type):
        return f"(the class {value.__name__})"
    if value is None or isinstance(value, bool | bytes):
        return _cut(repr(value))
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return f"{float(value):g}"
    if isinstance(value, str):
        return _cut(value if value.strip() and not _looks_like_number(value) else repr(value))
    if isinstance(value, tuple | list) and 0 < len(value) <= 8 and all(isinstance(each, str | Real) for each in value):
        return ",".join(map(came, value))
    if isinstance(value, tuple | list | dict | set | frozenset):
        return f"({type(value).__name__} of {len(value)})"
    kind = type(value).__name__
    return f"({'an' if kind[0] in 'AEIOU' else 'a'} {kind})"


def typed(value: Any) -> str:
    """A value in a few words, with a text as a command line has it: without quotation marks."""
    return _cut(os.fspath(value)) if isinstance(value, str | Path) else came(value)


def short_repr(thing: Any) -> str:
    """Text of a dataclass on one line: the values that differ from their defaults, arrays by shape and type."""
    values = {each.name: getattr(thing, each.name) for each in fields(thing) if each.repr}
    defaults = {each.name: each.default for each in fields(thing)}
    parts = [f"{name}={_part(value)}" for name, value in values.items() if _differs(value, defaults[name])]
    return f"{type(thing).__name__}({', '.join(parts)})"


def _differs(value: Any, default: Any) -> bool:
    return value is not default and (_is_array(value) or bool(value != default))


def _part(value: Any) -> str:
    if isinstance(value, str | Path):
        return _cut(repr(str(value)))
    if isinstance(value, tuple | list) and len(value) <= 4:
        return _cut(repr(value))
    if isinstance(value, frozenset):
        return repr(tuple(sorted(value)))
    if is_dataclass(value) and not isinstance(value, type):
        name = getattr(value, "name", "") or getattr(getattr(value, "path", None), "name", "")
        return f"{type(value).__name__}({repr(name) if name else '...'})"
    return came(value)


def _is_array(value: Any) -> TypeGuard[np.ndarray]:
    # The command line needs these checks before it needs NumPy.
    return is_from(value, "numpy", "ndarray")


def _looks_like_number(text: str) -> bool:
    return text.strip().lstrip("+-")[:1].isdigit()


def is_from(value: Any, package: str, name: str) -> bool:
    """Whether a value is an instance of a class of a package, which is not imported for that."""
    return any(each.__name__ == name and each.__module__.partition(".")[0] == package for each in type(value).__mro__)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT]}..."


def wrong(name: str, value: Any, want: str, mean: str = "") -> OptionError:
    """The error of a value that cannot be used, with the question of `did_you_mean`."""
    return OptionError(f"{name} {came(value)}: {mean}give {want}", keyword(name))


def is_real(value: Any) -> bool:
    """Whether a value is a finite number and no bool."""
    return not isinstance(value, bool) and isinstance(value, Real | Decimal) and isfinite(value)


def check_real(
    name: str, value: Any, want: str, *, above: float | None = None, low: float | None = None, high: float | None = None
) -> None:
    """Refuse a value that is no finite number, or lies out of range.

    Raises
    ------
    OptionError : the value cannot be used
    """
    if (
        not is_real(value)
        or (above is not None and not value > above)
        or (low is not None and value < low)
        or (high is not None and value > high)
    ):
        raise wrong(name, value, want)


def check_whole(name: str, value: Any, want: str, *, low: int | None = None, high: int | None = None) -> None:
    """Refuse a value that is no whole number, or lies out of range.

    Raises
    ------
    OptionError : the value cannot be used
    """
    is_whole = not isinstance(value, bool) and isinstance(value, Integral)
    if not is_whole or (low is not None and value < low) or (high is not None and value > high):
        raise wrong(name, value, want)


def check_range(name: str, value: Any, want: str, *, low: float, above: bool = False) -> None:
    """Refuse a value that is no pair of finite numbers, the lower one first.

    Parameters
    ----------
    low : least value of the lower number
    above : whether the lower number lies above `low`, and may not equal it

    Raises
    ------
    OptionError : the value cannot be used
    """
    is_pair = (isinstance(value, tuple | list) or _is_array(value)) and len(value) == 2 and all(map(is_real, value))
    if not is_pair or not (low < value[0] if above else low <= value[0]) or not value[0] < value[1]:
        raise wrong(name, value, want)


def check_choice(name: str, value: Any, choices: Collection[str]) -> None:
    """Refuse a value outside of a list of names.

    Raises
    ------
    OptionError : the value cannot be used
    """
    if not isinstance(value, str) or value not in choices:
        *first, last = choices
        raise wrong(name, value, f"{', '.join(first)} or {last}", did_you_mean(value, choices))


def check_text(name: str, value: Any, want: str) -> None:
    """Refuse a value that is no text.

    Raises
    ------
    OptionError : the value cannot be used
    """
    if not isinstance(value, str):
        raise wrong(name, value, want)


def check_switch(name: str, value: Any) -> None:
    """Refuse a value that is neither True nor False.

    Raises
    ------
    OptionError : the value cannot be used
    """
    # NumPy 1 names its class bool_, NumPy 2 names it bool.
    if not isinstance(value, bool) and not is_from(value, "numpy", "bool_") and not is_from(value, "numpy", "bool"):
        raise wrong(name, value, "True or False")


def check_kind(name: str, value: Any, kind: type | tuple[type, ...], want: str) -> None:
    """Refuse a value of another class.

    Raises
    ------
    OptionError : the value cannot be used
    """
    if not isinstance(value, kind):
        raise wrong(name, value, want)


def check_function(name: str, value: Any) -> None:
    """Refuse a value that cannot be called.

    Raises
    ------
    OptionError : the value cannot be used
    """
    if not callable(value):
        raise wrong(name, value, "a function")


def check_path(name: str, value: Any, want: str) -> Path:
    """A file's path, from a str or a Path.

    Raises
    ------
    OptionError : the value is neither, or an empty text
    """
    text = os.fspath(value) if isinstance(value, str | os.PathLike) else ""
    if isinstance(text, str) and text and "\0" not in text:
        return Path(text)
    raise wrong(name, value, want)


def check_array(
    name: str, values: Any, want: str, *, n_axes: Collection[int], finite: bool = False, empty: bool = False
) -> npt.NDArray[Any]:
    """An array of real numbers.

    Parameters
    ----------
    n_axes : numbers of axes that it may have
    finite : whether all numbers must be finite
    empty : whether it may hold nothing

    Raises
    ------
    DataError : the values are something else
    """
    import numpy as np

    try:
        array = np.asarray(values)
    except (ValueError, TypeError):
        raise DataError(f"{name} {came(values)}: give {want}") from None
    shown = values if array.dtype.kind == "O" else array
    if array.dtype.kind not in _REAL_KINDS or array.ndim not in n_axes or not (array.size or empty):
        raise DataError(f"{name} {came(shown)}: give {want}")
    if finite and not np.isfinite(array).all():
        n_wrong = int(np.count_nonzero(~np.isfinite(array)))
        raise DataError(f"{name} {came(array)}: {n_wrong} values are NaN or infinite; give {want}")
    return array


def check_names(name: str, names: Any, n: int, want: str) -> tuple[str, ...]:
    """As many texts as there are rows.

    Raises
    ------
    DataError : the values are something else
    """
    if isinstance(names, str | bytes) or not isinstance(names, Iterable):
        raise DataError(f"{name} {came(names)}: give {want}")
    texts = tuple(names)
    if len(texts) != n:
        raise DataError(f"{name} of {len(texts)} text{'s' * (len(texts) != 1)}: give {want}")
    odd = next((each for each in texts if not isinstance(each, str)), None)
    if odd is not None:
        raise DataError(f"{name} with {came(odd)} among them: give {want}, as texts")
    return texts


def check_unique(name: str, names: Iterable[str]) -> None:
    """Refuse names of channels if one occurs twice.

    Raises
    ------
    DataError : one does; the text names it
    """
    seen: set[str] = set()
    for each in names:
        if each in seen:
            raise DataError(f"{name}: two channels have the name {each}; give each its own")
        seen.add(each)


def named_arguments(function: AnyCallable) -> AnyCallable:
    """Report unknown, missing and surplus arguments of a function or a class in one line.

    A class is changed, and returned.
    """
    if isinstance(function, type):
        function.__init__ = _reporting(function.__init__, function.__name__)  # type: ignore[misc]
        return cast("AnyCallable", function)
    return _reporting(function, function.__name__)


def _reporting(function: AnyCallable, title: str) -> AnyCallable:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            # An error inside of the function has a frame of its own.
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
        raise _misfit(function, title, args, kwargs)

    return cast("AnyCallable", call)


def _misfit(function: Callable[..., Any], title: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> OptionError:
    """The error of arguments that a function does not take."""
    parameters = [each for each in inspect.signature(function).parameters.values() if each.name != "self"]
    names = [each.name for each in parameters]
    unknown = next((name for name in kwargs if name not in names), None)
    if unknown is not None:
        meant = did_you_mean(unknown, names)
        return OptionError(f"{title} has no argument {unknown}; {meant}it takes {', '.join(names)}", unknown)
    positional = [each.name for each in parameters if each.kind is not each.KEYWORD_ONLY]
    n_given = len(args) - (len(names) + 1 == len(inspect.signature(function).parameters))
    if n_given > len(positional):
        by_name = [name for name in names if name not in positional]
        rest = f"; give {', '.join(by_name)} by name" if by_name else ""
        return OptionError(f"{title} takes {', '.join(positional)} by position, and got {n_given} values{rest}")
    twice = next((name for name in positional[:n_given] if name in kwargs), None)
    if twice is not None:
        return OptionError(f"{title}: {twice} is given by position and by name; leave one of the two out", twice)
    given = {*positional[:n_given], *kwargs}
    missing = [each.name for each in parameters if each.default is each.empty and each.name not in given]
    return OptionError(f"{title}: {', '.join(missing)} is missing; give {', '.join(names)}", missing[0])
