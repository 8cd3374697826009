"""Patterns of contact names, against fnmatch and the shell's rules."""

import subprocess

import numpy as np
import pytest

import corticast as cc
from corticast.core.model.selection import selected
from corticast.errors import OptionError

NAMES = ("LA1", "LA2", "LA10", "G1", "G12", "g1", "DC1", "EEG LA 03-Ref")


def chosen(**options):
    table = cc.Electrodes(NAMES, np.zeros((len(NAMES), 3)))
    kept = selected(table, options.get("select"), options.get("exclude"))
    return [name for name, is_kept in zip(NAMES, kept, strict=True) if is_kept]


@pytest.mark.parametrize("pattern", ["G*", "LA?", "LA1", "*1", "[LG]*1", "*LA*"])
def test_patterns_are_those_of_a_shell(pattern, tmp_path):
    for name in NAMES:
        (tmp_path / name).touch()
    script = f"shopt -u nocasematch nocaseglob; LC_ALL=C; printf '%s\\n' {pattern}"
    found = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert sorted(chosen(select=(pattern,))) == sorted(found.stdout.splitlines())


def test_several_patterns_join_and_exclusion_comes_last():
    assert chosen(select=("G*", "LA1")) == ["LA1", "G1", "G12"]
    assert chosen(exclude=("DC*", "EEG*", "g1")) == ["LA1", "LA2", "LA10", "G1", "G12"]
    assert chosen(select=("LA*", "G*"), exclude=("*1",)) == ["LA2", "LA10", "G12"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"select": "la*"}, "select la*: matches no contact; did you mean LA*? give names of the table, such as LA*, "),
        ({"select": "G*,LA01"}, "select LA01: matches no contact; did you mean LA1? "),
        ({"select": "G*", "exclude": "RB*"}, "exclude RB*: matches no contact"),
        ({"select": "G*", "exclude": "G1,G1*"}, "exclude G1,G1*: leaves no contact to draw; exclude fewer"),
        ({"select": ""}, "select : give names or patterns with commas, such as 'G*,LA1'"),
        ({"exclude": ["G*", 3]}, "exclude "),
        ({"select": "G*", "names": "LA*"}, "names LA*: names no contact that is drawn; give some of G1, G12"),
        ({"exclude": "G1", "names": "G1"}, "names G1: names no contact that is drawn; give some of LA1, LA2"),
    ],
)
def test_patterns_that_do_nothing_are_refused_with_near_names(options, words):
    table = cc.Electrodes(NAMES, np.arange(24.0).reshape(8, 3))
    with pytest.raises(OptionError) as caught:
        cc.Scene(electrodes=table, **options)
    assert str(caught.value).startswith(words)


def test_text_and_list_are_one():
    table = cc.Electrodes(NAMES, np.arange(24.0).reshape(8, 3))
    assert cc.Scene(electrodes=table, select=" G* , LA1 ").select == ("G*", "LA1")
    assert cc.Scene(electrodes=table, select=["G*", "LA1"]).select == ("G*", "LA1")
