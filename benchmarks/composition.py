"""How well pictures fill their frames: the scale of each against the largest possible one, and the texts that touch.

    python benchmarks/composition.py --data FOLDER [--volumes NAME ...] [--before TREE] [-o results/composition.json]
    python benchmarks/composition.py --data FOLDER --sheet FOLDER

The scale of a frame is compared with its geometric optimum: the largest scale at which the boxes of its panels fit the
frame without labels, however they are arranged. Boxes are those of the largest part of the head in each slice, joined
with the contacts drawn, and the outlines of views. All labels are on: a title, a clock, captions, a colour bar or a
legend, the bar in mm, and the line at the foot. `--before` names the checkout of another version, whose
scales are compared.
`--sheet` draws each layout of each volume at each size, small, on a page for each content.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
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
from corticast.core.geometry.resting import resting_planes
from corticast.core.geometry.scene_cells import cell_trees
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.layouts import LAYOUTS
from corticast.core.model.scene import LABELS, changed
from corticast.core.model.trees import leaves
from corticast.core.model.types import Electrodes, FrameState
from corticast.core.text.captions import ActivityScale, Captions, Text
from corticast.core.text.face import current_face
from corticast.core.text.fonts import font_of
from corticast.core.text.foot import Fact
from corticast.core.text.metrics import text_width_px

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
TITLE = "Patient 3 listens to a carol"
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
    always: dict[str, Any] = {"volume": volume, "layout": layout, "title": TITLE}
    scenes = {
        "activity": cc.Scene(**always, electrodes=table, drive=drive),
        "groups": cc.Scene(**always, electrodes=table, caption="high gamma"),
        "sweep": cc.Scene(**always),
    }
    # Every label, also those that a layout cannot draw.
    return {name: changed(scene, labels=tuple(LABELS)) for name, scene in scenes.items()}


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


def texts_of(scene: cc.Scene, placed: Any, layout: Any, kind: str) -> list[Text]:
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
    # Frames of a sweep have any numbers, and those of a picture the numbers of its own planes.
    planes_mm = (-42.5, -104.5, -16.5) if kind == "sweep" else resting_planes(scene, placed).planes_mm
    state = FrameState(planes_mm, clock="" if kind == "groups" else "1:02:03.0", window=(0.0, 15290.0))
    return [*captions.resting(state), *captions.moving(state)]


def box_of(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in pixels."""
    slot, width = text.slot, text_width_px(text.text, text.slot.size_px, strong=text.strong)
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    _, above, _, below = font_of(current_face(), 500, text.strong).getbbox(text.text, anchor="ls")
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


def rows_of(volume: cc.Volume, name: str) -> Iterator[dict[str, Any]]:
    """A row for each layout, content and size."""
    for layout in LAYOUTS:
        for content, scene in scenes_of(volume, layout).items():
            placed = place(scene.electrodes, volume=volume) if scene.electrodes is not None else None
            boxes = boxes_of(scene, placed)
            for size in SIZES:
                made = layout_of(scene, placed, size)
                texts = texts_of(scene, placed, made, content)
                touching, cut, small = faults(texts, size)
                yield {
                    "volume": name,
                    "layout": layout,
                    "content": content,
                    "size": "x".join(map(str, size)),
                    "px_per_mm": made.panels[0].pixels_per_mm,
                    "optimum": optimum(boxes, size),
                    "texts": len(texts),
                    "touching": touching,
                    "cut": cut,
                    "small": small,
                }


def scales_before(data: Path, names: Sequence[str], tree: Path) -> dict[tuple[str, ...], float]:
    """Pixels per mm of the same frames in another version, by volume, layout, content and size."""
    questions = []
    for name in names:
        table = contacts_in(cc.load_volume(data / VOLUMES[name]))
        questions.append(
            {
                "volume": name,
                "file": str(data / VOLUMES[name]),
                "names": table.names,
                "pos_mm": table.pos.tolist(),
                "layouts": list(LAYOUTS),
                "sizes": SIZES,
                "title": TITLE,
            }
        )
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("composition_before.py"))]
    environment = {**os.environ, "PYTHONPATH": str(tree / "src")}
    done = subprocess.run(
        command, input=json.dumps(questions), capture_output=True, text=True, check=True, env=environment
    )
    return {key_of(row): row["px_per_mm"] for row in json.loads(done.stdout)}


