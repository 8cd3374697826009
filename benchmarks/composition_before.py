"""Scales of frames as another version of corticast draws them, for `composition.py --before`.

    PYTHONPATH=OTHER/src python benchmarks/composition_before.py < questions.json > rows.json

Each question names a volume's file, the contacts, and the sizes of frames. Layouts that the version lacks give no rows.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

import corticast as cc
from corticast.core.geometry.placement import place
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.layouts import LAYOUTS


def scales_of(question: dict[str, Any]) -> list[dict[str, Any]]:
    """Pixels per mm of each layout, content and size."""
    volume = cc.load_volume(question["file"])
    names = tuple(question["names"])
    table = cc.Electrodes(names, np.array(question["pos_mm"]), space="world")
    drive = cc.ArrayDrive(np.ones((len(names), 2), np.float32), 1.0, names)
    contents: dict[str, dict[str, Any]] = {
        "activity": {"electrodes": table, "drive": drive},
        "groups": {"electrodes": table, "caption": "high gamma"},
        "sweep": {},
    }
    rows = []
    for layout in (layout for layout in question["layouts"] if layout in LAYOUTS):
        for content, options in contents.items():
            scene = cc.Scene(volume=volume, layout=layout, title=question["title"], **options)
            placed = place(table, volume=volume) if "electrodes" in options else None
            for size in question["sizes"]:
                scale = layout_of(scene, placed, tuple(size)).panels[0].pixels_per_mm
                key = {
                    "volume": question["volume"],
                    "layout": layout,
                    "content": content,
                    "size": "x".join(map(str, size)),
                }
                rows.append({**key, "px_per_mm": float(scale)})
    return rows


def main() -> None:
    """Answer the questions."""
    json.dump([row for question in json.load(sys.stdin) for row in scales_of(question)], sys.stdout)


if __name__ == "__main__":
    main()
