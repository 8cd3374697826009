"""How well pictures fill their frames: the scale of each against the largest possible one, and the texts that touch.

    python benchmarks/composition.py [--data FOLDER] [--before FILE] [--sheet FILE.png] [-o results/composition.json]

The scale of a frame is compared with its geometric optimum: the largest scale at which the boxes of its panels fit the
frame without labels, however they are arranged. Boxes are those of the largest part of the head in each slice, joined
with the contacts drawn, and the outlines of views. All labels are on: a title, a clock, captions, a colour bar or a
legend, and the line at the foot.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import corticast as cc
from corticast.core.geometry.body import body_of
from corticast.core.geometry.cells import extent_mm
from corticast.core.geometry.fit import fit_of, fitted
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.placement import place
from corticast.core.geometry.scene_cells import cell_trees
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.layouts import LAYOUTS
from corticast.core.model.trees import leaves
from corticast.core.model.types import Electrodes, FrameState
from corticast.core.text.captions import ActivityScale, Captions, Text
from corticast.core.text.foot import Fact
from corticast.core.text.metrics import font, text_width_px

ROOT = Path(__file__).parents[1]
SIZES = ((1920, 1080), (1080, 1920), (1080, 1080), (1280, 720), (800, 600), (3840, 2160))
VOLUMES = {
    "brain.mgz": "subject_sample_ecog/brain.mgz",
    "T1.mgz": "subject_sample_ecog/T1.mgz",
    "MNI": "volumes/mni152/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz",
    "ch2": "volumes/colin27/ch2.nii.gz",
    "oblique": "volumes/oblique/FLAIR.nii.gz",
    "mouse": "../cases/14-small-brain/mouse.nii.gz",
}
LINES = (
    Fact("lights follow the sound"),
    Fact("10 bands 400–6000 Hz", rank=4),
    Fact("full scale: each band's 99th percentile", rank=3),
    Fact("smoothed (zero-phase, 5 Hz, shows the sound up to 88 ms early)", "smoothed (zero-phase, 5 Hz)", 1),
    Fact("n = 48 contacts", rank=8),
)
GROUPS = ("LA", "LH", "RA", "RH", "GridA")


def contacts_in(volume: cc.Volume) -> Electrodes:
    """Shafts and a grid on both sides of a head of any size."""
    low, high = body_of(volume).ends_mm(np.eye(3))
    middle, half = (low + high) / 2, (high - low) / 2
    shares, names = [], []
    for group, (side, y, z) in zip(
        GROUPS, [(-1, 0.3, 0.0), (-1, -0.1, -0.2), (1, 0.3, 0.0), (1, -0.1, -0.2)], strict=False
    ):
        for number in range(8):
            shares.append((side * (0.25 + 0.07 * number), y, z))
            names.append(f"{group}{number + 1}")
    for row, column in itertools.product(range(4), range(4)):
        shares.append((-0.8, -0.35 + 0.16 * column, 0.1 + 0.14 * row))
        names.append(f"GridA{4 * row + column + 1}")
    return Electrodes(tuple(names), middle + half * np.array(shares), space="world")


def scenes_of(volume: cc.Volume, layout: str) -> dict[str, cc.Scene]:
    """A still with activity, one of groups, and a sweep."""
    table = contacts_in(volume)
    drive = cc.ArrayDrive(np.ones((len(table.names), 2), np.float32), 1.0, table.names)
    title = "Patient 3 listens to a carol"
    return {
        "activity": cc.Scene(volume=volume, electrodes=table, drive=drive, layout=layout, title=title),
        "groups": cc.Scene(volume=volume, electrodes=table, layout=layout, title=title, caption="high gamma"),
        "sweep": cc.Scene(volume=volume, layout=layout, title=title),
    }


def optimum(boxes: Sequence[tuple[float, float]], size: tuple[int, int]) -> float:
    """Largest scale at which boxes fit a frame beside and above one another, in any order and arrangement."""
    if len(set(boxes)) == 1 and len(boxes) > 4:
        width, height = boxes[0]
        return max(
            min(size[0] / (columns * width), size[1] / (-(-len(boxes) // columns) * height))
            for columns in range(1, len(boxes) + 1)
        )
    outlines = _outlines(tuple(sorted(boxes)), {})
    return max(min(size[0] / width, size[1] / height) for width, height in outlines)


def _outlines(boxes: tuple[tuple[float, float], ...], known: dict[Any, Any]) -> set[tuple[float, float]]:
    """Widths and heights of all arrangements."""
    if len(boxes) == 1:
        return {boxes[0]}
    if boxes not in known:
        found = set()
        for chosen in range(1, 2 ** (len(boxes) - 1)):
            parts = [tuple(box for k, box in enumerate(boxes) if (chosen >> k & 1) == side) for side in (0, 1)]
            for (w, h), (other_w, other_h) in itertools.product(*(_outlines(part, known) for part in parts)):
                found |= {(w + other_w, max(h, other_h)), (max(w, other_w), h + other_h)}
        known[boxes] = {one for one in found if not any(o != one and o[0] <= one[0] and o[1] <= one[1] for o in found)}
    return known[boxes]


def boxes_of(scene: cc.Scene, placed: Any) -> list[tuple[float, float]]:
    """Width and height in mm of what each panel must show."""
    fit = fit_of(scene, placed)
    tree = fitted(cell_trees(scene, placed, fit)[0], fit)
    boxes = [extent_mm(cell, fit.limits_mm) for cell in leaves(tree)]
    return [box for box in boxes if box != (0.0, 0.0)]


def texts_of(scene: cc.Scene, layout: Any, kind: str) -> list[Text]:
    """All texts of a frame."""
    scale = ActivityScale("high gamma amplitude", 153.2, signed=True, unit="µV") if kind == "activity" else None
    captions = Captions(
        scene,
        layout,
        Motion("sweep" if kind == "sweep" else "rest"),
        scale if kind != "groups" else ActivityScale(),
        groups=GROUPS if kind == "groups" else (),
        caption=LINES if kind == "activity" else (Fact("high gamma"),) if kind == "groups" else (),
    )
    state = FrameState((-42.5, -104.5, -16.5), clock="" if kind == "groups" else "1:02:03.0", window=(0.0, 15290.0))
    return [*captions.resting(state), *captions.moving(state)]


def box_of(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in pixels."""
    slot, width = text.slot, text_width_px(text.text, text.slot.size_px, strong=text.strong)
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    _, above, _, below = font(500, text.strong).getbbox(text.text, anchor="ls")
    share = slot.size_px / 500
    baseline = slot.y + 0.711 * slot.size_px / 2
    return left, baseline + share * above, left + width, baseline + share * below


