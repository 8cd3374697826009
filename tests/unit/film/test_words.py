"""What a film's lights are, in words: captions against a list written by hand, and methods."""

from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version

import numpy as np
import pytest
from tests.fonts import made_font

import corticast as cc
from corticast.core.geometry.placement import placed_of
from corticast.core.model.recording import Recording
from corticast.dsp.high_gamma import HighGamma
from corticast.dsp.post import low_pass, over_range
from corticast.errors import OptionError
from corticast.film.analysis import analyse
from corticast.film.analysis_file import read_analysis, write_analysis
from corticast.film.opening import open_film
from corticast.film.scale_facts import scale_facts
from corticast.film.timing import FilmTiming
from corticast.film.words import caption_of, methods_of

RATE = 22050
TABLE = cc.Electrodes(tuple("abc"), np.array([[-30.0, 2, 3], [-20, -8, 1], [-10, 5, 20]]), space="world")
NOISE = cc.SampledSound(np.random.default_rng(1).normal(0, 0.1, (1, RATE)).astype(np.float32), RATE, name="song.wav")
EARLY_SOUND = "smoothed (zero-phase, 5 Hz, shows the sound up to 53 ms early)"
EARLY = "smoothed (zero-phase, 5 Hz; filters and smoothing show activity up to 154 ms early)"


TIMING = FilmTiming(size=(320, 180))


def film_of(drive, timing=TIMING, **options):
    return open_film(cc.Scene(electrodes=TABLE, drive=drive, layout="lateral", **options), timing, still=True)


def values(**more):
    return cc.ArrayDrive(np.linspace(0, 1, 30).reshape(3, 10), 5.0, tuple("abc"), **more)


