"""Whatever the bytes of a file, its reader gives data or one error of one line, in bounded memory.

`make fuzz` looks for such bytes by coverage; these tests change seeds by chance, and keep the inputs that were found.
"""

import ast
import importlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.in_process import read_in_children, read_in_process
from tests.fuzz.judge import judge
from tests.fuzz.readers import READERS, electrodes

import corticast
from corticast.io import mne_formats, readers, recording
from corticast.io.activity import ACTIVITY_SUFFIXES

IO = Path(corticast.__file__).parent / "io"
# Functions that read a file.
READ = {"opened", "read_bytes", "by_path", "read_json", "read_text", "read_lines", "read_rows", "read_toml", "Confined"}
# Most changes fall into headers.
PLACES = st.one_of(st.integers(0, 400), st.integers(0, 1 << 20))
CHANGES = st.tuples(PLACES, st.integers(0, 8), st.binary(max_size=6))


@pytest.fixture(scope="module", autouse=True)
def _in_process():
    before = read_in_process()
    yield
    read_in_children(before)


@pytest.fixture(scope="module", params=READERS)
def reader(request, tmp_path_factory):
    """A reader with its seeds and a folder."""
    folder = tmp_path_factory.mktemp(request.param)
    found = READERS[request.param]
    return found, found.contents(folder), folder


def changed(content, changes, words):
    content = bytearray(content)
    for place, n, text in changes:
        place %= len(content) + 1
        # A text of one byte stands for a word.
        text = words[text[0] % len(words)] if len(text) == 1 and words else text
        content[place : place + n] = text
    return bytes(content)


def test_seeds_are_read(reader):
    found, contents, folder = reader
    assert contents
    for content in contents:
        assert judge(found, content, folder) == ""


def test_changed_files_are_read_or_refused(reader):
    found, contents, folder = reader

    @settings(max_examples=12, database=None)
    @given(st.sampled_from(contents), st.lists(CHANGES, max_size=4), st.none() | st.integers(0, 2000))
    def check(content, changes, stop):
        judge(found, changed(content, changes, found.words)[:stop], folder)

    check()


# The table of readers


def first_files():
    return [Path(reader.files[0]) for reader in READERS.values()]


def test_all_readers_of_positions_are_in_the_table():
    chosen = {
        next((read for suffix, read in readers.READERS.items() if name.lower().endswith(suffix)), None)
        for name in (reader.files[0] for reader in READERS.values() if reader.read is electrodes)
    }
    assert set(readers.READERS.values()) <= chosen


def test_all_formats_of_recordings_and_of_activity_are_in_the_table():
    names = [path.name.lower() for path in first_files()]
    formats = {mne_formats.reader_of(path) for path in first_files()}
    assert {*mne_formats.READERS.values(), mne_formats.NIHON_KOHDEN} <= formats
    for suffix in {*recording.RECORDING_SUFFIXES, *ACTIVITY_SUFFIXES} - {*mne_formats.READERS}:
        assert any(name.endswith(suffix) for name in names), suffix


def test_all_modules_that_read_files_are_in_the_table():
    """Modules of io that call a function which opens a file are named by a reader, and its names are modules."""
    named = {name for reader in READERS.values() for name in reader.modules}
    for name in named:
        importlib.import_module(f"corticast.io.{name}")
    for path in IO.rglob("*.py"):
        name = ".".join(path.relative_to(IO).with_suffix("").parts)
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & READ or name in named | {"door"}, f"{name} reads files; tests/fuzz/readers.py lacks it"