def faults(texts: Sequence[Text], size: tuple[int, int]) -> tuple[int, int, int]:
    """Pairs of texts that touch, texts that are cut or leave the frame, and texts that are too small."""
    boxes = [box_of(text) for text in texts]
    touching = sum(
        all(min(one[k + 2], other[k + 2]) - max(one[k], other[k]) > 0.5 for k in (0, 1))
        for one, other in itertools.combinations(boxes, 2)
    )
    cut = sum(
        "…" in text.text or min(box[0], box[1], size[0] - box[2], size[1] - box[3]) < -0.5
        for text, box in zip(texts, boxes, strict=True)
    )
    small = sum(text.slot.size_px < max(10, 0.016 * size[1]) - 1e-6 for text in texts)
    return touching, cut, small


def measured(data: Path) -> Iterator[dict[str, Any]]:
    """A row for each volume, layout, content and size."""
    for name, file in VOLUMES.items():
        volume = cc.load_volume(data / file)
        for layout in LAYOUTS:
            for kind, scene in scenes_of(volume, layout).items():
                placed = place(scene.electrodes, volume=volume) if scene.electrodes is not None else None
                boxes = boxes_of(scene, placed)
                for size in SIZES:
                    made = layout_of(scene, placed, size)
                    scale, largest = made.panels[0].pixels_per_mm, optimum(boxes, size)
                    texts = texts_of(scene, made, kind)
                    touching, cut, small = faults(texts, size)
                    yield {
                        "volume": name,
                        "layout": layout,
                        "content": kind,
                        "size": "x".join(map(str, size)),
                        "px_per_mm": round(scale, 4),
                        "optimum": round(largest, 4),
                        "ratio": round(scale / largest, 4),
                        "texts": len(texts),
                        "touching": touching,
                        "cut": cut,
                        "small": small,
                    }


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The worst frames, and counts."""
    ratios = np.array([row["ratio"] for row in rows])
    worst = sorted(rows, key=lambda row: row["ratio"])[:5]
    return {
        "frames": len(rows),
        "least_ratio": float(ratios.min()),
        "median_ratio": float(np.median(ratios)),
        "frames_below_0.85": int((ratios < 0.85).sum()),
        "worst": [f"{row['volume']} {row['layout']} {row['content']} {row['size']}: {row['ratio']}" for row in worst],
        **{each: sum(row[each] for row in rows) for each in ("texts", "touching", "cut", "small")},
    }


def draw_sheet(data: Path, path: Path, size: tuple[int, int], volumes: Sequence[str]) -> None:
    """All layouts of some volumes on one page."""
    pictures = []
    for name in volumes:
        volume = cc.load_volume(data / VOLUMES[name])
        for layout in LAYOUTS:
            scene = replace(scenes_of(volume, layout)["activity"], labels="all")
            pictures.append(Image.fromarray(cc.frame(scene, time=0, size=size)))
    n_columns = 4
    width, height = size
    page = Image.new("RGB", (n_columns * (width + 4), -(-len(pictures) // n_columns) * (height + 4)), (60, 0, 60))
    for number, picture in enumerate(pictures):
        page.paste(picture, (number % n_columns * (width + 4), number // n_columns * (height + 4)))
    page.save(path)


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the volumes")
    parser.add_argument("--before", type=Path, help="rows of another version, from --rows")
    parser.add_argument("--rows", type=Path, help="write the rows alone to a file")
    parser.add_argument("--sheet", type=Path, help="draw all layouts to a picture")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "benchmarks/results/composition.json")
    given = parser.parse_args()
    if given.sheet:
        draw_sheet(given.data, given.sheet, (640, 360), ("T1.mgz",))
        return
    rows = list(measured(given.data))
    if given.rows:
        given.rows.write_text(json.dumps(rows, indent=1))
    found: dict[str, Any] = {"now": summary(rows)}
    if given.before:
        found = {"before": summary(json.loads(given.before.read_text())), **found}
    keys = ("volume", "layout", "content", "size", "px_per_mm", "optimum", "ratio")
    found["rows"] = [" ".join(str(row[key]) for key in keys) for row in rows]
    given.output.write_text(json.dumps(found, indent=1) + "\n")
    sys.stdout.write(json.dumps({key: value for key, value in found.items() if key != "rows"}, indent=1) + "\n")


if __name__ == "__main__":
    main()
