"""Links of the README and the documentation: each file, picture and heading that they name exists."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[3]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

_LINK = re.compile(
    r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|href)=\"([^\"]+)\"|^\[[^\]]+\]:\s+(\S+)", re.MULTILINE
)
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def links_of(text):
    return [next(filter(None, found)) for found in _LINK.findall(_CODE.sub("", text))]


def anchors_of(text):
    """Anchors of headings, as GitHub makes them: in lower case, blanks as dashes, no other signs."""
    headings = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def problem_of(page, link):
    """Why a link leads nowhere; empty for one that leads somewhere, or to another site."""
    if re.match(r"[a-z]+:", link):
        return ""
    path, _, anchor = unquote(link).partition("#")
    target = page if not path else page.parent / path
    if not target.exists():
        return f"{link}: no such file"
    if ROOT not in target.resolve().parents:
        return f"{link}: outside of the repository"
    if anchor and target.suffix == ".md" and anchor not in anchors_of(target.read_text(encoding="utf-8")):
        return f"{link}: no such heading"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_of_the_documentation_is_dead(page):
    text = page.read_text(encoding="utf-8")
    assert [problem for link in links_of(text) if (problem := problem_of(page, link))] == []


def test_every_page_and_picture_is_linked():
    linked = {
        (page.parent / unquote(link).partition("#")[0]).resolve()
        for page in PAGES
        for link in links_of(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", link)
    }
    files = {path.resolve() for path in (ROOT / "docs").rglob("*") if path.is_file()}
    assert {str(path.relative_to(ROOT)) for path in files - linked} == set()


def test_dead_links_are_found(tmp_path, monkeypatch):
    page = ROOT / "docs" / "contacts.md"
    text = "# One `heading`, two\n\n[a](none.md) ![b](no.png) [c](#one-heading-two) `[d](x.md)`\n```\n[e](y.md)\n```\n"
    assert links_of(text) == ["none.md", "no.png", "#one-heading-two"]
    assert problem_of(page, "none.md") == "none.md: no such file"
    assert problem_of(page, "layouts.md#nothing") == "layouts.md#nothing: no such heading"
    assert anchors_of(text) == {"one-heading-two"}
    assert problem_of(page, "https://example.org") == problem_of(page, "layouts.md") == ""
