"""Have glslangValidator read every shader, in every variant that a pass can ask for.

The variants are all choices of the names that the sources test by #ifdef: none of them excludes another. A missing
glslangValidator is an error with CI=true, or with glslang in CORTICAST_EXPECT.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path

from corticast.errors import ShaderError
from corticast.gl.shaders import resolve, shader_dir

_CONDITION = re.compile(r"^\s*#\s*(?:ifdef|ifndef|if|elif)\b(.*)", re.MULTILINE)


def passes() -> list[str]:
    """Names of the files in shaders/pass."""
    return sorted(path.name for path in (shader_dir() / "pass").iterdir())


def tested_names(source: str) -> set[str]:
    """Names whose definition changes a source."""
    conditions = " ".join(text.partition("//")[0] for text in _CONDITION.findall(source))
    return set(re.findall(r"[A-Za-z_]\w*", conditions)) - {"defined"}


def variants(name: str) -> list[tuple[str, ...]]:
    """Sets of names, sorted, that a shader of shaders/pass may be compiled with."""
    names = sorted(tested_names(resolve(f"pass/{name}")[0]))
    return [chosen for n in range(len(names) + 1) for chosen in combinations(names, n)]


def complaint(name: str, defines: tuple[str, ...], validator: str | None) -> str:
    """Complaints about a shader; empty without any."""
    try:
        source, origins = resolve(f"pass/{name}", defines)
    except ShaderError as error:
        return str(error)
    return "" if validator is None else _by_validator(validator, name, source, origins, defines)


def _by_validator(validator: str, name: str, source: str, origins: tuple[str, ...], defines: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(source)
        result = subprocess.run([validator, str(file)], capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return ""
    lines = [_located(line, origins) for line in result.stdout.splitlines() if line.startswith("ERROR: 0:")]
    return "\n".join([f"shaders/pass/{name} with {' '.join(defines) or 'no name'} defined:", *lines])


def _located(line: str, origins: tuple[str, ...]) -> str:
    """An error of glslangValidator, `ERROR: 0:LINE: TEXT`, with the file and line of the text."""
    _, _, number, text = line.split(":", 3)
    return f"  {origins[int(number) - 1]}:{text}"


def is_expected() -> bool:
    """Whether a missing validator is an error."""
    return os.environ.get("CI") == "true" or "glslang" in os.environ.get("CORTICAST_EXPECT", "").split(",")


def main() -> int:
    """Check all shaders; 1 if a shader is wrong, or if the validator is required but missing."""
    validator = shutil.which("glslangValidator")
    if validator is None and is_expected():
        sys.stderr.write("glslangValidator is missing: tools/system-packages.sh lint installs it\n")
        return 1
    checked = [(name, defines) for name in passes() for defines in variants(name)]
    wrong = [text for name, defines in checked if (text := complaint(name, defines, validator))]
    sys.stderr.writelines(f"{text}\n" for text in wrong)
    unread = "" if validator else " (only includes: glslangValidator is missing)"
    sys.stdout.write(f"{len(checked)} variants of shaders checked, {len(wrong)} wrong{unread}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
