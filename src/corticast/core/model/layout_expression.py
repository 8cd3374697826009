"""Expressions of layouts: read from a text, and written as one. It loads no NumPy.

    rows   = row { "/" row }                      one above the other
    row    = part { "|" part }                    side by side
    part   = ( panel | "(" rows ")" ) [ "*" N ]   with a share of the room
    panel  = word [ "@" value { "," value } ]

A value or a word is a run of other characters, or any text in double quotes, where "" stands for one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from corticast.core.model.layout_words import WORDS, Word, number
from corticast.core.model.trees import Above, Beside, Tree
from corticast.core.suggest import did_you_mean

Expression = Tree[Word]

# Deepest parentheses: deeper ones would exhaust Python's stack before any frame had room for the panels.
_DEEPEST = 20

# Panels share one scale: beside a larger share nothing is left of the others.
_LEAST_SHARE, _MOST_SHARE = 0.01, 100

_TOKEN = re.compile(r'(?P<sign>[|/()*@,])|"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^\s|/()*@,"][^\s|/()*@,]*)')


class LayoutError(ValueError):
    """An expression cannot be read.

    Parameters
    ----------
    column : of the text, from 1
    problem : with a remedy
    """

    def __init__(self, column: int, problem: str) -> None:
        super().__init__(f"column {column}: {problem}")
        self.column = column


@dataclass(frozen=True)
class _Token:
    """A sign, or a text; the last one has neither.

    Parameters
    ----------
    column : from 1
    sign : one of | / ( ) * @ and the comma; empty for a text
    text : of a word or value, without quotes; None for a sign and at the end
    """

    column: int
    sign: str = ""
    text: str | None = None

    def __str__(self) -> str:
        return self.sign or (f'"{self.text}"' if self.text is not None else "the end")


@dataclass(frozen=True)
class _Share:
    """A share of the room, and the column of its star."""

    column: int
    value: float


def parsed(text: str, presets: Collection[str], synonyms: Mapping[str, str]) -> Expression:
    """Tree of an expression.

    Parameters
    ----------
    presets : names of layouts, which are words too
    synonyms : other words for panels and presets, for "did you mean"

    Raises
    ------
    LayoutError : the text is no expression
    """
    return _Reader(text, tuple(dict.fromkeys((*WORDS, *presets))), synonyms).whole()


def expression_of(tree: Expression) -> str:
    """Text of a tree, which `parsed` reads back."""
    match tree:
        case Word():
            values = ",".join(_value_text(value) for value in tree.at)
            return f"{tree.name}@{values}" if tree.at else tree.name
        case Beside():
            return " | ".join(_parts(tree, lambda part: isinstance(part, Word)))
        case Above():
            # A row binds more tightly, and needs parentheses only for its share.
            return " / ".join(_parts(tree, lambda part: isinstance(part, Word | Beside)))


def _parts(tree: Beside[Word] | Above[Word], stands_bare: Callable[[Expression], bool]) -> list[str]:
    # One written share makes shares of all.
    hidden = set() if set(tree.shares) == {1.0} else {1.0}
    texts = []
    for place, part in enumerate(tree.parts):
        share = tree.shares[place] if tree.shares else None
        is_shared = share is not None and share not in hidden
        bare = isinstance(part, Word) or (stands_bare(part) and not is_shared)
        text = expression_of(part) if bare else f"({expression_of(part)})"
        texts.append(f"{text}*{_value_text(share)}" if is_shared and share is not None else text)
    return texts


def _value_text(value: float | str) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    found = _TOKEN.fullmatch(value)
    return value if found and found["plain"] else '"' + value.replace('"', '""') + '"'


class _Reader:
    """Reads one expression, token by token."""

    def __init__(self, text: str, words: Collection[str], synonyms: Mapping[str, str]) -> None:
        self._tokens = _tokens(text)
        self._words, self._synonyms = words, synonyms
        self._next = 0
        self._depth = 0

    def whole(self) -> Expression:
        """Tree of the whole text."""
        tree, share = self._rows()
        token = self._token
        if token.sign == ")":
            raise LayoutError(token.column, ") closes nothing; leave it out")
        if token.text is not None or token.sign:
            raise LayoutError(token.column, f"write | or / before {token}")
        self._refuse_lone(share)
        return tree

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, sign: str) -> _Token | None:
        """The next token if it is this sign."""
        token = self._token
        if token.sign != sign:
            return None
        self._next += 1
        return token

    def _rows(self) -> tuple[Expression, _Share | None]:
        return self._line("/", Above, lambda: self._line("|", Beside, self._part))

    def _line(
        self,
        sign: str,
        kind: type[Beside[Word]] | type[Above[Word]],
        read: Callable[[], tuple[Expression, _Share | None]],
    ) -> tuple[Expression, _Share | None]:
        """Parts between signs; a single part stands for itself, and keeps its share."""
        found = [read()]
        while self._take(sign):
            found.append(read())
        if len(found) == 1:
            return found[0]
        shares = [share for _, share in found]
        written = any(share is not None for share in shares)
        values = tuple(share.value if share is not None else 1.0 for share in shares) if written else ()
        return kind(tuple(tree for tree, _ in found), values), None

    def _part(self) -> tuple[Expression, _Share | None]:
        opened = self._take("(")
        if opened is None:
            return self._panel(), self._share()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise LayoutError(opened.column, f"more than {_DEEPEST} parentheses within one another; leave some out")
        tree, inner = self._rows()
        if not self._take(")"):
            token = self._token
            if token.text is not None or token.sign:
                raise LayoutError(token.column, f"write |, / or ) before {token}")
            raise LayoutError(opened.column, "( is never closed; write ) behind its last panel")
        self._refuse_lone(inner)
        self._depth -= 1
        return tree, self._share()

    def _share(self) -> _Share | None:
        star = self._take("*")
        if star is None:
            return None
        token = self._token
        try:
            value = number(token.text or "")
        except ValueError:
            value = 0.0
        if not _LEAST_SHARE <= value <= _MOST_SHARE:
            text = f"give a share of {_LEAST_SHARE} to {_MOST_SHARE} after *, such as *2"
            raise LayoutError(token.column, text)
        self._next += 1
        return _Share(star.column, value)

    @staticmethod
    def _refuse_lone(share: _Share | None) -> None:
        if share is not None:
            raise LayoutError(share.column, "a share does nothing without a neighbour; leave it out")

    def _panel(self) -> Word:
        name = self._token
        if name.text is None:
            raise LayoutError(name.column, f"a panel is missing before {name}; give one, such as axial")
        if name.text not in self._words:
            mean = did_you_mean(name.text, self._words, self._synonyms).rstrip()
            remedy = mean or f"give some of {', '.join(self._words)}"
            raise LayoutError(name.column, f"unknown panel {name.text}; {remedy}")
        self._next += 1
        return Word(name.text, self._at(name))

    def _at(self, name: _Token) -> tuple[float | str, ...]:
        """Values behind the @ of a word."""
        assert name.text is not None
        kind = WORDS.get(name.text)
        sign = self._take("@")
        if sign is not None and kind is None:
            raise LayoutError(sign.column, f"{name.text} is a layout, and nothing stands behind @; leave @ out")
        values = [self._value(name.text)] if sign is not None else []
        while values and self._take(","):
            values.append(self._value(name.text))
        if kind is None:
            return ()
        try:
            return kind.read([value.text or "" for value in values])
        except ValueError:
            raise LayoutError(values[0].column if values else name.column, f"{name.text}: {kind.remedy}") from None

    def _value(self, name: str) -> _Token:
        token = self._token
        if token.text is None:
            raise LayoutError(token.column, f"a value is missing before {token}; {name}: {WORDS[name].remedy}")
        self._next += 1
        return token


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while True:
        place += len(text[place:]) - len(text[place:].lstrip())
        if place == len(text):
            return [*found, _Token(place + 1)]
        match = _TOKEN.match(text, place)
        if match is None:
            raise LayoutError(place + 1, 'a quote is never closed; write " behind the name')
        words = match["quoted"].replace('""', '"') if match["quoted"] is not None else match["plain"]
        found.append(_Token(place + 1, match["sign"] or "", words))
        place = match.end()
