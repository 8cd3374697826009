"""Keys and mouse without a window, and the loop's pace, all at given times instead of waiting."""

import logging

import numpy as np
import pytest

from corticast.app.live.settings import LAYOUTS, LiveSettings
from corticast.app.live.window.actions import DOUBLE_CLICK_S, GAIN_RANGE_DB, KEYS, Actions
from corticast.app.live.window.loop import Failures, Pacer
from corticast.gl.target import letterbox


class Noted:
    """A show and a window that note their calls."""

    can_change_gain = True

    def __init__(self):
        self.settings = LiveSettings()
        self.calls = []

    def __getattr__(self, name):
        return lambda *values: self.calls.append((name, *values))

    def change(self, **settings):
        self.calls.append(("change", settings))
        self.settings = LiveSettings(**settings)


@pytest.fixture
def noted():
    return Noted()


@pytest.fixture
def actions(noted):
    one = Actions(noted, noted)
    one.shown((640, 360), (640, 360))
    return one


def test_nothing_is_asked_before_a_frame(noted, actions):
    actions.key(" ")
    actions.wheel(1, 2, 1)
    assert noted.calls == []
    actions.apply(0.0)
    assert noted.calls == [("toggle_pause",), ("wheel", 1, 2, 1)]
    actions.apply(1.0)
    assert len(noted.calls) == 2


def test_every_key_of_the_list_does_something(noted, actions):
    names = [name for keys, _ in KEYS for name in keys.replace("…", "").split()]
    assert set(map(str, (1, len(LAYOUTS)))) <= set(names)
    for name in names:
        before = len(noted.calls)
        actions.key({"Space": " ", "−": "-"}.get(name, name))
        actions.apply(0.0)
        assert len(noted.calls) == before + 1, name


def test_a_held_key_goes_on_with_the_gain_only(noted, actions):
    for name in "fp 3+-":
        actions.key(name, repeated=True)
    actions.apply(0.0)
    assert noted.calls == [("change", {"gain_db": 3.0}), ("change", {"gain_db": 0.0})]


def test_gain_has_ends_and_a_file_has_none(noted, actions):
    for _ in range(100):
        actions.key("+")
    actions.apply(0.0)
    assert noted.settings.gain_db == GAIN_RANGE_DB[1]
    noted.can_change_gain = False
    actions.key("-")
    actions.key("a")
    actions.apply(0.0)
    assert noted.settings.gain_db == GAIN_RANGE_DB[1]


def test_a_click_waits_for_a_second_one(noted, actions):
    actions.press("left", 30, 40, 0.0)
    actions.release("left")
    actions.apply(DOUBLE_CLICK_S * 0.99)
    assert noted.calls == []
    actions.apply(DOUBLE_CLICK_S)
    assert noted.calls == [("click", 30, 40)]


@pytest.mark.parametrize(
    ("second", "calls"),
    [
        ((32, 41, 0.1), [("reset",)]),
        ((32, 41, 0.4), [("click", 30, 40), ("click", 32, 41)]),
        ((90, 40, 0.1), [("click", 30, 40), ("click", 90, 40)]),
    ],
    ids=["double", "late", "elsewhere"],
)
def test_two_clicks(noted, actions, second, calls):
    for x, y, now_s in ((30, 40, 0.0), second):
        actions.press("left", x, y, now_s)
        actions.release("left")
        actions.apply(now_s)
    actions.apply(9.0)
    assert noted.calls == calls


def test_a_fine_wheel_adds_up(noted, actions):
    turns = [0.25] * 6 + [-0.4, -0.4, -0.4, 2.5]
    for turn in turns:
        actions.wheel(7, 8, turn)
        actions.apply(0.0)
    assert noted.calls == [("wheel", 7, 8, 1), ("wheel", 7, 8, -1), ("wheel", 7, 8, 2)]


def test_places_and_drags_are_pixels_of_the_frame(noted, actions):
    # 1280 x 720 stands in the middle of 640 x 480, at half its size.
    actions.shown((1280, 720), (640, 480))
    actions.wheel(0, 60, 1)
    actions.wheel(639, 419, 1)
    actions.press("right", 10, 10, 0.0)
    for k in range(1, 21):
        actions.move(10 + k, 10 - 2 * k)
    actions.release("right")
    actions.move(300, 300)
    actions.apply(0.0)
    assert noted.calls == [("drag", 40.0, -80.0), ("wheel", 1278.0, 718.0, 2)]


@pytest.mark.parametrize(
    ("size", "into", "rect"),
    [
        ((640, 360), (640, 360), (0, 0, 640, 360)),
        ((640, 360), (1280, 720), (0, 0, 1280, 720)),
        ((640, 360), (640, 480), (0, 60, 640, 360)),
        ((100, 200), (301, 100), (125, 0, 50, 100)),
    ],
)
def test_letterbox(size, into, rect):
    assert letterbox(size, into) == rect


def frames_until(seconds, rate_hz, spent_s):
    """Times at which frames begin, if each takes some time and the loop waits as the pacer says."""
    pacer, now_s, begun = Pacer(rate_hz), 0.0, []
    while now_s < seconds:
        begun.append(now_s)
        pacer.begin(now_s)
        now_s += spent_s(len(begun))
        now_s += pacer.wait_s(now_s)
    return np.array(begun)


@pytest.mark.parametrize("rate_hz", [30.0, 59.94, 144.0])
def test_pace_where_swapping_does_not_wait(rate_hz):
    begun = frames_until(10, rate_hz, lambda n: 0.001 + 0.002 * (n % 3))
    assert rate_hz <= len(begun) / 10 <= 1.05 * rate_hz
    # A long frame is not followed by a hurry.
    begun = frames_until(2, rate_hz, lambda n: 0.5 if n == 10 else 0.001)
    assert np.diff(begun)[10:].min() > 0.95 / rate_hz / 1.03


def test_pace_where_swapping_waits():
    """The display makes the loop wait; the pacer adds nothing to that."""
    period_s = 1 / 59.94
    pacer, now_s = Pacer(60.0), 0.0
    for _ in range(1000):
        pacer.begin(now_s)
        now_s += period_s
        assert pacer.wait_s(now_s) == 0


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, 1.0, 1e6, float("nan")])
def test_a_rate_that_cannot_be_is_the_usual_one(rate_hz):
    begun = frames_until(10, rate_hz, lambda n: 0.001)
    assert 60 <= len(begun) / 10 <= 63


def test_errors_are_logged_once_each(caplog):
    failures = Failures()
    assert failures.text == ""
    with caplog.at_level(logging.ERROR):
        for value in (1, 1, 2, 1):
            with failures.caught():
                raise ValueError(f"number\n{value}")
    assert failures.text == "ValueError: number 1"
    assert len(caplog.records) == 2
    with pytest.raises(KeyboardInterrupt), failures.caught():
        raise KeyboardInterrupt
