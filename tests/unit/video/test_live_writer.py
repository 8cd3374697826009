"""Frames and sound that wait for the encoder, refusals of a live writer, and its options for ffmpeg."""

import os
import threading
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.films import gathered

from corticast.core.model.encoder import EncoderOptions
from corticast.errors import OptionError
from corticast.video.arguments.film import SoundFeed
from corticast.video.arguments.live import capture, complete
from corticast.video.codecs import FAMILIES
from corticast.video.formats import film_format
from corticast.video.live_queues import FrameQueue, SoundQueue, most_frames
from corticast.video.live_writer import LiveWriter

BYTES = 4


def frame(number):
    return np.full(BYTES, number, np.uint8)


def numbers(frames):
    return [int(taken[0]) for taken in frames]


def test_frames_come_in_order_as_often_as_was_said():
    queue = FrameQueue(BYTES, 5)
    assert queue.put(frame(1), 1)
    assert queue.put(frame(2), 3)
    assert queue.put(frame(3), 1)
    assert queue.n_waiting == 5
    queue.repeat(2)
    queue.end()
    assert numbers(queue) == [1, 2, 2, 2, 3, 3, 3]
    assert queue.n_waiting == 0


def test_what_there_is_no_room_for_is_the_frame_before_it():
    queue = FrameQueue(BYTES, 2)
    assert [queue.put(frame(number), number) for number in (1, 2, 3, 4)] == [True, True, False, False]
    frames = iter(queue)
    assert int(next(frames)[0]) == 1
    # The one that is being written waits no more.
    assert queue.put(frame(5), 1)
    assert not queue.put(frame(6), 1)
    queue.end()
    assert numbers(frames) == [2] * 9 + [5] * 2


def test_frames_are_copied_into_memory_that_is_used_again():
    """Each frame stays unchanged until the next one is taken, however many are put meanwhile."""
    queue = FrameQueue(BYTES, 3)
    shown = frame(0)
    expected, addresses = [], set()

    def put(n):
        for _ in range(n):
            shown[:] += 1
            is_taken = queue.put(shown, 1)
            expected.append(int(shown[0]) if is_taken else expected[-1])

    put(2)
    for k, found in enumerate(queue):
        addresses.add(found.ctypes.data)
        put((0, 1, 5, 1)[k % 4] if k < 150 else 0)
        assert (found == expected[k]).all()
        if queue.n_waiting == 1:
            queue.end()
    assert k + 1 == len(expected) > 150
    assert len(addresses) <= 6


def test_queues_that_are_abandoned_end_and_take_nothing_in():
    frames, sound = FrameQueue(BYTES, 3), SoundQueue(1, 100)
    given = []
    threads = [threading.Thread(target=lambda queue=queue: given.extend(queue)) for queue in (frames, sound)]
    for thread in threads:
        thread.start()
    for queue in (frames, sound):
        queue.abandon()
    for thread in threads:
        thread.join()
    for _ in range(10):
        assert not frames.put(frame(1), 1)
    frames.repeat(3)
    sound.put(np.ones((10, 1), np.float32))
    sound.put_silence(10)
    assert [*given, *frames, *sound] == []


def test_sound_that_there_is_no_room_for_is_silence_of_its_length():
    queue = SoundQueue(2, 25)
    blocks = [np.full((10, 2), number, np.float32) for number in (1, 2, 3, 4)]
    assert [queue.put(block) for block in blocks] == [True, True, False, False]
    queue.put_silence(70_000)
    blocks_out = iter(queue)
    np.testing.assert_array_equal(next(blocks_out), blocks[0])
    np.testing.assert_array_equal(next(blocks_out), blocks[1])
    # The first has been written, the second may not have been.
    assert queue.put(np.full((15, 2), 5, np.float32))
    assert not queue.put(np.full((1, 2), 6, np.float32))
    queue.end()
    rest = np.concatenate([*blocks_out])
    assert rest.dtype == np.float32
    np.testing.assert_array_equal(rest[:, 0], [0] * 70_020 + [5] * 15 + [0])
    np.testing.assert_array_equal(rest[:, 0], rest[:, 1])


def make(path, **options):
    settings = {"size": (64, 48), "fps": Fraction(30), "sample_rate": 48000, "n_channels": 2, **options}
    return LiveWriter(path, **gathered(settings))


