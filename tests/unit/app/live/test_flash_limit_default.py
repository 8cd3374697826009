"""Which shows have a flash limit, and with which viewers."""

import numpy as np
import pytest

import corticast as cc
from corticast.app.live.flash_limit import FlashLimit
from corticast.app.live.options import LiveOptions
from corticast.app.live.run import flash_limit_of
from corticast.core.model.scene import changed
from corticast.dsp.live import LiveDrive
from corticast.film.opening import open_film

NAMES = ("LA1", "LA2", "LA3", "LA4")


@pytest.fixture(scope="module")
def scene():
    """A scene that listens."""
    volume = cc.Volume.from_array(np.ones((8, 8, 8), np.int16), affine=np.diag([20.0, 20, 20, 1]))
    return cc.Scene(volume=volume, electrodes=cc.Electrodes(NAMES, [(40, 60, 20 * (1 + i)) for i in range(4)]))


@pytest.fixture(scope="module")
def sound():
    return cc.SampledSound(np.random.default_rng(1).normal(0, 0.1, (1, 16000)).astype(np.float32), 16000)


@pytest.fixture(scope="module")
def recording():
    volts = 1e-4 * np.random.default_rng(2).normal(size=(4, 1000))
    return cc.Recording.of_array(volts, 1000, NAMES, unit="V")


@pytest.fixture
def shows(scene, sound, recording):
    """Films of shows, by the source of their activity."""
    return {
        "captured sound": open_film(scene, still=True),
        "sound that is played": open_film(changed(scene, audio=sound, drive=cc.AudioDrive(sound)), still=True),
        "recording that is played": open_film(changed(scene, drive=cc.VoltageDrive(recording)), still=True),
        "no contacts": open_film(changed(scene, electrodes=None), still=True),
    }


@pytest.mark.parametrize(
    ("moved_by", "asked", "limited"),
    [
        ("captured sound", None, True),
        ("captured sound", False, False),
        ("sound that is played", None, True),
        ("sound that is played", False, False),
        ("recording that is played", None, False),
        ("recording that is played", True, True),
        ("no contacts", None, False),
    ],
)
def test_sound_is_limited_by_default_and_a_recording_is_not(shows, moved_by, asked, limited):
    limit = flash_limit_of(shows[moved_by], LiveDrive(), LiveOptions(flash_limit=asked))
    assert isinstance(limit, FlashLimit) is limited


def test_the_limit_knows_the_nearest_viewer(shows):
    limit = flash_limit_of(shows["captured sound"], LiveDrive(), LiveOptions(front_row=1.5))
    assert limit.front_row == 1.5
