"""Columns that colour contacts and give them their size, against pandas and formulas in the tests."""

import numpy as np
import pandas as pd
import pytest

import corticast as cc
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.column_look import look_of, range_of
from corticast.errors import DataError, OptionError
from corticast.film.opening import open_film

NAMES = ("LA1", "LA2", "LA3", "G1", "G2", "G3")
POS = np.arange(18.0).reshape(6, 3) * 3
COLUMNS = {
    "t": ("2.5", "-1", "n/a", "0.5", "", "-4"),
    "region": ("STG", "STG", "MTG", "n/a", "MTG", "IFG"),
    "size": ("4", "-999", "8", "2", "n/a", "1"),
    "score": ("1", "-999", "3", "4", "5", "6"),
    "mixed": ("1", "2", "3", "4", "5", "ns"),
    "infinite": ("1", "2", "3", "4", "5", "inf"),
    "none": ("n/a",) * 6,
}


def scene_of(values=None, **options):
    table = cc.Electrodes(NAMES, POS, columns=COLUMNS, units={"t": "a.u."})
    return cc.Scene(electrodes=table, values=values if values is None else cc.load_values(values), **options)


def test_values_are_joined_as_pandas_joins_them():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"name": ["G3", "LA2", "X1", "G1", "LA1", "X2"], "beta": rng.normal(size=6)})
    scene = scene_of(frame)
    expected = pd.DataFrame({"name": NAMES}).merge(frame, how="left", on="name")["beta"]
    colours = look_of(scene).colours
    np.testing.assert_array_equal(colours.column.numbers(NAMES), expected)
    np.testing.assert_array_equal(colours.missing, expected.isna())
    assert scene.values.notes_on(scene.electrodes) == (
        "DataFrame: 2 of 6 rows name no contact of the table, and are not shown: X1, X2",
    )


def test_names_that_differ_as_recorders_write_them_are_joined_and_reported():
    scene = scene_of({"LA01": 1, "EEG G2-Ref": 2})
    numbers = look_of(scene).colours.column.numbers(NAMES)
    np.testing.assert_array_equal(numbers, [1, np.nan, np.nan, np.nan, 2, np.nan])
    (note,) = scene.values.notes_on(scene.electrodes)
    assert "2 names differ from the table of electrodes: LA1 = LA01, G2 = EEG G2-Ref" in note


def test_a_level_is_the_place_in_the_range_and_grey_stands_for_no_value():
    colours = look_of(scene_of(color_by="t", threshold=0.75)).colours
    assert (colours.low, colours.high, colours.signed) == (-4, 4, True)
    entries = np.rint(colours.levels * 255)
    expected = np.rint((np.array([2.5, -1, -4]) + 4) / 8 * 254)
    np.testing.assert_array_equal(entries[[0, 1, 5]], expected)
    # Below the threshold, and without a value.
    np.testing.assert_array_equal(entries[[2, 3, 4]], 255)
    np.testing.assert_array_equal(colours.hidden, [False, False, False, True, False, False])
    np.testing.assert_array_equal(colours.missing, [False, False, True, False, True, False])


def test_minus_999_is_missing_only_as_a_size():
    np.testing.assert_array_equal(look_of(scene_of(color_by="size")).colours.missing, [0, 1, 0, 0, 1, 0])
    colours = look_of(scene_of(color_by="score")).colours
    assert not colours.missing.any()
    assert (colours.low, colours.high) == (-1000, 1000)


def test_words_have_an_entry_each_in_the_order_of_the_table():
    look = look_of(scene_of(color_by="region"))
    assert look.colours.words == ("STG", "MTG", "IFG")
    np.testing.assert_array_equal(np.rint(look.colours.levels * 255), [0, 0, 1, 255, 1, 2])
    drawn = np.array([False, False, True, True, True, True])
    assert look_of(scene_of(color_by="region"), drawn).colours.words == ("MTG", "IFG")


def test_diameters_follow_magnitudes():
    magnitudes = np.array([2.5, 1, 0, 0.5, 0, 4])
    for more, factor in (({}, 1), ({"color_by": "t", "threshold": 2}, [1, 0.5, 1, 0.5, 1, 1])):
        film = open_film(scene_of(size_by="t", electrode_size=(6, 40), **more), still=True)
        layout = layout_of(film.scene, film.placed, (1080, 1080))
        drawn = film.contact_sizes().on(layout.panels[0], layout)
        own = 6 + 34 * magnitudes / 4
        # Those below the threshold stay visible.
        expected = np.maximum(own * factor, np.minimum(own, 6.5))
        np.testing.assert_allclose(drawn, np.transpose([expected] * 2), rtol=1e-12)
    assert film.look.sizes.signed


