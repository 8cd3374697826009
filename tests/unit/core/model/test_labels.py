"""Labels of the picture: one table says which exist, and which are drawn by default."""

from __future__ import annotations

import pytest

from corticast.core.model.needs import labelled
from corticast.core.model.options import Facts, table_of
from corticast.core.model.scene import LABELS, PictureOptions, default_labels, default_labels_text

# A label that must be asked for.
WITH_LEVEL = {"letters": True, "level": False, "clock": True}


def test_an_optional_label_is_no_default():
    assert default_labels(WITH_LEVEL) == {"letters", "clock"}
    assert default_labels_text(WITH_LEVEL) == "letters, clock"
    assert default_labels_text({"letters": True, "clock": True}) == "all"


def test_help_and_default_follow_the_table():
    option = table_of(PictureOptions)["labels"]
    assert option.default == {name for name in LABELS if LABELS[name]}
    assert option.help_text == f"Labels: some of {', '.join(LABELS)}, or none. [{default_labels_text(LABELS)}]"


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
