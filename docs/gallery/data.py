"""Writes the data of the gallery into a folder: python docs/gallery/data.py FOLDER.

The template brain and the song are those of the demo (pip install "corticast[demo]"). The contacts are nobody's: a
grid of 64 over the left hemisphere, a grid of 256 in its place, a grid on either side, and ten depth electrodes.
Their t-values follow a formula, and are no result of any study.
"""

import csv
import shutil
import sys
from pathlib import Path

import numpy as np
import soundfile
from scipy.interpolate import RectBivariateSpline

from corticast.app.demo.demo import demo_inputs, template_path
from corticast.app.demo.song import jingle_bells

SPACING_MM = 5
# Entry and target in mm, for the right hemisphere: the left twin of RA is LA.
SHAFTS = {
    "RA": ((62, 1, -22), (22, -3, -20)),
    "RH": ((66, -22, -14), (26, -20, -18)),
    "RP": ((66, -38, -6), (26, -34, -8)),
    "RI": ((60, 10, 8), (34, 6, 2)),
    "RC": ((46, 30, 34), (7, 24, 30)),
}


def shafts():
    """Names, positions and groups of ten depth electrodes, the first contact of each at its target."""
    for side, sign in (("L", -1), ("R", 1)):
        for name, ends in SHAFTS.items():
            entry, target = np.array(ends, dtype=float) * (sign, 1, 1)
            length = np.linalg.norm(entry - target)
            for k in range(int(length / SPACING_MM) + 1):
                yield f"{side}{name[1]}{k + 1}", target + SPACING_MM * k / length * (entry - target), side + name[1]


def finer(pos, n):
    """A grid of n x n contacts on the surface of a coarser one."""
    old, new = np.arange(len(pos)), np.linspace(0, len(pos) - 1, n)
    return np.stack([RectBivariateSpline(old, old, pos[..., axis])(new, new) for axis in range(3)], axis=2)


def grid(pos, prefix="G", group="grid"):
    """Names, positions and groups of a grid, row by row."""
    for k, each in enumerate(pos.reshape(-1, 3)):
        yield f"{prefix}{k + 1}", each, group


def write(path, rows, header):
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t").writerows([header, *rows])


def write_contacts(path, contacts):
    """Write a table of electrodes."""
    rows = [(name, *np.round(pos, 2), group) for name, pos, group in contacts]
    write(path, rows, ("name", "x", "y", "z", "group"))


def main(folder):
    """Write all files."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template_path(), folder / "brain.nii.gz")
    song = jingle_bells(48000)
    soundfile.write(folder / "song.wav", song.T, 48000, subtype="PCM_16")
    demo = demo_inputs()["electrodes"]
    small = demo.pos[:64].reshape(8, 8, 3)
    write_contacts(folder / "grid64.tsv", grid(small))
    write_contacts(folder / "grid256.tsv", grid(finer(small, 16)))
    both = [*grid(small, "L", "left"), *grid(small * (-1, 1, 1), "R", "right")]
    write_contacts(folder / "both.tsv", both)
    write_contacts(folder / "seeg.tsv", shafts())
    focus = np.hypot(*(np.indices((8, 8)) - np.array([4.6, 3.1])[:, None, None]))
    away = np.hypot(*(np.indices((8, 8)) - np.array([1.0, 6.4])[:, None, None]))
    t = 7.2 * np.exp(-((focus / 2.1) ** 2)) - 4.1 * np.exp(-((away / 1.8) ** 2)) + 0.6 * np.sin(9 * focus)
    write(folder / "t.tsv", [(f"G{k + 1}", f"{each:.2f}") for k, each in enumerate(t.flat)], ("name", "t"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
