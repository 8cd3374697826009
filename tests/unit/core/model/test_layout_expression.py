"""Expressions of layouts: trees and texts, and the column of every error."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corticast.core.model.layout_expression import LayoutError, expression_of
from corticast.core.model.layout_kind import LayoutKind
from corticast.core.model.layout_words import SLICE_PLANES, WORDS, Word
from corticast.core.model.layouts import LAYOUTS, arrangements, expression, shows, words_in
from corticast.core.model.schema import scene_schema
from corticast.core.model.trees import Above, Beside, leaves
from corticast.errors import OptionError

A, C, S = Word("axial"), Word("coronal"), Word("sagittal")

finite = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(st.characters(blacklist_categories=("Cs", "Cc")))
counts = st.integers(1, 100).map(float)
words = st.one_of(
    st.sampled_from([Word(name) for name in (*LAYOUTS, "left", "right", "image")]),
    st.builds(Word, st.sampled_from(SLICE_PLANES), st.lists(finite, min_size=1, max_size=3).map(tuple)),
    st.builds(lambda azimuth, elevation: Word("3d", (azimuth, elevation)), finite, st.floats(-90, 90)),
    st.builds(lambda found: Word("shaft", tuple(found)), st.lists(names, min_size=1, max_size=3)),
    st.builds(lambda count: Word("mosaic", (count,)), counts),
    st.builds(lambda plane, count: Word("mosaic", (plane, count)), st.sampled_from(SLICE_PLANES), counts),
)


def splits(children):
    shares = st.one_of(st.just(1.0), st.floats(0.01, 100))

    def of(kind, parts, given):
        return kind(tuple(parts), tuple(given[: len(parts)]) if given is not None else ())

    return st.builds(
        of,
        st.sampled_from([Beside, Above]),
        st.lists(children, min_size=2, max_size=3),
        st.one_of(st.none(), st.lists(shares, min_size=3, max_size=3)),
    )


trees = st.recursive(words, splits, max_leaves=8)


@given(trees)
@example(Beside((A, C), (1.0, 1.0)))
@example(Above((Beside((A, C)), S), (2.0, 1.0)))
@example(Word("shaft", ('a "quoted" name', "LA", "x|y", "", "12")))
def test_the_text_of_a_tree_is_read_back_to_the_tree(tree):
    text = expression_of(tree)
    assert expression(text) == tree
    assert LayoutKind().read(text) == text


@given(trees)
def test_the_schema_takes_every_expression(tree):
    pattern = scene_schema()["properties"]["layout"]["anyOf"][1]["pattern"]
    assert re.search(pattern, expression_of(tree))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("axial|coronal / sagittal", Above((Beside((A, C)), S))),
        ("axial / coronal|sagittal", Above((A, Beside((C, S))))),
        ("axial | (coronal / sagittal)", Beside((A, Above((C, S))))),
        ("axial*2 | coronal", Beside((A, C), (2.0, 1.0))),
        ("(axial | coronal)*0.5 / sagittal*2", Above((Beside((A, C)), S), (0.5, 2.0))),
        ("((axial))", A),
        ("  axial@ -20 , 0,\t2e1 ", Word("axial", (-20.0, 0.0, 20.0))),
        ('shaft@"L A","(x)"', Word("shaft", ("L A", "(x)"))),
        ('shaft@"a ""b"""', Word("shaft", ('a "b"',))),
        ("shaft@v'1", Word("shaft", ("v'1",))),
        ("3d@150,20", Word("3d", (150.0, 20.0))),
        ("mosaic@coronal", Word("mosaic", ("coronal",))),
        ("mosaic@7", Word("mosaic", (7.0,))),
    ],
)
def test_signs_bind_as_they_should(text, tree):
    assert expression(text) == tree


