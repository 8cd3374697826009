"""The flash limit's options on the command line of a show."""

import pytest
from tests.unit.cli.running import run

import corticast as cc
from corticast.app.live.report import LiveReport


@pytest.fixture
def options(monkeypatch, capsys, tmp_path):
    """The show's options that a command line gives; no show begins."""
    (tmp_path / "electrodes.tsv").write_text("name\tx\ty\tz\nLA1\t-20\t4\t6\nLA2\t15\t-10\t0\n")
    got = []

    def instead(scene, drive, options, **_):
        assert isinstance(scene, cc.Scene)
        got.append(options)
        return LiveReport()

    monkeypatch.setattr("corticast.app.live.headless.run_headless", instead)

    def of(*arguments):
        scene = ("--electrodes", tmp_path / "electrodes.tsv", "--layout", "3d", "--electrodes-space", "world")
        assert run(capsys, "live", "--headless", *scene, *arguments)[0] == 0
        return got[-1]

    return of


@pytest.mark.parametrize(
    ("arguments", "expected"), [((), None), (("--flash-limit",), True), (("--no-flash-limit",), False)]
)
def test_the_limit_is_left_to_the_show_unless_it_is_given(options, arguments, expected):
    assert options(*arguments).flash_limit is expected


@pytest.mark.parametrize(("arguments", "expected"), [((), 2.0), (("--front-row", "1.5"), 1.5)])
def test_the_front_row_is_two_widths_away_unless_it_is_given(options, arguments, expected):
    assert options(*arguments).front_row == expected
