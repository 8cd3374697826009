"""A scene as a file or a command line gives it: paths, and every option."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.kinds import (
    SIZES,
    ByteSize,
    Choice,
    Either,
    Exact,
    File,
    FrameSize,
    Number,
    Numbers,
    Rate,
    Switch,
    Text,
    Titles,
    one_of,
)
from corticast.core.model.needs import (
    ANALYSED,
    BANDS,
    CONTACTS,
    DRIVEN,
    FITTED,
    HAS_DATA,
    HIGH_GAMMA,
    IN_NWB,
    IN_SPACE,
    MOVED,
    NAMED,
    NO_BAND,
    NO_INTERVAL,
    NO_SOUND,
    PLAYED,
    RECORDED,
    SMOOTH,
    SMOOTHED,
    STATIC,
    TABLE,
    TIME,
    UNREAD,
    VOLUME,
)
from corticast.core.model.options import (
    DATA,
    ELECTRODES,
    FILM,
    INPUTS,
    SOUND,
    Facts,
    Product,
    checked,
    option,
    table_of,
)
from corticast.core.model.scene import PictureOptions
from corticast.core.model.types import LengthUnit

_NOT_SHEETS: tuple[Product, ...] = ("film", "frame", "still", "show")
_IN_TIME: tuple[Product, ...] = ("film", "frame")
_ENCODED: tuple[Product, ...] = ("film", "show")


def _is_raw(facts: Facts) -> bool:
    return facts.data and facts["activity_kind"] == "raw"


def _check_bands(low: float, high: float, n: int) -> str:
    return "" if 0 < low < high and n >= 1 else "LO must be above 0 and below HI, and N at least 1"


def _check_pair(low: float, high: float) -> str:
    return "" if 0 <= low < high else "give both from 0 on, the smaller one first"


@checked
@dataclass(frozen=True, kw_only=True)
class SceneFile(PictureOptions):
    """A scene as a file or a command line gives it.

    Attributes
    ----------
    given : options that were set
    typed : those of them that the command line has set
    own : those of them that the user's own defaults have set
    path : file that was read; None without one
    notes : warnings about the file
    """

    volume: Path | None = option(
        None,
        "T1w or other volume: NIfTI, MGH/MGZ or Analyze.",
        File(),
        INPUTS,
        synonyms=("mri", "t1", "t1w", "anat", "nifti", "brain", "bg_img", "input"),
    )
    image: Path | None = option(
        None,
        "Picture instead of a volume: PNG or JPEG.",
        File(),
        INPUTS,
        synonyms=("picture", "photo", "png", "jpeg"),
    )
    mask: Path | None = option(
        None,
        "Brain that is shown in place of the head: a volume of any grid, above 0 in the brain.",
        File(),
        INPUTS,
        products=_NOT_SHEETS,
        needs=(VOLUME, FITTED),
        synonyms=("brain_mask", "brainmask", "mask_file"),
    )
    electrodes: list[Path] | None = option(
        None,
        "Table of electrodes, such as BIDS TSV or CSV; several subjects on one template have one table each.",
        File(),
        INPUTS,
        synonyms=("contacts", "montage", "sensors", "markers", "coords"),
        repeats=True,
    )
    columns: tuple[tuple[str, str], ...] | None = option(
        None,
        "Columns of the table of electrodes, by title or number: x, y, z, x_2d, y_2d, name, bad.",
        Titles(),
        ELECTRODES,
        default_text="found by their titles",
        needs=(CONTACTS,),
        synonyms=("column", "column_names", "xyz", "fields", "usecols"),
    )
    trans: Path | None = option(
        None,
        "Transform of MNE-Python (-trans.fif) from head coordinates to the MRI, for electrodes in head coordinates.",
        File(),
        ELECTRODES,
        default_text="none",
        needs=(CONTACTS, UNREAD),
        synonyms=("transform", "head_mri_t", "coreg", "trans_file"),
    )
    electrodes_unit: LengthUnit | None = option(
        None,
        "Unit of the electrodes' positions: m, cm, mm or um.",
        Choice(
            "UNIT",
            ("m", "cm", "mm", "um"),
            {"metre": "m", "meter": "m", "millimetre": "mm", "millimeter": "mm", "µm": "um", "micron": "um"}
            | {"metres": "m", "meters": "m", "millimetres": "mm", "millimeters": "mm", "micrometre": "um"},
        ),
        ELECTRODES,
        default_text="what the table says, else mm",
        needs=(CONTACTS, IN_SPACE),
        synonyms=("unit", "units", "coordinate_unit", "coord_unit", "electrode_unit"),
    )
    audio: Path | None = option(
        None,
        "Sound, or a video's sound.",
        File(),
        INPUTS,
        products=_NOT_SHEETS,
        synonyms=("sound", "music", "song", "wav", "mp3"),
    )
    activity: Path | None = option(
        None,
        "Recording (EDF, BDF, BrainVision, FIF, EEGLAB, NWB, Persyst, Nihon Kohden, GDF, EGI), or a table of "
        "activity (TSV, CSV, NPY).",
        File(),
        INPUTS,
        products=_NOT_SHEETS,
        needs=(CONTACTS,),
        synonyms=("data", "signal", "recording", "eeg", "ieeg", "edf", "timeseries"),
        live=False,
    )
    values: Path | None = option(
        None,
        "Values of contacts at rest: TSV or CSV with a column of names.",
        File(),
        INPUTS,
        products=("film", "frame", "still"),
        needs=(CONTACTS, STATIC),
        synonyms=("stats", "statistics", "tvalues", "scores", "coverage"),
        live=False,
    )
    time_index: int = option(
        0,
        "Volume of a 4-D file, from 0.",
        Number("N", low=0, whole=True),
        INPUTS,
        needs=(VOLUME,),
        synonyms=("volume_index", "frame_index", "index"),
    )
    size: tuple[int, int] = option(
        (1920, 1080),
        f"Width and height in pixels, or {one_of(SIZES)}.",
        FrameSize(),
        FILM,
        synonyms=("resolution", "dimensions", "height", "res", "figsize", "window_size"),
    )
    fps: str = option(
        "30",
        "Frames per second, exact.",
        Rate(),
        FILM,
        products=("film", "frame", "show"),
        needs=(NO_INTERVAL,),
        synonyms=("framerate", "frame_rate", "rate", "frames_per_second"),
    )
    interval: Fraction | None = option(
        None,
        "Milliseconds from one frame to the next, instead of --fps.",
        Exact("MS", low=1, high=600_000, example="250"),
        FILM,
        products=("film", "frame"),
        synonyms=("frame_interval", "delay", "ms_per_frame"),
        live=False,
    )
    start: Fraction = option(
        Fraction(0),
        "Second of sound and activity at which the film begins.",
        Exact("S", low=0, example="2.5 or 1/3"),
        FILM,
        products=("film", "frame", "still"),
        needs=(TIME,),
        harmless=(Fraction(0),),
        synonyms=("begin", "offset", "from", "tmin", "ss"),
        live=False,
    )
    duration: Fraction | None = option(
        None,
        "Length of the film in seconds.",
        Exact("S", above=0, example="2.5 or 10/3"),
        FILM,
        default_text="of sound, activity, sweep or turn",
        products=_IN_TIME,
        synonyms=("length", "seconds", "tmax", "until"),
        live=False,
    )
    frames: int | None = option(
        None,
        "Length of the film in frames.",
        Number("N", low=1, whole=True),
        FILM,
        products=_IN_TIME,
        synonyms=("n_frames", "num_frames", "nframes"),
        live=False,
    )
    speed: Fraction = option(
        Fraction(1),
        "Pace of sound and activity: 0.25 is four times slower.",
        Exact("F", above=0, high=8, example="0.25 or 1/3"),
        FILM,
        products=_IN_TIME,
        needs=(TIME,),
        harmless=(Fraction(1),),
        synonyms=("pace", "time_dilation", "slow", "playback_speed"),
        live=False,
    )
    drive: Literal["audio", "post"] = option(
        "audio",
        "How sound becomes activity: audio (bands), or post (the recipe of Brainy Jingle Bells).",
        Choice("NAME", ("audio", "post")),
        SOUND,
        products=_NOT_SHEETS,
        needs=DRIVEN,
    )
    bands: tuple[float, float, int] = option(
        (400.0, 6000.0, 10),
        "Log-spaced bands: lowest and highest edge in Hz, and how many.",
        Numbers("LO,HI,N", 3, "give LO,HI,N in Hz and bands, such as 400,6000,10", _check_bands, whole=(2,)),
        SOUND,
        products=_NOT_SHEETS,
        needs=(*DRIVEN, BANDS),
        synonyms=("frequencies", "freqs", "frequency_bands", "filterbank"),
    )
    assign: str = option(
        "height",
        "Which electrodes show which band: height, height-down, x, y, z, order, or a column of the table.",
        Text("NAME"),
        SOUND,
        products=_NOT_SHEETS,
        needs=(*DRIVEN, BANDS),
        synonyms=("mapping", "assignment", "order_by"),
    )
    smoothing_hz: float | Literal["none"] | None = option(
        None,
        "-3 dB point of the smoothing, or none.",
        Either("HZ", ("none",), Number("HZ", above=0)),
        SOUND,
        default_text="5; none for raw",
        settled=lambda facts: "none" if _is_raw(facts) else 5.0,
        products=_NOT_SHEETS,
        needs=(CONTACTS, MOVED, SMOOTHED, PLAYED),
        synonyms=("lowpass", "smooth_hz", "h_freq"),
    )
    smoothing: Literal["zero-phase", "causal"] = option(
        "zero-phase",
        "Smoothing: zero-phase shows activity early (53 ms at 5 Hz), causal late (41 ms).",
        Choice("NAME", ("zero-phase", "causal"), {"gaussian": "zero-phase", "zero": "zero-phase"}),
        SOUND,
        products=_NOT_SHEETS,
        needs=(CONTACTS, MOVED, SMOOTHED, SMOOTH, PLAYED),
    )
    scale: Literal["band", "global", "electrode"] = option(
        "band",
        "What full activity is: the loudest of each band, of all sound (global), or of each electrode.",
        Choice("NAME", ("band", "global", "electrode"), {"all": "global", "each": "electrode", "channel": "electrode"}),
        SOUND,
        products=_NOT_SHEETS,
        needs=(*DRIVEN, BANDS, PLAYED),
        synonyms=("normalize", "normalization", "norm"),
    )
    sonify: bool = option(
        False,
        "Make a sound of the activity of a scene without sound.",
        Switch(),
        SOUND,
        products=("film",),
        needs=(HAS_DATA, NO_SOUND, CONTACTS),
        synonyms=("sonification",),
        live=False,
    )
    rename: Path | None = option(
        None,
        "Table of two columns that gives channels the names of contacts.",
        File(),
        DATA,
        products=_NOT_SHEETS,
        needs=(HAS_DATA, NAMED),
        synonyms=("rename_channels", "mapping_file", "aliases"),
        live=False,
    )
    series: str | None = option(
        None,
        "Series of an NWB file that holds several.",
        Text("NAME"),
        DATA,
        products=_NOT_SHEETS,
        needs=(HAS_DATA, IN_NWB),
        synonyms=("electrical_series", "nwb_series", "acquisition"),
        live=False,
    )
    activity_rate: float | None = option(
        None,
        "Samples per second of a table of activity.",
        Number("HZ", above=0),
        DATA,
        products=_NOT_SHEETS,
        needs=(HAS_DATA, TABLE),
        synonyms=("sfreq", "sampling_rate", "sampling_frequency"),
        live=False,
    )
    activity_start: float | None = option(
        None,
        "Second of the sound at which the first sample lies.",
        Number("S"),
        DATA,
        default_text="what the table says, else 0",
        products=_NOT_SHEETS,
        needs=(HAS_DATA,),
        synonyms=("activity_offset", "onset"),
        live=False,
    )
    activity_scale: float | None = option(
        None,
        "Value that is drawn as full activity.",
        Number("VALUE", above=0),
        DATA,
        default_text="by the data",
        products=_NOT_SHEETS,
        needs=(HAS_DATA,),
        synonyms=("activity_max", "full_scale", "amax"),
        live=False,
    )
    activity_kind: Literal["high-gamma", "raw"] | None = option(
        None,
        "Shown part of the data: high-gamma, or raw (unchanged).",
        Choice("NAME", ("high-gamma", "raw"), {"hga": "high-gamma", "hfb": "high-gamma", "voltage": "raw"}),
        DATA,
        default_text="high-gamma of recordings, raw of tables",
        products=_NOT_SHEETS,
        needs=(HAS_DATA,),
        live=False,
    )
    reference: Literal["kind", "group", "average", "bipolar", "none"] | None = option(
        None,
        "Reference of a recording: the average within grids and strips and within depth contacts (kind), within each "
        "shaft or grid (group), or of all good contacts (average); bipolar pairs of neighbours; none.",
        Choice(
            "NAME",
            ("kind", "group", "average", "bipolar", "none"),
            {"car": "average", "common": "average", "off": "none", "shaft": "group", "kinds": "kind"},
        ),
        DATA,
        default_text="kind; none for raw",
        settled=lambda facts: "none" if _is_raw(facts) else "kind",
        products=_NOT_SHEETS,
        needs=(HAS_DATA, ANALYSED),
        synonyms=("ref", "rereference", "car"),
        live=False,
    )
    line_hz: float | Literal["auto", "none"] = option(
        "auto",
        "Remove power-line noise at this frequency in Hz: 50, 60, auto or none.",
        Either("HZ", ("auto", "none"), Number("HZ", low=10, example="50 or 60")),
        DATA,
        products=_NOT_SHEETS,
        needs=(HAS_DATA, ANALYSED, HIGH_GAMMA),
        synonyms=("notch", "line_noise", "mains", "line_freq", "powerline"),
        live=False,
    )
    high_gamma: tuple[float, float] = option(
        (70.0, 150.0),
        "Band of high gamma in Hz.",
        Numbers("LO,HI", 2, "give LO,HI in Hz, such as 70,150", _check_pair),
        DATA,
        products=_NOT_SHEETS,
        needs=(HAS_DATA, ANALYSED, HIGH_GAMMA, NO_BAND),
        synonyms=("gamma", "hfb", "hga"),
        live=False,
    )
    band: tuple[float, float] | None = option(
        None,
        "Band in Hz instead of high gamma, such as 8,13.",
        Numbers("LO,HI", 2, "give LO,HI in Hz, such as 8,13", _check_pair),
        DATA,
        products=_NOT_SHEETS,
        needs=(HAS_DATA, ANALYSED, HIGH_GAMMA),
        synonyms=("freq_band",),
        live=False,
    )
    baseline: tuple[float, float] | Literal["all", "none"] | None = option(
        None,
        "Seconds of the recording that the z-score refers to, or all; none shows the band's amplitude in the "
        "recording's unit instead of a z-score.",
        Either(
            "START,END",
            ("all", "none"),
            Numbers("START,END", 2, "give START,END in seconds, such as 0,2.5", _check_pair),
        ),
        DATA,
        default_text="all",
        products=_NOT_SHEETS,
        needs=(HAS_DATA, ANALYSED, HIGH_GAMMA),
        synonyms=("bl", "rest"),
        live=False,
    )
    codec: Literal["vp9", "av1", "h264", "hevc"] | None = option(
        None,
        "Format of the video: vp9 or av1 for .webm; h264, or hevc by hardware, for .mp4.",
        Choice(
            "NAME", ("vp9", "av1", "h264", "hevc"), {"h265": "hevc", "x264": "h264", "avc": "h264", "libx264": "h264"}
        ),
        FILM,
        products=("film",),
        synonyms=("vcodec", "format", "video_codec"),
        live=False,
    )
    crf: float | None = option(
        None,
        "Quality of the encoder: lower is better and larger.",
        Number("N"),
        FILM,
        default_text="by the codec",
        products=_ENCODED,
        needs=(RECORDED,),
        synonyms=("quality", "bitrate", "qp"),
    )
    preset: str | None = option(
        None,
        "Effort of the encoder.",
        Text("NAME"),
        FILM,
        default_text="by the codec",
        products=_ENCODED,
        needs=(RECORDED,),
        synonyms=("effort",),
    )
    encoder: str = option(
        "auto",
        "Encoder: auto (software), software, nvenc, videotoolbox, qsv, vaapi, or ffmpeg's name of one.",
        Text("NAME"),
        FILM,
        products=_ENCODED,
        needs=(RECORDED,),
        synonyms=("hwaccel", "hardware"),
    )
    max_size: int | None = option(
        None,
        "Largest size of the film, such as 10MB, kept by a bound on the bit rate.",
        ByteSize(),
        FILM,
        products=("film",),
        synonyms=("filesize", "file_size", "limit_size", "fs"),
        live=False,
    )
    flash_limit: bool | None = option(
        None,
        "Lower the activity until no large part of the picture flashes more than three times a second.",
        Switch(),
        FILM,
        default_text="on in live shows of sound",
        products=("film", "show"),
        needs=(CONTACTS, MOVED),
        harmless=(False,),
        synonyms=("flashes", "no_flash"),
    )

    given: frozenset[str] = field(default=frozenset(), init=False, repr=False, compare=False)
    typed: frozenset[str] = field(default=frozenset(), init=False, repr=False, compare=False)
    own: frozenset[str] = field(default=frozenset(), init=False, repr=False, compare=False)
    path: Path | None = field(default=None, init=False, repr=False, compare=False)
    notes: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    def without(self, names: Collection[str]) -> SceneFile:
        """The same scene without the values of some options."""
        return self._remade({name: value for name, value in self.given_values.items() if name not in names})

    def with_values(self, **values: Any) -> SceneFile:
        """The same scene with other values; what the command line has set stays known."""
        return self._remade({**self.given_values, **values})

    @property
    def given_values(self) -> dict[str, Any]:
        """Options that were set, in the order of the table."""
        return {name: getattr(self, name) for name in table_of(SceneFile) if name in self.given}

    @property
    def given_paths(self) -> dict[str, list[Path]]:
        """Options that were set to files, with their files."""
        table = table_of(SceneFile)
        listed = {name: table[name].listed(value) for name, value in self.given_values.items()}
        return {name: values for name, values in listed.items() if isinstance(values[0], Path)}

    @property
    def rate(self) -> str:
        """Frames per second, by `interval` or `fps`."""
        return self.fps if self.interval is None else str(1000 / self.interval)

    @property
    def encoding(self) -> EncoderOptions:
        """How the scene's film is encoded."""
        return EncoderOptions(self.codec, self.crf, self.preset, self.encoder, self.max_size)

    def facts(self, product: Product | None = None, **more: Any) -> Facts:
        """What decides which options count.

        Parameters
        ----------
        product : that is made
        more : fields of `Facts` that are otherwise
        """
        known: dict[str, Any] = {
            "volume": self.volume is not None,
            "image": self.image is not None,
            "electrodes": self.electrodes is not None,
            "sound": self.audio is not None,
            "data": self.activity is not None,
            "plays": self.audio is not None,
            "values": {name: getattr(self, name) for name in table_of(SceneFile)},
        }
        return Facts(product=product, **{**known, **more})

    def plain_values(self) -> dict[str, Any]:
        """Options that were set, as TOML and JSON hold them."""
        table = table_of(SceneFile)
        return {name: table[name].plain(value) for name, value in self.given_values.items()}

    def _remade(self, values: dict[str, Any]) -> SceneFile:
        other = SceneFile(**values)
        marks = {"typed": self.typed & other.given, "own": self.own & other.given}
        return marked(other, **marks, path=self.path, notes=self.notes)


def marked(scene: SceneFile, **marks: Any) -> SceneFile:
    """Note where a scene's values come from, and give the scene."""
    for name, value in marks.items():
        object.__setattr__(scene, name, value)
    return scene