def key_of(row: dict[str, Any]) -> tuple[str, ...]:
    """What names a frame."""
    return row["volume"], row["layout"], row["content"], row["size"]


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The worst frames, and counts."""
    now = [(row["px_per_mm"] / row["optimum"], row) for row in rows]
    ratios = np.array([ratio for ratio, _ in now])
    worst = sorted(now, key=lambda pair: pair[0])[:5]
    found: dict[str, Any] = {
        "frames": len(rows),
        "least_ratio": round(float(ratios.min()), 4),
        "median_ratio": round(float(np.median(ratios)), 4),
        "frames_below_0.85": int((ratios < 0.85).sum()),
        "worst": [f"{' '.join(key_of(row))}: {ratio:.4f}" for ratio, row in worst],
    }
    known = [(row["before"] / row["optimum"], row["px_per_mm"] / row["before"]) for row in rows if "before" in row]
    if known:
        before, gains = np.array(known).T
        found["before"] = {
            "frames": len(known),
            "least_ratio": round(float(before.min()), 4),
            "median_ratio": round(float(np.median(before)), 4),
            "median_gain": round(float(np.median(gains)), 3),
            "least_gain": round(float(gains.min()), 3),
        }
    return found | {each: sum(row[each] for row in rows) for each in ("texts", "touching", "cut", "small")}


def by_layout(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Medians of each layout over volumes, contents and sizes, and its worst frame."""
    found = {}
    for layout in dict.fromkeys(row["layout"] for row in rows):
        some = [row for row in rows if row["layout"] == layout]
        ratio, worst = min(((row["px_per_mm"] / row["optimum"], row) for row in some), key=lambda pair: pair[0])
        before = [row["before"] / row["optimum"] for row in some if "before" in row]
        found[layout] = {
            "median_before": round(float(np.median(before)), 3) if before else None,
            "median": round(float(np.median([row["px_per_mm"] / row["optimum"] for row in some])), 3),
            "least": round(ratio, 3),
            "worst": f"{worst['volume']} {worst['content']} {worst['size']}",
        }
    return found


def line_of(row: dict[str, Any]) -> str:
    """A frame in one line: its name, px/mm before and now, the optimum, and the ratio to it."""
    before = f"{row['before']:.4g}" if "before" in row else "-"
    ratio = row["px_per_mm"] / row["optimum"]
    return f"{' '.join(key_of(row))} {before} {row['px_per_mm']:.4g} {row['optimum']:.4g} {ratio:.3f}"


def draw_sheets(data: Path, folder: Path, names: Sequence[str]) -> None:
    """A page for each volume and content: a row for each size, a column for each layout."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        volume = cc.load_volume(data / VOLUMES[name])
        for content in ("activity", "groups"):
            pictures = [[_small(scenes_of(volume, layout)[content], size) for layout in LAYOUTS] for size in SIZES[:3]]
            rows = [_side_by_side(row) for row in pictures]
            page = Image.new("RGB", (max(row.width for row in rows), sum(row.height + 4 for row in rows)), (60, 0, 60))
            top = 0
            for row in rows:
                page.paste(row, (0, top))
                top += row.height + 4
            page.save(folder / f"{name}-{content}.png")


def _small(scene: cc.Scene, size: tuple[int, int]) -> Image.Image:
    """A still, reduced to 360 pixels of its shorter side."""
    picture = Image.fromarray(cc.frame(scene, time=0 if scene.drive is not None else None, size=size))
    share = 360 / min(size)
    return picture.resize((round(size[0] * share), round(size[1] * share)), Image.Resampling.LANCZOS)


def _side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    row = Image.new("RGB", (sum(each.width + 4 for each in pictures), pictures[0].height), (60, 0, 60))
    left = 0
    for each in pictures:
        row.paste(each, (left, 0))
        left += each.width + 4
    return row


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the volumes")
    parser.add_argument("--volumes", nargs="+", choices=tuple(VOLUMES), default=tuple(VOLUMES))
    parser.add_argument("--before", type=Path, help="checkout of another version")
    parser.add_argument("--sheet", type=Path, help="draw all layouts to pages in a folder")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "benchmarks/results/composition.json")
    given = parser.parse_args()
    if given.sheet:
        draw_sheets(given.data, given.sheet, given.volumes)
        return
    rows = [row for name in given.volumes for row in rows_of(cc.load_volume(given.data / VOLUMES[name]), name)]
    if given.before:
        before = scales_before(given.data, given.volumes, given.before)
        rows = [row | {"before": before[key_of(row)]} if key_of(row) in before else row for row in rows]
    found = {"summary": summary(rows), "layouts": by_layout(rows)}
    columns = "volume layout content size, px/mm before and now, the optimum, and the ratio to it"
    given.output.write_text(json.dumps(found | {"columns": columns, "rows": list(map(line_of, rows))}, indent=1) + "\n")
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