@pytest.mark.parametrize(
    ("text", "column", "wording"),
    [
        ("axial | corona", 9, "unknown panel corona; did you mean coronal?"),
        (
            "axial | video",
            9,
            "unknown panel video; give some of axial, coronal, sagittal, left, right, lateral, superior, inferior, "
            "anterior, posterior, 3d, shaft, mosaic, image, ortho, grid, talk",
        ),
        ("medial-left", 1, "unknown panel medial-left"),
        ("traces@LA1", 1, "unknown panel traces"),
        ("frontal", 1, "unknown panel frontal; did you mean coronal?"),
        ("", 1, "a panel is missing before the end; give one, such as axial"),
        ("   ", 4, "a panel is missing before the end"),
        ("axial |", 8, "a panel is missing before the end"),
        ("| axial", 1, "a panel is missing before |"),
        ("axial || coronal", 8, "a panel is missing before |"),
        ("axial coronal", 7, 'write | or / before "coronal"'),
        ("axial, coronal", 6, "write | or / before ,"),
        ("(axial | coronal", 1, "( is never closed"),
        ("axial | (coronal / (3d)", 9, "( is never closed"),
        ("(axial coronal)", 8, "write |, / or ) before"),
        ("axial)", 6, ") closes nothing"),
        ("()", 2, "a panel is missing before )"),
        ("axial*2", 6, "a share does nothing without a neighbour; leave it out"),
        ("(axial*2) | coronal", 7, "a share does nothing without a neighbour"),
        ("axial* | coronal", 8, "give a share of 0.01 to 100 after *"),
        ("axial*0 | coronal", 7, "give a share of"),
        ("axial*1e9 | coronal", 7, "give a share of"),
        ("axial*-1 | coronal", 7, "give a share of"),
        ("axial*inf | coronal", 7, "give a share of"),
        ("axial*2*3 | coronal", 8, "write | or / before *"),
        ("axial@", 7, "a value is missing before the end; axial: give planes in mm"),
        ("axial@12,", 10, "a value is missing before the end"),
        ("axial@twelve", 7, "axial: give planes in mm, such as axial@12 or axial@-20,0,20"),
        ("axial@nan", 7, "axial: give planes in mm"),
        ("axial@1_0", 7, "axial: give planes in mm"),
        ("left@3", 6, "left: nothing stands behind @ here"),
        ("ortho@3", 6, "ortho is a layout, and nothing stands behind @; leave @ out"),
        ("3d@150", 4, "3d: give azimuth and elevation in degrees, such as 3d@150,20"),
        ("3d@150,91", 4, "3d: give azimuth and elevation"),
        ("axial | shaft", 9, "shaft: give the group of the contacts, such as shaft@LA"),
        ("mosaic@0", 8, "mosaic: give 1 to 100 slices"),
        ("mosaic@2.5", 8, "mosaic: give 1 to 100 slices"),
        ("mosaic@9,coronal", 8, "mosaic: give 1 to 100 slices"),
        ('shaft@"LA', 7, 'a quote is never closed; write " behind the name'),
        ("(" * 21 + "axial" + ")" * 21, 21, "more than 20 parentheses within one another"),
    ],
)
def test_an_error_points_at_its_column(text, column, wording):
    with pytest.raises(LayoutError) as caught:
        expression(text)
    assert caught.value.column == column
    assert str(caught.value).startswith(f"column {column}: {wording}")
    assert "\n" not in str(caught.value)


@given(st.text(st.sampled_from('|/()*@," axil3dshft120-.'), max_size=30))
def test_any_other_text_has_a_column(text):
    try:
        tree, column = expression(text), 1
    except LayoutError as error:
        tree, column = A, error.column
    assert 1 <= column <= len(text) + 1
    assert expression(expression_of(tree)) == tree


def test_presets_stand_within_expressions():
    # Each arrangement of a preset gives one of the expression.
    trees = arrangements("ortho / 3d", contacts=True)
    assert len(trees) == len(LAYOUTS["ortho"])
    assert trees[0] == Above((Beside((S, C, A)), Word("3d")))
    assert len(arrangements("talk | 3d", contacts=True)) == len(LAYOUTS["talk"])
    # Without contacts the grid has no view, and an expression has its view all the same.
    assert list(leaves(arrangements("grid", contacts=False)[0])) == [S, C, A]
    assert Word("3d") in words_in("axial | 3d", contacts=False)


def test_a_panel_with_values_of_its_own_is_not_bare():
    assert shows("axial@12 | 3d@1,2", ("axial", "3d"))
    assert not shows("axial@12 | 3d@1,2", ("axial", "3d"), bare=True)
    assert shows("axial@12 | axial", ("axial",), bare=True)
    assert shows("mosaic@coronal", ("coronal",))
    assert not shows("mosaic@coronal", ("axial",))
    assert not shows("mosaic", ("axial",), bare=True)


def test_every_word_has_a_remedy_that_can_be_read():
    for name, kind in WORDS.items():
        for example_ in re.findall(rf"{name}@[\w,.-]+", kind.remedy):
            assert expression(example_)


def test_values_that_are_no_text_are_refused():
    from corticast.core.model.scene_file import SceneFile

    for value in (3, ["axial"], None):
        with pytest.raises(OptionError, match="give ortho, grid"):
            SceneFile(layout=value)
