"""Resolves every shader and every include, and has glslangValidator read the result where it is installed."""

import shutil
import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path

from corticast.errors import ShaderError
from corticast.gl.shaders import resolve, shader_dir


def _all_of(*names: str) -> list[tuple[str, ...]]:
    """Every choice of some names."""
    return [chosen for n in range(len(names) + 1) for chosen in combinations(names, n)]


# Names that passes are compiled with.
VARIANTS: dict[str, list[tuple[str, ...]]] = {
    "electrodes.frag": [(), ("HOLLOW",)],
    "electrodes.vert": [(), ("HITS",)],
    "ray_hits.frag": [(), ("RGB_VOXELS",)],
    "ray_surface.frag": [(), ("RGB_VOXELS",)],
    "ray_peak.frag": [(), ("RGB_VOXELS",)],
    "ray_glass.frag": [(), ("RGB_VOXELS",)],
    "slice_rows.frag": _all_of("NEAREST", "BETWEEN", "HOLES"),
    "slice_aligned.frag": _all_of("NEAREST", "HOLES", "GREY"),
    "slice_luma.frag": _all_of("NEAREST", "HOLES"),
    "slice_oblique.frag": [(), ("NEAREST",), ("HOLES", "GREY"), ("RGB_VOXELS",), ("RGB_VOXELS", "NEAREST")],
}


def main() -> int:
    """Check all passes; 1 when one is wrong."""
    validator = shutil.which("glslangValidator")
    n_checked = n_wrong = 0
    for path in sorted((shader_dir() / "pass").iterdir()):
        for defines in VARIANTS.get(path.name, [()]):
            n_checked += 1
            try:
                source, origins = resolve(f"pass/{path.name}", defines)
            except ShaderError as error:
                n_wrong += 1
                sys.stderr.write(f"{error}\n")
                continue
            if validator is None:
                continue
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / path.name
                file.write_text(source)
                result = subprocess.run([validator, str(file)], capture_output=True, text=True, check=False)
            if result.returncode:
                n_wrong += 1
                sys.stderr.write(
                    f"shaders/pass/{path.name} {defines}: {result.stdout}\n(line n is {origins[-1]} at the end)\n"
                )
    sys.stdout.write(
        f"{n_checked} shaders, {n_wrong} wrong{'' if validator else ' (glslangValidator is not installed)'}\n"
    )
    return int(n_wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