CAPTIONS = [
    (
        cc.AudioDrive(NOISE),
        f"lights follow the sound · 10 bands 400–6000 Hz, low ones at the bottom · "
        f"full scale: each band's 99th percentile · {EARLY_SOUND} · n = 3 contacts",
    ),
    (
        cc.AudioDrive(NOISE, bands=cc.LogBands(100, 900, 1), scale="global", smoothing_hz=10.0),
        "lights follow the sound · 1 band 100–900 Hz · full scale: the loudest band's 99th percentile · "
        "smoothed (zero-phase, 10 Hz; window and smoothing show the sound up to 29 ms early) · n = 3 contacts",
    ),
    (
        cc.AudioDrive(NOISE, scale="electrode"),
        f"lights follow the sound · 10 bands 400–6000 Hz, low ones at the bottom · "
        f"each contact spans its own lowest to highest · {EARLY_SOUND} · n = 3 contacts",
    ),
    (
        cc.PostDrive(NOISE),
        "lights follow the sound · 9 wavelets 400–4441 Hz, low ones at the top · after Brainy Jingle Bells: 0 is each "
        "contact's lowest, 1 is 62.5 % of the way to its highest · 27 % of the film's values are beyond full scale, "
        "drawn at its end · "
        "smoothed (zero-phase, 5 Hz, shows the sound up to 254 ms early) · n = 3 contacts",
    ),
    (values(name="folder/gamma.tsv"), "lights follow the table gamma.tsv · n = 3 contacts"),
    (values(), "lights follow the given activity · n = 3 contacts"),
    (values(quantity="power", unit="dB", name="p.npy"), "power (dB) · table p.npy · n = 3 contacts"),
    (
        cc.ArrayDrive(np.ones((2, 4)), 1.0, ("a", "b"), quantity="HFB"),
        "HFB · n = 2 contacts",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("drive", "words"), CAPTIONS)
def test_the_caption_says_what_the_lights_are(drive, words):
    assert caption_of(film_of(drive)) == words


def recorded(cls, **options):
    samples = np.random.default_rng(2).normal(0, 20e-6, (3, 4000))
    return cls(Recording.of_array(samples, 1000.0, tuple("abc"), unit="V", name="sub-01_ieeg"), **options)


def test_the_caption_of_high_gamma_names_every_step():
    drive = recorded(cc.HighGammaDrive, reference="average", baseline=(0.5, 2))
    assert caption_of(film_of(drive, FilmTiming(size=(320, 180), speed=Fraction(1, 4)))) == (
        "high gamma 70–150 Hz (z) · reference: common average · baseline: 0.5–2 s (mean, SD) · "
        f"{EARLY} · ×0.25 speed · n = 3 contacts"
    )


def test_the_caption_of_voltage_says_that_nothing_is_smoothed():
    words = caption_of(film_of(recorded(cc.VoltageDrive)))
    assert words == "voltage (µV) · reference: as recorded · not smoothed · n = 3 contacts"


def test_methods_of_recordings_name_every_step():
    drive = recorded(cc.HighGammaDrive, reference="average", baseline=(0.5, 2), line_hz=50.0)
    text = methods_of(film_of(drive))
    # FIR filters with Hamming windows have 3.3 / transition seconds; half lies on each side.
    reach_ms = 1000 * 3.3 / 5 / 2
    for words in (
        "from 70 to 150 Hz of the recording sub-01_ieeg (3 channels, 1000 samples per second)", "common average",
        "noise of 50 Hz", "8 adjacent bands of 10 Hz", "zero-phase FIR", f"reach {reach_ms:.0f} ms to both sides",
        "from 0.5 to 2 s of the recording", "Scores were smoothed by a zero-phase Gaussian",
        "which alone shows activity up to 53 ms early", "Filters and smoothing show activity up to 154 ms early",
        "Full scale is ±", "Colour map blue-grey-orange",
    ):  # fmt: skip
        assert words in text, words
    text = methods_of(film_of(recorded(cc.VoltageDrive, smoothing_hz=5.0, smoothing="causal")))
    late_ms = 1000 * 2 * np.sqrt(np.sqrt(2) - 1) / (2 * np.pi * 5)
    assert "Voltages were smoothed causally (two equal one-pole low-passes, together −3 dB at 5 Hz)" in text
    assert f"about {late_ms:.0f} ms late" in text


def test_the_caption_of_z_scores_over_the_whole_recording_names_median_and_mad():
    assert "· baseline: whole recording (median, MAD) ·" in caption_of(film_of(recorded(cc.HighGammaDrive)))
    steps = HighGamma(score=lambda rows, rate, rest: rows)
    assert "· baseline: whole recording ·" in caption_of(film_of(recorded(cc.HighGammaDrive, steps=steps)))


def test_the_caption_says_how_many_values_lie_beyond_full_scale():
    values = np.arange(300.0).reshape(3, 100)
    film = film_of(cc.ArrayDrive(values, 5.0, tuple("abc"), full_scale=260.0))
    share = f"{100 * np.count_nonzero(values > 260) / values.size:.2g} %"
    assert (
        caption_of(film)
        == f"lights follow the given activity · {share} of the film's values are beyond full scale, drawn at its end · "
        "n = 3 contacts"
    )
    # Nothing is said of the share that an automatic full scale leaves.
    automatic = film_of(cc.ArrayDrive(1.015 * values, 5.0, tuple("abc"), full_scale=None))
    assert 0 < automatic.activity.n_clipped / automatic.activity.n_values <= 0.02
    assert caption_of(automatic) == "lights follow the given activity · n = 3 contacts"


@pytest.mark.parametrize(
    ("timing", "columns"),
    [
        ({"start": Fraction(10), "duration": Fraction(4)}, slice(50, 70)),
        ({"duration": Fraction(5)}, slice(0, 25)),
        ({"start": Fraction(12), "frames": 60, "speed": Fraction(2)}, slice(60, 80)),
        ({"start": Fraction(19)}, slice(95, 100)),
    ],
)
def test_values_beyond_full_scale_are_those_that_the_film_shows(timing, columns):
    values = np.abs(np.random.default_rng(3).standard_normal((3, 100))) + np.linspace(0, 1, 100)
    drive = cc.ArrayDrive(values, 5.0, tuple("abc"), full_scale=1.5)
    film = film_of(drive, replace(TIMING, **timing))
    shown = values.astype(np.float32)[:, columns] > 1.5
    assert film.values_beyond == (shown.sum(), shown.size)
    share = f"{100 * shown.mean():.2g} %"
    assert f"· {share} of the film's values are beyond full scale, drawn at its end ·" in caption_of(film)
    assert f"{share} of the values of good contacts lay beyond" in methods_of(film)
    assert scale_facts(film.activity, beyond=film.values_beyond)["Clipped"] == {"Values": shown.sum(), "Of": shown.size}
    (warning,) = film.warnings
    assert warning.startswith(f"{share} of the values lie beyond the full scale of 1.5 ")
    # Of the contacts, too, those that are drawn.
    few = film_of(drive, replace(TIMING, **timing), select=("a", "c"))
    assert few.values_beyond == (shown[[0, 2]].sum(), shown[[0, 2]].size)


def test_no_warning_stands_where_few_values_or_those_of_a_sound_lie_beyond():
    rng = np.random.default_rng(2)
    assert film_of(cc.ArrayDrive(rng.standard_normal((3, 1000)), 50.0, tuple("abc"), full_scale=None)).warnings == ()
    film = film_of(cc.PostDrive(NOISE))
    assert film.values_beyond[0] > 0.1 * film.values_beyond[1]
    assert not any("values lie beyond" in warning for warning in film.warnings)


def test_the_post_clips_each_contact_at_the_share_of_its_range_that_its_words_say():
    magnitudes = np.random.default_rng(4).uniform(2, 7, (3, 20000))
    low, high = magnitudes.min(axis=1, keepdims=True), magnitudes.max(axis=1, keepdims=True)
    clipped = (magnitudes - low) / (high - low) >= 0.625
    np.testing.assert_array_equal(over_range(magnitudes) >= 1, clipped)


def test_the_flash_limit_stands_in_caption_and_methods():
    film = replace(film_of(values()), gain=0.62)
    assert "flash limit: activity ×0.62" in caption_of(film)
    assert "multiplied the activity by 0.62" in methods_of(film)


def test_a_text_of_the_scene_takes_the_place_of_the_words_and_none_leaves_them_out():
    assert caption_of(film_of(values(), caption="my words")) == "my words"
    assert caption_of(film_of(values(), caption="none")) == ""
    assert caption_of(film_of(values(), labels="none")) == ""
    assert caption_of(film_of(None)) == ""
    assert methods_of(film_of(None)) == ""
    # The methods do not depend on what the picture has room for.
    assert methods_of(film_of(values(), caption="none")) == methods_of(film_of(values()))


def test_contacts_without_data_do_not_count():
    table = replace(TABLE, bad=np.array([False, True, False]))
    film = open_film(cc.Scene(electrodes=table, drive=values(), layout="lateral"), FilmTiming(size=(320, 180)))
    assert caption_of(film).endswith("n = 2 contacts")


def test_methods_of_sound_name_the_file_the_steps_and_the_version():
    text = methods_of(film_of(cc.AudioDrive(NOISE)))
    sigma_ms = 1000 * np.sqrt(np.log(2)) / (2 * np.pi * 5)
    for words in (
        "song.wav (22050 samples per second, 1 channel)", "not a recording of the brain", "one of 10 log-spaced bands",
        "from 400 to 6000 Hz", f"standard deviation {sigma_ms:.3g} ms, −3 dB at 5 Hz", f"{2 * sigma_ms:.0f} ms early",
        "99th percentile", "beyond full scale", "Colour map inferno-lifted", "30 frames per second",
        f"corticast {version('corticast')}",
    ):  # fmt: skip
        assert words in text, words
    post = methods_of(film_of(cc.PostDrive(NOISE), electrode_cmap="viridis"))
    assert "Brainy Jingle Bells" in post
    assert "clipped at 1" in post
    assert "Colour map viridis" in post


def test_the_posts_filter_shows_activity_as_early_as_its_words_say():
    rate = 11025 / 400
    step = (np.arange(400) >= 200).astype(float)
    response = low_pass(step[None], rate)[0]
    first = np.flatnonzero(np.abs(response) > 0.023)[0]
    assert (200 - first) / rate * 1000 == pytest.approx(254, abs=1)


def test_words_survive_the_file_of_an_analysis(tmp_path):
    scene = cc.Scene(electrodes=TABLE, drive=cc.AudioDrive(NOISE), layout="lateral")
    analysis = analyse(scene, placed_of(scene), FilmTiming(size=(320, 180)))
    write_analysis(analysis, tmp_path / "a.npz")
    again = open_film(scene, FilmTiming(size=(320, 180)), analysis=read_analysis(tmp_path / "a.npz"))
    assert methods_of(again) == methods_of(film_of(cc.AudioDrive(NOISE)))
    assert caption_of(again) == CAPTIONS[0][1]


NO_FONT = (
    "no font here has {}, drawn as empty boxes; install a font of this script, such as one of Noto Sans, or use other "
    "characters"
)


def test_characters_that_no_font_has_give_a_warning(without_system_fonts):
    film = film_of(values(), caption="日本 µV", title="ok é")
    assert film.warnings == (f"--caption: {NO_FONT.format('日 本')}",)


def odd_film(tmp_path=None, **options):
    """Contacts whose names and groups no built-in font has; with `tmp_path`, in a font of ASCII."""
    font = tmp_path and made_font(tmp_path / "a.ttf", characters="".join(map(chr, range(0x20, 0x7F))))
    table = cc.Electrodes(("電1", "µ₂"), TABLE.pos[:2], "world", columns={"kind": ("極", "ok")})
    scene = cc.Scene(electrodes=table, layout="lateral", font=font, color_by="kind", names="all", **options)
    return [line for line in open_film(scene, FilmTiming(size=(640, 360)), still=True).warnings if "font" in line]


def test_names_and_legends_with_characters_that_no_font_has_give_a_warning(without_system_fonts):
    assert odd_film() == [f"--names: {NO_FONT.format('電')}", f"--color-by: {NO_FONT.format('極')}"]
    assert odd_film(labels=()) == [f"--names: {NO_FONT.format('電')}"]


def test_a_line_of_a_font_says_which_characters_no_font_has(tmp_path, without_system_fonts):
    by_built_in, by_none = odd_film(tmp_path, title="😀")
    assert by_built_in.startswith(f"--font {tmp_path / 'a.ttf'}: the font lacks ")
    assert {"µ", "₂"} < set(by_built_in)
    assert not set("電極😀") & set(by_built_in)
    assert by_none.endswith(NO_FONT.format("😀 電 極"))


def test_a_font_counts_for_names_without_labels(tmp_path):
    """Names are drawn where no label is."""
    odd_film(tmp_path, labels=())
    odd_film(labels=(), font_size=60)
    with pytest.raises(OptionError, match="where labels none leaves all texts out"):
        cc.Scene(electrodes=TABLE, layout="lateral", labels=(), font_size=60)


def words_left_out(caption, size, **options):
    timing = FilmTiming(size=size)
    warnings = film_of(values(), timing, caption=caption, **options).warnings
    return [line for line in warnings if "has no room" in line]


def test_a_warning_names_words_that_have_no_room():
    parts = [f"part {number} of a caption that nobody reads" for number in range(60)]
    assert words_left_out(" · ".join(parts[:3]), (320, 240)) == []
    (line,) = words_left_out(" · ".join(parts), (320, 240))
    assert line.startswith("--size: 320x240 has no room for ")
    assert f'"{parts[-1]}"' in line
    assert f'"{parts[0]}"' not in line
    assert line.endswith("; give a larger one, or fewer words")
    title = "Many words " * 30
    assert words_left_out("none", (320, 240), title=title) == [
        f'--size: 320x240 has no room for "{title}"; give a larger one, or fewer words'
    ]


def test_frames_of_1920_pixels_tell_the_lead_of_the_post_drive():
    film = film_of(cc.PostDrive(NOISE), FilmTiming(size=(1920, 1080)))
    assert not [line for line in film.warnings if "no room" in line]
    assert "254 ms" in caption_of(film)
