"""Labels of the picture: one table says which exist, and which are drawn by default."""

from __future__ import annotations

import numpy as np
import pytest

from corticast.core.model.labels import LABELS, default_labels, default_labels_text, labels_of, usual_labels
from corticast.core.model.needs import labelled
from corticast.core.model.options import Facts, table_of
from corticast.core.model.scene import PictureOptions, Scene, changed
from corticast.core.model.types import Electrodes, Picture, Volume
from corticast.errors import OptionError

# A label that must be asked for.
WITH_LEVEL = {"letters": True, "level": False, "clock": True}


def test_an_optional_label_is_no_default():
    assert default_labels(WITH_LEVEL) == {"letters", "clock"}
    assert default_labels_text(WITH_LEVEL) == "letters, clock"
    assert default_labels_text({"letters": True, "clock": True}) == "all"


def test_help_follows_the_table():
    option = table_of(PictureOptions)["labels"]
    usual = f"{default_labels_text(LABELS)}; with talk and mosaic cuts too"
    assert option.help_text == f"Labels: some of {', '.join(LABELS)}, or none. [{usual}]"


@pytest.mark.parametrize(
    ("layout", "has_cuts"),
    [("ortho", False), ("axial@1 | 3d", False), ("talk", True), ("mosaic", True), ("3d / mosaic@coronal,9", True)],
)
def test_cuts_are_usual_in_layouts_of_many_slices(layout, has_cuts):
    usual = default_labels(LABELS) | ({"cuts"} if has_cuts else set())
    assert usual_labels(layout) == usual
    assert labels_of(Facts(values={"layout": layout})) == usual
    assert labels_of(Facts(values={"layout": layout, "labels": ()})) == ()
    scene = Scene(volume=Volume(np.ones((2, 2, 2)), np.eye(4)), layout=layout)
    assert scene.shown_labels == usual
    # A show changes the layout by a key.
    assert changed(scene, layout="ortho").shown_labels == default_labels(LABELS)
    assert changed(scene, labels=("mm",)).shown_labels == {"mm"}


VOLUME = Volume(np.ones((2, 2, 2)), np.eye(4))
PICTURE = Picture(np.zeros((4, 4, 3), np.uint8))
FLAT = Electrodes(("a",), np.ones((1, 2)), space="picture")


@pytest.mark.parametrize(
    ("inputs", "labels", "why"),
    [
        ({"image": PICTURE}, "mm,cuts", "cuts does nothing on a picture, which has no cuts; leave it out"),
        ({"electrodes": FLAT}, "cuts", "cuts does nothing on a picture, which has no cuts; leave it out"),
        ({"image": PICTURE}, "cube", "cube does nothing on a picture; leave it out"),
        ({"image": PICTURE}, "letters", "letters does nothing on a picture, which has no sides; leave it out"),
        ({"image": PICTURE}, "title", "title does nothing on a picture without --title; leave it out, or give --title"),
        ({"volume": VOLUME, "layout": "axial"}, "cuts", "cuts does nothing in the layout axial, where no slices cross; "
            "leave it out, or give --layout ortho, talk or mosaic"),
        ({"volume": VOLUME, "layout": "3d"}, "slice", "slice does nothing in the layout 3d; leave it out, or give "
            "--layout ortho, grid, sagittal, coronal, axial, talk or mosaic"),
        ({"electrodes": Electrodes(("a",), np.ones((1, 3)), space="world")}, "slice",
            "slice does nothing without a volume; leave it out, or give --volume"),
    ],
)  # fmt: skip
def test_labels_that_can_draw_nothing_are_refused(inputs, labels, why):
    with pytest.raises(OptionError) as refused:
        Scene(**inputs, labels=labels)
    named = ",".join(sorted(labels.split(",")))
    assert refused.value.as_typed == f"--labels {named}: {why}"


def test_a_list_of_all_usual_labels_is_no_mistake():
    """A saved scene has one, and asks for nothing."""
    assert Scene(image=PICTURE, labels=default_labels(LABELS)).shown_labels == default_labels(LABELS)
    with pytest.raises(OptionError):
        Scene(volume=VOLUME, layout="axial", labels=LABELS)


def test_each_label_may_count_in_another_layout():
    """A show reaches several layouts by its keys."""
    option = table_of(PictureOptions)["labels"]
    labels = frozenset({"cuts", "cube"})
    values = [{"layout": layout, "labels": labels} for layout in ("ortho", "axial", "3d")]
    cases = [Facts("show", volume=True, values=each) for each in values]
    assert option.why_idle(labels, cases) is None
    assert option.counting(labels, cases) == labels
    assert option.counting(labels, cases[:2]) == {"cuts"}
    assert str(option.why_idle(labels, cases[:2])).startswith("cube does nothing in the layout ortho;")
    assert str(option.why_idle(labels, cases[1:])).startswith("cuts does nothing in the layout axial,")


@pytest.mark.parametrize("label", LABELS)
def test_each_label_may_stand_alone(label):
    assert PictureOptions(labels=label).labels == {label}
    need = labelled(label)
    assert need.holds(Facts(values={"labels": {label}}))
    without = Facts(values={"labels": LABELS.keys() - {label}})
    assert not need.holds(without)
    assert need.why(without) == (
        f"does nothing where --labels leave the {label} out; leave it out, or give --labels with {label}"
    )
