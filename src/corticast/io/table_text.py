"""The text of tables as programs and people write it: encodings, delimiters, comments and decimal commas."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from corticast.io.decimal_commas import Row, with_points

# Lines above the header that may hold a title.
_MOST_TITLE_LINES = 30
_BLANKS_AND_COMMAS = re.compile(r"\d,\d+[ ]+[-+−]?\d+,\d")
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)


@dataclass(frozen=True)
class Rows:
    """Rows of cells without surrounding blanks, except blank rows.

    Parameters
    ----------
    rows : number of the line, from 1, and cells
    comments : lines that begin with # or %, with their number; empty unless they were asked for
    notes : doubts about cells, for the user
    delimiter : between cells, " " for any number of blanks
    """

    rows: tuple[Row, ...]
    comments: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    delimiter: str = ","


def decoded(data: bytes) -> str | None:
    """Text with plain newlines, in UTF-8, UTF-16, UTF-32 or Windows-1252; None if the bytes are no text."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff")
        return text if all(character >= " " or character in "\n\t" for character in text) else None
    return None


def rows_of(text: str, *, loose: bool = False) -> Rows:
    """Split a text into rows of cells.

    The delimiter is the first of tab, semicolon and comma that occurs in the first row; a loose table may have a bar.

    Parameters
    ----------
    loose : whether lines that begin with # or % are comments, blanks may divide cells, and a line sep=; names the
        delimiter

    Raises
    ------
    csv.Error : a row cannot be split; its arguments are the message and the number of the line
    """
    lines = text.split("\n")
    delimiter, comments = "", []
    if loose:
        delimiter = _named_delimiter(lines)
        comments = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.lstrip()[:1] in ("#", "%")]
        for number, _ in comments:
            lines[number - 1] = ""
    content = [line for line in lines if line.strip()]
    delimiter = delimiter or _delimiter(content, loose)
    if delimiter == " ":
        lines = [line.strip() for line in lines]
    rows = []
    reader = csv.reader(
        io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True, skipinitialspace=delimiter == " "
    )
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                rows.append((reader.line_num, stripped))
    except csv.Error as error:
        raise csv.Error(str(error), reader.line_num) from error
    pointed, notes = with_points(rows, delimiter, positions=loose)
    return Rows(tuple(pointed), tuple(comments), notes, delimiter)


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return ("utf-32",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    head = data[:512]
    # Latin letters of UTF-16 have a zero in every second byte.
    if len(head) >= 8 and head[1::2].count(0) > 0.4 * len(head) > 2 * head[0::2].count(0):
        return ("utf-16-le",)
    if len(head) >= 8 and head[0::2].count(0) > 0.4 * len(head) > 2 * head[1::2].count(0):
        return ("utf-16-be",)
    return ("utf-8", "cp1252", "latin-1")


def _named_delimiter(lines: list[str]) -> str:
    """The delimiter that Excel's first line names, such as sep=; ("" without one); the line becomes blank."""
    named = _SEPARATOR_LINE.fullmatch(lines[0].strip("\n"))
    if named is None:
        return ""
    lines[0] = ""
    return named[1]


def _delimiter(content: list[str], loose: bool) -> str:
    first = content[0] if content else ""
    if loose:
        # Titles of the table may stand above its header.
        first = next((line for line in content[:_MOST_TITLE_LINES] if _has_axes(line)), first)
    for mark in "\t;|" if loose else "\t;":
        if mark in first:
            return mark
    if not loose:
        return ","
    if any(_BLANKS_AND_COMMAS.search(line) for line in content[:2]):
        return " "
    return "," if "," in first or len(first.split()) < 2 else " "


def _has_axes(line: str) -> bool:
    """Whether three cells of a line name axes, by any delimiter."""
    words = {word.strip().strip('"').lower() for word in re.split(r"[\t;|,]", line)}
    return any(set(axes) <= words for axes in ("xyz", "ras", "lps"))