@pytest.mark.parametrize("scale", [1e-6, 0.03, 1, 17.3, 4e5])
@pytest.mark.parametrize("symmetric", [False, True])
def test_ranges_hold_all_values_and_end_in_readable_numbers(scale, symmetric):
    rng = np.random.default_rng(1)
    for _ in range(50):
        values = scale * (rng.normal(size=9) * rng.uniform(0, 2) + rng.choice([0, 10]))
        low, high, signed = range_of(values, symmetric=symmetric)
        assert signed == (symmetric or values.min() < 0)
        assert low <= values.min() <= values.max() <= high
        # No wider than the values need, in steps of a tenth of their extent.
        extent = 2 * abs(values).max() if signed else np.ptp(values)
        assert high - low <= 1.2 * extent + 1e-3 * abs(high) or low == 0
        # The bar writes four digits.
        assert all(float(f"{end:.4g}") == end for end in (low, high))
        assert not signed or low == -high


def test_a_range_of_one_value_begins_at_0():
    assert range_of(np.array([5.0, 5.0]), symmetric=False) == (0, 5, False)
    assert range_of(np.array([0.0]), symmetric=False) == (0, 1, False)
    assert range_of(np.array([320.0, 478.0]), symmetric=False) == (320, 480, False)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (
            {"color_by": "tt"},
            OptionError,
            "color_by tt: unknown column; the columns are t, region, size",
        ),
        (
            {"size_by": "regionn"},
            OptionError,
            r"size_by regionn: unknown column; did you mean region\? the columns",
        ),
        ({"size_by": "region"}, OptionError, "size_by region: has words; give a column of numbers, or color_by"),
        (
            {"size_by": "t", "electrode_size": "table"},
            OptionError,
            "size_by t: electrode_size table gives contacts their",
        ),
        (
            {"color_by": "region", "threshold": 2},
            OptionError,
            "threshold 2: needs numbers, and column region has",
        ),
        ({"values": {"LA1": "1,5", "G1": "2"}}, DataError, "column value of LA1: '1,5' has a decimal comma; write 1.5"),
        ({"color_by": "region", "symmetric": True}, OptionError, "symmetric: needs numbers, and column region"),
        ({"color_by": "mixed"}, DataError, "column mixed of G3: 'ns' is no finite number; give a number or n/a"),
        ({"color_by": "infinite"}, DataError, "column infinite of G3: 'inf' is no finite number"),
        ({"color_by": "none"}, DataError, "column none has no value for any contact"),
        ({"threshold": 2}, OptionError, "threshold 2: does nothing without values as colours; leave it out, or give"),
        ({"color_by": "t", "electrode_cmap": "tab10"}, OptionError, "electrode_cmap tab10: 10 separate colours"),
        ({"values": {"LA1": 1}, "color_by": "t"}, OptionError, "no column of the file is shown; give color_by value"),
        ({"values": {"X1": 1}}, DataError, r"values: no contact bears one of its names \(X1\); give the names"),
        (
            {"values": pd.DataFrame({"a": [1], "b": [2]}, index=["LA1"])},
            OptionError,
            "has several columns; give color_by a or b",
        ),
        ({"values": {"LA1": 1}, "size_by": "t", "threshold": 3}, OptionError, "no column of the file is shown"),
    ],
)
def test_columns_that_cannot_be_shown_are_refused(options, error, words):
    with pytest.raises(error, match=words):
        scene_of(**options)


def test_columns_do_nothing_where_sound_or_data_move_contacts():
    table = cc.Electrodes(NAMES, POS, columns=COLUMNS)
    drive = cc.ArrayDrive(np.ones((6, 3), np.float32), 10, NAMES)
    for option in ({"color_by": "t"}, {"size_by": "t"}, {"values": cc.load_values({"LA1": 1})}):
        (name,) = option
        with pytest.raises(OptionError, match=f"^{name} .*does nothing where sound or activity gives contacts"):
            cc.Scene(electrodes=table, drive=drive, **option)


def test_titles_may_differ_in_case_and_joined_values_come_first():
    assert look_of(scene_of(color_by="T")).colours.column.unit == "a.u."
    joined = look_of(scene_of(pd.DataFrame({"t": [7.0]}, index=["G1"]), color_by="t")).colours.column
    assert (joined.is_joined, joined.cells) == (True, ("", "", "", "7.0", "", ""))
