"""The table of options: every field counts somewhere, and is idle where a need of it is missing."""

import itertools
from dataclasses import fields

import pytest

from corticast.cli import render
from corticast.cli.options import given
from corticast.core.model.changed_defaults import ChangedDefault, changed_since
from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.options import Facts, flag_of, read_values, table_of
from corticast.core.model.run_options import HEADINGS
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.schema import scene_schema
from corticast.core.suggest import closest
from corticast.errors import OptionError, in_python

TABLE = table_of(SceneFile)
DEFAULTS = {name: option.default for name, option in TABLE.items()}
PRODUCTS = ("film", "frame", "still", "sheet", "show")


def scenes():
    """Many kinds of scenes."""
    kinds = itertools.product(PRODUCTS, ("ortho", "axial", "sagittal", "grid", "lateral", "3d"), *[(False, True)] * 5)
    for product, layout, volume, electrodes, sound, data, recording in kinds:
        if volume or electrodes:
            for changes in (
                {},
                {"drive": "post"},
                {"activity_kind": "raw"},
                {"record": "a.mp4"},
                {"labels": ()},
                {"cmap": "red..green"},
                {"spin": 20.0},
                {"color_by": "t"},
                {"electrodes_space": "voxel"},
                {"activity": "a.nwb"},
                {"activity": "a.npy"},
            ):
                values = {**DEFAULTS, "layout": layout, **changes}
                yield Facts(
                    product, volume, electrodes=electrodes, sound=sound, data=data, recording=recording and data,
                    plays=sound, values=values,
                )  # fmt: skip
    yield Facts("film", image=True, electrodes=True, values=DEFAULTS)


ALL = list(scenes())

# Options that count in every film, still or show; the product alone decides where they are idle.
ALWAYS = {
    "volume", "image", "electrodes", "audio", "labels", "theme", "background", "size", "fps", "interval", "duration",
    "frames", "codec", "max_size",
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_every_option_counts_in_some_scene_and_is_idle_where_a_need_is_missing(name):
    option = TABLE[name]
    counting = [facts for facts in ALL if option.counts(facts)]
    idle = [facts for facts in ALL if not option.counts(facts)]
    assert counting
    if name not in ALWAYS:
        assert [facts for facts in idle if facts.product in option.products]
    for why in {option.why_idle("other", [facts]) for facts in idle}:
        assert why.startswith("does nothing ")
        assert "; leave it out" in why
    if idle:
        assert option.why_idle("other", [idle[0], counting[0]]) is None


@pytest.mark.parametrize("wrong", [None, True, [25], b"25"])
def test_a_rate_that_is_none_is_refused(wrong):
    with pytest.raises(OptionError, match=r"--fps|fps .*: give a number or N/D from 1/600 to 1000"):
        SceneFile(fps=wrong)


def test_a_switch_that_depends_on_the_scene_turns_both_ways():
    option = TABLE["flash_limit"]
    assert flag_of("flash_limit", option) == "--flash-limit/--no-flash-limit"
    assert option.as_typed("flash_limit", True) == "--flash-limit"
    assert option.as_typed("flash_limit", False) == "--no-flash-limit"
    for value in (True, False):
        flag = "--flash-limit" if value else "--no-flash-limit"
        typed = render.COMMAND.make_context("render", [flag], resilient_parsing=True).params["flash_limit"]
        assert given({"flash_limit": option}, {"flash_limit": typed}).scene == {"flash_limit": value}
    assert given({"flash_limit": option}, {"flash_limit": None}).scene == {}
    key = scene_schema()["properties"]["flash_limit"]
    assert key["type"] == "boolean"
    assert "default" not in key


@pytest.mark.parametrize(("name", "option"), TABLE.items())
def test_values_survive_a_file_and_a_command_line(name, option):
    if option.default is None:
        return
    assert option.heading in HEADINGS
    assert option.read(name, option.plain(option.default)) == option.default
    assert flag_of(name, option).startswith("--")
    if not isinstance(option.default, (bool, str)):
        assert option.read(name, option.text(option.default)) == option.default


def test_a_changed_default_is_named_unless_the_scene_sets_it(monkeypatch):
    entry = ChangedDefault("0.10.0", "layout", "ortho", "talk")
    monkeypatch.setattr("corticast.core.model.changed_defaults.CHANGED_DEFAULTS", (entry,))
    (line,) = changed_since("0.9.1", ("volume",))
    assert (
        line == "the default of layout has been talk since corticast 0.10.0; set layout = 'ortho' for the look of 0.9.1"
    )
    assert changed_since("0.10.0", ()) == changed_since("0.11", ()) == changed_since("0.9.1", ("layout",)) == []


def test_a_default_of_data_is_reported_where_there_are_data():
    assert not [
        line for line in changed_since("0.2.0", {"electrodes": "e.tsv", "background": "black"}) if "paper" in line
    ]
    assert [line for line in changed_since("0.2.0", {"electrodes": "e.tsv", "background": "#eee"}) if "paper" in line]
    lines = changed_since("0.1.0", ("electrodes", "activity"))
    assert [line.split(" has been ")[0] for line in lines if "activity_scale" in line or "electrode_cmap" in line] == [
        "the default of electrode_cmap",
        "the default of activity_scale",
    ]
    assert not [line for line in changed_since("0.1.0", ("volume", "electrodes")) if "activity_scale" in line]
    assert not [line for line in changed_since("0.1.0", ("electrodes", "activity", "activity_scale")) if "bar" in line]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        *[("layuot", "layout"), ("plane-mm", "plane_mm"), ("PlaneMM", "plane_mm"), ("vmax", "window"), ("zzz", None)],
        *[("audoi", "audio"), ("voluem", "volume"), ("electordes", "electrodes"), ("labls", "labels")],
        *[("hieght", "size"), ("resoltion", "size"), ("smothing", "smoothing")],
        *[("thema", "theme"), ("opacity", None), ("translucent", None)],
    ],
)
def test_the_closest_name(wrong, meant):
    synonyms = {word: name for name, option in TABLE.items() for word in option.synonyms}
    assert closest(wrong, TABLE, synonyms) == meant


def test_a_scene_hands_the_encoder_its_own_five_options():
    values = {"codec": "av1", "crf": 21.0, "preset": "6", "encoder": "nvenc", "max_size": 10**7}
    assert vars(SceneFile(**values).encoding) == values
    assert SceneFile().encoding == EncoderOptions()
    assert {each.name for each in fields(EncoderOptions)} <= TABLE.keys()


def test_a_command_line_between_backticks_keeps_its_dashes():
    with pytest.raises(OptionError) as caught:
        read_values(SceneFile, {"overwrit": True})
    assert str(caught.value).endswith("see `corticast render --help-all`")
    assert in_python("--no-flash-limit: see `corticast frame --help`, or --plane-mm") == (
        "flash_limit=False: see `corticast frame --help`, or plane_mm"
    )
