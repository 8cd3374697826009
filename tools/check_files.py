"""Finds calls that open files past the door, `corticast.io.door`.

Every call that opens a file by its path must stand in a module of the table below, with the reason: the file is not a
user's, or the call is bounded. The check fails for calls elsewhere, and for entries without a call.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

_SOURCE = Path(__file__).parents[1] / "src" / "corticast"

# Functions that open files, and methods of any object.
_FUNCTIONS = {
    "open",
    "TTFont",
    "SoundFile",
    "_SoundFile",
    "GzipFile",
    "ZipFile",
    "FileIO",
    "NWBHDF5IO",
    "fdopen",
    "truetype",
}
_METHODS = {
    *(
        "open",
        "read_text",
        "read_bytes",
        "memmap",
        "fromfile",
        "loadtxt",
        "genfromtxt",
        "loadmat",
        "read_csv",
        "fdopen",
    ),
    *("truetype", "TTFont", "SoundFile", "NWBHDF5IO", "ZipFile", "TarFile", "GzipFile", "FileIO"),
}
_FULL = {"np.load", "nib.load", "nibabel.load", "mmap.mmap", "h5py.File"}
# Methods of objects of ours that bear such a name.
_OF_OURS = {"self.open", "_gate.open", "window.open", "target.open", "self._target.open", "audio.open"}

_DOOR = "the door itself"
_OWN = "a file that corticast wrote"
_PART = "of the package"
_SYSTEM = "of the system"
_CONTENT = "from content in memory"
_CHILD = "in a child with limits, after the door has checked the path"
_STREAM = "from the door's stream"
# Modules, and the calls that they may contain.
ALLOWED: dict[str, dict[str, str]] = {
    "io/door.py": {"os.open": _DOOR},
    "io/volume_files.py": {"gzip.GzipFile": _STREAM},
    "io/activity.py": {"np.loadtxt": _STREAM},
    "io/picture.py": {"Image.open": _STREAM},
    "io/audio_libsndfile.py": {"_SoundFile": "by the door's descriptor"},
    "core/text/face.py": {"TTFont": _CONTENT, "ImageFont.truetype": _CONTENT},
    "core/text/fonts.py": {"ImageFont.truetype": "from content in memory, or a font of the package"},
    "core/text/system_faces.py": {"TTFont": _STREAM, "ImageFont.truetype": _CONTENT},
    "app/render/page/fonts.py": {"TTFont": "from content in memory, or a font of the package"},
    "app/render/page/shaping.py": {"TTFont": _CONTENT, "read_bytes": "a font of the package"},
    "io/recording_nwb.py": {"pynwb.NWBHDF5IO": _CHILD, "h5py.File": _CHILD},
    "io/nwb_child.py": {"pynwb.NWBHDF5IO": _CHILD},
    "io/hdf5_links.py": {"h5py.File": _CHILD},
    "io/table_child.py": {"zipfile.ZipFile": _CHILD, "path.open": _CHILD},
    "io/confined_child.py": {"read_text": _SYSTEM},
    "process/forks.py": {"os.open": "/dev/null"},
    "gl/shaders.py": {"read_text": _PART},
    "process/threads.py": {"read_text": _SYSTEM},
    "process/memory.py": {"read_text": _SYSTEM},
    "video/pipes.py": {"FileIO": "a pipe of its own"},
    "process/child.py": {"os.fdopen": "standard output"},
    "process/shared_memory.py": {"mmap.mmap": "shared memory without a name"},
    "app/live/report.py": {"open": _SYSTEM},
    "app/live/settings.py": {"read_text": _OWN},
    "app/batch/order.py": {"read_text": _OWN},
    "app/batch/bids/page.py": {"read_text": _OWN},
    "app/batch/bids/plan.py": {"read_text": _OWN},
    "app/render/flash_samples.py": {"read_text": _OWN},
    "app/render/notebook.py": {"read_bytes": _OWN},
    "app/render/profile.py": {"partial.open": "to write"},
    "film/analysis_file.py": {"np.load": _OWN, "partial.open": "to write"},
    "film/shown_activity.py": {"path.open": "to write"},
    "cli/ending.py": {"os.open": "/dev/null"},
    "video/live_writer.py": {"os.open": "to write"},
}


def opening_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each call that opens a file."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        _, dot, last = name.rpartition(".")
        if name in _FULL or (name not in _OF_OURS and last in (_METHODS if dot else _FUNCTIONS)):
            yield node.lineno, name


def _is_listed(name: str, listed: str) -> bool:
    return name == listed or name.endswith(f".{listed}")


def problems(source: Path = _SOURCE) -> list[str]:
    """Calls past the door, and entries of the table without a call."""
    found = []
    unused = {(module, call) for module, calls in ALLOWED.items() for call in calls}
    for path in sorted(source.rglob("*.py")):
        module = path.relative_to(source).as_posix()
        # Benchmarks compare with other software, which reads files in its own way.
        if module.startswith("bench/"):
            continue
        for line, name in opening_calls(ast.parse(path.read_text(encoding="utf-8"))):
            listed = {call for call in ALLOWED.get(module, {}) if _is_listed(name, call)}
            unused -= {(module, call) for call in listed}
            if not listed:
                found.append(f"src/corticast/{module}:{line}: {name} opens a file past io/door.py")
    return [*found, *(f"tools/check_files.py: {module} has no call of {call}" for module, call in sorted(unused))]


if __name__ == "__main__":
    wrong = problems()
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.stdout.write(f"files: {len(wrong)} problems\n")
    sys.exit(bool(wrong))
