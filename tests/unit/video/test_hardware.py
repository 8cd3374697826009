"""Which hardware encoder a film gets, and whether ffmpeg knows every option that it is then given."""

import re
import subprocess
from fractions import Fraction
from functools import cache

import pytest
from tests.films import gathered

from corticast.errors import OptionError
from corticast.process.ffmpeg import executable
from corticast.video.arguments.film import encode
from corticast.video.codecs import FAMILIES, hardware_codecs
from corticast.video.formats import film_format

CODECS = [(container, codec) for container in (".mp4", ".webm") for codec in hardware_codecs(container)]
IDS = [codec.encoder for _, codec in CODECS]


def settled(path, size=(640, 360), fps=25, **options):
    return film_format(path, size=size, fps=Fraction(fps), **gathered(options))


def output_options(film):
    """Option -> value of all that follows the input."""
    arguments = encode(film, None, 2)
    after = arguments[arguments.index("pipe:0") + 1 : -1]
    assert len(after) % 2 == 0
    return dict(zip(after[::2], after[1::2], strict=True))


@cache
def ffmpeg_help(topic):
    return subprocess.run([executable(), "-hide_banner", "-h", *topic.split()], capture_output=True, text=True).stdout


@cache
def generic_options():
    """Options of the ffmpeg program and of every encoder, muxer and stream."""
    text = ffmpeg_help("full")
    program = text[: text.index("AVCodecContext AVOptions:")]
    names = set(re.findall(r"^-([^\s[]+)", program, re.M))
    codec = re.search(r"^AVCodecContext AVOptions:\n((?: .*\n)+)", text, re.M).group(1)
    names |= set(re.findall(r"^  -(\S+) +<\w+> +E\S*V", codec, re.M))
    movie = re.search(r"^mov/mp4\S* muxer AVOptions:\n((?: .*\n)+)", ffmpeg_help("muxer=mp4") + "\n", re.M).group(1)
    return names | set(re.findall(r"^  -(\S+)", movie, re.M))


def private_options(encoder):
    """Option -> its line in ffmpeg's help, and the names of its values."""
    text = ffmpeg_help(f"encoder={encoder}")
    if "is not recognized" in text or not text.startswith("Encoder"):
        pytest.skip(f"this ffmpeg has no {encoder}")
    found = {}
    for line in text.splitlines():
        if match := re.match(r"  -(\S+) ", line):
            values = set()
            found[match.group(1)] = (line, values)
        elif (match := re.match(r"     (\S+)", line)) and found:
            values.add(match.group(1))
    return found


@pytest.mark.parametrize(("container", "codec"), CODECS, ids=IDS)
def test_ffmpeg_knows_every_option_and_value(container, codec):
    private = private_options(codec.encoder)
    for preset in codec.presets or (None,):
        for crf in (codec.crf.best, codec.crf.default, codec.crf.worst):
            film = settled(f"a{container}", codec=codec.name, encoder=codec.encoder, crf=crf, preset=preset)
            for option, value in output_options(film).items():
                name = option[1:].split(":")[0]
                assert name in private or name in generic_options(), option
                if name not in private:
                    continue
                line, values = private[name]
                limits = re.search(r"\(from (-?[\d.e+]+) to ([\d.e+]+|INT_MAX)\)", line)
                if re.fullmatch(r"-?[\d.]+", value):
                    low, high = limits.groups()
                    assert float(low) <= float(value) <= float(high.replace("INT_MAX", "inf"))
                else:
                    assert value in values, (option, value)


@pytest.mark.parametrize(("container", "codec"), CODECS, ids=IDS)
def test_the_promises_of_every_film(container, codec):
    film = settled(f"a{container}", fps=Fraction(30000, 1001), codec=codec.name, encoder=codec.encoder)
    arguments, options = encode(film, None, None), output_options(film)
    before = arguments[: arguments.index("-i")]
    software = encode(settled(f"a{container}", fps=Fraction(30000, 1001)), None, None)
    # Size, exact rate, colour tags and chroma's place are given as for software.
    assert before[before.index("-f") :] == software[: software.index("-i")]
    assert options["-c:v"] == codec.encoder
    assert (options["-g"], options["-bf"], options["-flags"]) == ("30", "0", "+cgop")
    assert options.get("-movflags") == ("+faststart" if container == ".mp4" else None)
    assert options.get("-tag:v") == ("hvc1" if codec.name == "hevc" else None)
    assert options.get("-profile:v") == ("high" if codec.name == "h264" else None)


