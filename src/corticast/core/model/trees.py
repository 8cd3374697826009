"""Trees of panels: parts that stand beside or above one another, with their shares of the room. No NumPy is loaded.

One type serves the expression that a person writes, whose leaves are words, and the cells that a frame has room for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar, Union

Leaf = TypeVar("Leaf")
Other = TypeVar("Other")


@dataclass(frozen=True)
class _Split(Generic[Leaf]):
    """Parts in a line.

    Parameters
    ----------
    parts : two or more, from the left or from the top
    shares : of the room, one for each part; empty where every part has the room that its panels need
    """

    parts: tuple[Tree[Leaf], ...]
    shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.parts) > 1
        assert len(self.shares) in (0, len(self.parts))


@dataclass(frozen=True)
class Beside(_Split[Leaf]):
    """Parts side by side, from the left; parameters as those of `_Split`."""


@dataclass(frozen=True)
class Above(_Split[Leaf]):
    """Parts one above the other, from the top; parameters as those of `_Split`."""


Tree = Union[Leaf, Beside[Leaf], Above[Leaf]]  # noqa: UP007 - a generic alias


def leaves(tree: Tree[Leaf]) -> Iterator[Leaf]:
    """Leaves of a tree, from the left and from the top."""
    if isinstance(tree, (Beside, Above)):
        for part in tree.parts:
            yield from leaves(part)
    else:
        yield tree


def mapped(tree: Tree[Leaf], change: Callable[[Leaf], Tree[Other]]) -> Tree[Other]:
    """The tree with other leaves, or trees in their places."""
    if isinstance(tree, Beside):
        return Beside(tuple(mapped(part, change) for part in tree.parts), tree.shares)
    if isinstance(tree, Above):
        return Above(tuple(mapped(part, change) for part in tree.parts), tree.shares)
    return change(tree)


def with_leaves(tree: Tree[Leaf], parts: Iterable[Tree[Other]]) -> Tree[Other]:
    """The tree with other trees in the places of its leaves, in their order."""
    rest = iter(parts)
    return mapped(tree, lambda _: next(rest))


def beside(parts: list[Tree[Leaf]]) -> Tree[Leaf]:
    """Parts side by side; a single part stands alone."""
    return parts[0] if len(parts) == 1 else Beside(tuple(parts))


def above(parts: list[Tree[Leaf]]) -> Tree[Leaf]:
    """Parts one above the other; a single part stands alone."""
    return parts[0] if len(parts) == 1 else Above(tuple(parts))


def has_rows(tree: Tree[Leaf]) -> bool:
    """Whether parts stand one above the other anywhere in a tree."""
    return isinstance(tree, Above) or (isinstance(tree, Beside) and any(map(has_rows, tree.parts)))