def test_the_partial_file_stands_beside_the_film(tmp_path):
    assert make(tmp_path / "show.mp4").partial == tmp_path / "show.partial.mp4"
    assert make(tmp_path / "my.show.MP4").partial == tmp_path / "my.show.partial.MP4"
    (tmp_path / "store").mkdir()
    (tmp_path / "link.mp4").symlink_to(tmp_path / "store" / "real.mp4")
    assert make(tmp_path / "link.mp4").partial == tmp_path / "store" / "real.partial.mp4"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.mp4", "store"]


@pytest.mark.parametrize("name", ["show.webm", "show.mov", "show.gif", "%05d.png", "show"])
def test_a_show_is_an_mp4(tmp_path, name):
    with pytest.raises(OptionError, match=r"\.mp4"):
        make(tmp_path / name)


@pytest.mark.parametrize(
    ("options", "reported"),
    [({"crf": 99}, "crf 99"), ({"preset": "p9"}, "preset p9"), ({"encoder": "none"}, "encoder none")],
)
def test_options_that_cannot_be(tmp_path, options, reported):
    with pytest.raises(OptionError, match=reported):
        make(tmp_path / "show.mp4", **options)


def test_what_exists_is_refused_without_overwrite(tmp_path):
    film, partial = tmp_path / "show.mp4", tmp_path / "show.partial.mp4"
    film.write_text("mine")
    with pytest.raises(OptionError, match="exists"):
        make(film)
    make(film, overwrite=True)
    film.rename(partial)
    with pytest.raises(OptionError, match=r"show\.partial\.mp4 exists, .*overwrite"):
        make(film)
    make(film, overwrite=True)
    assert partial.read_text() == "mine"


def test_a_partial_file_that_appears_before_the_start_is_kept(tmp_path):
    show = make(tmp_path / "show.mp4")
    show.partial.write_text("mine")
    with pytest.raises(OptionError, match=r"show\.partial\.mp4 exists"), show:
        pass
    assert show.partial.read_text() == "mine"


def test_a_partial_file_outlives_a_start_that_fails(tmp_path, monkeypatch):
    show = make(tmp_path / "show.mp4", overwrite=True)
    show.partial.write_text("mine")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", os.fspath(tmp_path / "none"))
    with pytest.raises(Exception, match="no such executable"), show:
        pass
    assert show.partial.read_text() == "mine"


@pytest.mark.parametrize("name", ["x" * 248 + ".mp4", "folder.mp4"])
def test_a_partial_file_that_cannot_be(tmp_path, name):
    (tmp_path / "folder.partial.mp4").mkdir()
    with pytest.raises(OptionError, match=r"cannot write .*partial\.mp4"), make(tmp_path / name, overwrite=True):
        pass


def test_large_frames_are_fewer_on_their_way():
    sizes = [(320, 180), (1280, 720), (1920, 1080), (3840, 2160), (7680, 4320)]
    numbers_at = {fps: [most_frames(w * h * 3 // 2, Fraction(fps)) for w, h in sizes] for fps in (2, 30, 60)}
    assert numbers_at == {2: [2, 2, 2, 2, 2], 30: [12, 12, 12, 5, 2], 60: [24, 24, 21, 5, 2]}


@pytest.mark.parametrize("encoder", ["software", *FAMILIES])
def test_no_encoder_holds_frames_back(encoder):
    film = film_format("show.mp4", size=(64, 48), fps=Fraction(30000, 1001), encoding=EncoderOptions(encoder=encoder))
    options = capture(film, SoundFeed(7, 44100, 2, None), 4, Path("/a:b.partial.mp4"))
    valued = dict(pairwise(options))
    assert valued["-bf"] == "0"
    assert valued["-g"] == "14"
    assert "+delay_moov" in valued["-movflags"]
    assert "empty_moov" not in valued["-movflags"]
    assert int(valued["-frag_duration"]) <= 500_000
    assert valued["-flush_packets"] == "1"
    assert valued["-movie_timescale"] == str(30000 * 147)
    assert options[-1] == "/a:b.partial.mp4"
    at_once = {"-delay": "0", "-async_depth": "1", "-realtime": "1"}.items() & valued.items()
    assert at_once or {"sync-lookahead=0", "sliced-threads=1"} < set(valued["-x264-params"].split(":"))
    again = complete(film, Path("/a:b.partial.mp4"), 44100)
    assert again[:2] == ["-i", "/a:b.partial.mp4"]
    assert {("-c", "copy"), ("-movie_timescale", str(30000 * 147))} < set(pairwise(again))
    assert again[-1] == "film.mp4"