@pytest.mark.parametrize(
    ("encoder", "path", "options", "reported"),
    [
        ("nvenc", "a.mp4", {"crf": 21.5}, {"-rc": "vbr", "-cq": "21.5", "-b:v": "0", "-preset": "p4"}),
        ("nvenc", "a.mp4", {"preset": "p7"}, {"-cq": "18", "-preset": "p7", "-pix_fmt": "yuv420p"}),
        ("qsv", "a.mp4", {"crf": 23}, {"-global_quality": "23", "-preset": "medium", "-pix_fmt": "nv12"}),
        ("vaapi", "a.mp4", {"crf": 23}, {"-rc_mode": "CQP", "-qp": "23", "-vf": "format=nv12,hwupload"}),
        # As libvpx maps its quantiser 20 to VP9's index 80.
        ("vaapi", "a.webm", {}, {"-c:v": "vp9_vaapi", "-global_quality": "80"}),
        ("videotoolbox", "a.mp4", {"crf": 0}, {"-q:v": "100", "-pix_fmt": "nv12"}),
        ("videotoolbox", "a.mp4", {}, {"-q:v": "65"}),
        ("videotoolbox", "a.mp4", {"crf": 51}, {"-q:v": "1"}),
    ],
)
def test_quality_and_effort(encoder, path, options, reported):
    assert reported.items() <= output_options(settled(path, encoder=encoder, **options)).items()


@pytest.mark.parametrize(("container", "codec"), CODECS, ids=IDS)
def test_frames_for_vaapi_go_to_a_device(container, codec):
    arguments = encode(settled(f"a{container}", codec=codec.name, encoder=codec.encoder), None, None)
    assert ("-init_hw_device" in arguments) == (codec.hardware == "vaapi")
    if codec.hardware == "vaapi":
        assert arguments[:4] == ["-init_hw_device", "vaapi=frames", "-filter_hw_device", "frames"]


@pytest.mark.parametrize(
    ("path", "options", "encoder"),
    [
        ("a.mp4", {"encoder": "nvenc"}, "h264_nvenc"),
        ("a.mp4", {"encoder": "nvenc", "codec": "hevc"}, "hevc_nvenc"),
        ("a.mp4", {"encoder": "hevc_nvenc"}, "hevc_nvenc"),
        ("a.webm", {"encoder": "vaapi"}, "vp9_vaapi"),
        ("a.webm", {"encoder": "vaapi", "codec": "av1"}, "av1_vaapi"),
        ("a.webm", {"encoder": "nvenc"}, "av1_nvenc"),
        ("a.mp4", {"encoder": "auto"}, "h264"),
        ("a.mp4", {"encoder": "software", "codec": "h264"}, "h264"),
    ],
)
def test_families_and_names(path, options, encoder):
    assert settled(path, **options).codec.encoder == encoder


def test_every_family_makes_h264_for_mp4():
    assert {settled("a.mp4", encoder=family).codec.name for family in FAMILIES} == {"h264"}


def test_auto_is_software():
    for path in ("a.mp4", "a.webm", "a.mov", "a.gif", "%d.png"):
        usual = encode(settled(path), None, 2)
        assert encode(settled(path, encoder="software"), None, 2) == usual
        assert encode(settled(path, encoder="auto"), None, 2) == usual


@pytest.mark.parametrize(
    ("path", "options", "reported"),
    [
        ("a.mp4", {"encoder": "cuda"}, ["encoder cuda", "software", "nvenc", "hevc_vaapi"]),
        ("a.mp4", {"encoder": "av1_nvenc"}, ["encoder av1_nvenc", ".mp4", "h264_nvenc"]),
        ("a.gif", {"encoder": "nvenc"}, ["encoder nvenc", ".gif", ".mp4 or .webm"]),
        ("a.mp4", {"encoder": "h264_nvenc", "codec": "hevc"}, ["codec hevc", "h264_nvenc", "h264"]),
        ("a.webm", {"encoder": "nvenc", "codec": "vp9"}, ["codec vp9", "nvenc", "av1"]),
        ("a.mp4", {"codec": "hevc"}, ["codec hevc", "hardware", "encoder nvenc or videotoolbox"]),
        ("a.mp4", {"encoder": "nvenc", "crf": 0}, ["crf 0", "h264_nvenc", "1", "51"]),
        ("a.mp4", {"encoder": "qsv", "crf": 20.5}, ["crf 20.5", "h264_qsv", "whole"]),
        ("a.mp4", {"encoder": "nvenc", "preset": "fast"}, ["preset fast", "h264_nvenc", "p1", "p7"]),
        ("a.mp4", {"encoder": "vaapi", "preset": "fast"}, ["preset fast", "vaapi", "leave"]),
        ("a.webm", {"encoder": "vaapi", "alpha": True}, ["vp9_vaapi", "transparent"]),
    ],
)
def test_a_refusal_is_one_line_that_names_the_value_and_the_remedy(path, options, reported):
    with pytest.raises(OptionError) as caught:
        settled(path, **options)
    assert "\n" not in str(caught.value)
    for part in reported:
        assert part in str(caught.value)
