"""The check of calls that open files past the door."""

import ast
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_SPEC = importlib.util.spec_from_file_location("check_files", ROOT / "tools" / "check_files.py")
check = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(check)


def test_files_are_opened_through_the_door_alone():
    assert check.problems() == []


@pytest.mark.parametrize(
    "call",
    [
        "open(path)",
        "path.open('rb')",
        "path.read_text()",
        "path.read_bytes()",
        "np.load(path)",
        "np.memmap(path)",
        "nib.load(path)",
        "nibabel.load(path)",
        "Image.open(path)",
        "h5py.File(path)",
        "os.open(path, 0)",
        "zipfile.ZipFile(path)",
        "np.loadtxt(path)",
        "soundfile.SoundFile(path)",
    ],
)
def test_calls_past_the_door_are_found(tmp_path, call):
    (tmp_path / "io").mkdir()
    (tmp_path / "io" / "new.py").write_text(f"def read(path):\n    return {call}\n")
    assert f"src/corticast/io/new.py:2: {call.partition('(')[0]} opens a file past io/door.py" in check.problems(
        tmp_path
    )


def test_other_calls_are_none_of_files():
    tree = ast.parse("read_bytes(path, TABLE); self.open(1); opened(path); json.load; File('x'); _gate.open()")
    assert list(check.opening_calls(tree)) == []


def test_entries_without_a_call_are_found(tmp_path):
    assert "tools/check_files.py: io/door.py has no call of os.open" in check.problems(tmp_path)
