"""What a film's lights are, in words: the caption at the foot of its frames, and the methods of its sidecar."""

from __future__ import annotations

from fractions import Fraction
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.color.colormaps import table
from corticast.core.color.themes import theme_of
from corticast.core.geometry.air import air_of, begins_with_ground
from corticast.core.geometry.background import on_dark
from corticast.core.geometry.depths import Depths
from corticast.core.geometry.full_strength import shows_surface
from corticast.core.geometry.head import head_of
from corticast.core.geometry.panels import Motion, ObliquePanel
from corticast.core.geometry.seen_as import contact_theme, hides_most, n_under
from corticast.core.model.scene import has_caption
from corticast.core.model.types import Activity, BoolArray, Measured
from corticast.core.text.captions import Captions
from corticast.core.text.face import face_of, in_face
from corticast.core.text.foot import Fact, facts_of_text, one_line
from corticast.core.text.numbers import number, percent
from corticast.dsp.full_scale import MOST_BEYOND
from corticast.film.column_words import column_captions, column_methods
from corticast.film.gap_words import gap_sentences, has_gaps, outside_lines
from corticast.film.in_view import counted, faint_facts
from corticast.film.size_words import diameters_sentence

if TYPE_CHECKING:
    from corticast.film.film import Film

# Facts that leave first where the foot has no room, from the last one on; the first one always stays.
_SMOOTHING, _REFERENCE, _SCALE, _BAND, _BEYOND, _GAIN, _BASELINE, _N, _SPEED, _GAPS, _FAINT = range(1, 12)


def caption_of(film: Film) -> str:
    """The caption in one line; "" for a scene without a caption."""
    return one_line(caption_facts(film))


def caption_facts(film: Film) -> tuple[Fact, ...]:
    """Facts of the caption; none where the scene has no caption."""
    scene = film.scene
    if not has_caption(scene):
        return ()
    if scene.caption != "auto":
        return facts_of_text(scene.caption)
    if film.activity is None or film.placed is None:
        return column_captions(film)
    return _facts(film, film.activity)


def _facts(film: Film, activity: Activity) -> tuple[Fact, ...]:
    measured = activity.measured
    facts = _of_sound(activity) if measured.source == "sound" else _of_data(activity)
    facts += _beyond(film)
    if measured.smoothing:
        facts.append(_smoothing(measured))
    times_s = (film.activity_time_s(Fraction(0)), film.activity_time_s(film.duration_s))
    if has_gaps(activity, *times_s) or outside_lines(film):
        facts.append(Fact("at rest in gaps of the data", rank=_GAPS))
    if film.gain != 1:
        facts.append(Fact(f"flash limit: activity ×{film.gain:.2g}", rank=_GAIN))
    if film.timing.speed != 1:
        facts.append(Fact(f"×{number(float(film.timing.speed))} speed", rank=_SPEED))
    return (*facts, Fact(f"n = {_counted_in_view(film)}", rank=_N), *faint_facts(film, _with_data(film), _FAINT))


def words_left_out(film: Film) -> list[str]:
    """A warning about words that have no room in the film's frames; empty if all have."""
    layout = film.layout()
    captions = Captions(film.scene, layout, Motion(), caption=caption_facts(film))
    width, height = film.timing.size
    with in_face(face_of(film.scene)):
        words = ", ".join(f'"{text}"' for text in captions.left_out)
    return [f"--size: {width}x{height} has no room for {words}; give a larger one, or fewer words"] if words else []


def texts_on_contacts(film: Film) -> list[str]:
    """A warning about texts within panels that have no place free of contacts; empty if all have."""
    texts = ", ".join(str(text) for text in dict.fromkeys(map(str, film.layout().on_contacts)))
    return [f"no place is free of contacts for {texts}; give fewer --labels, or a larger --size"] if texts else []


def air_kept(film: Film) -> list[str]:
    """A warning about a volume whose air keeps its colour on the ground, because it does not stand out."""
    scene = film.scene
    layout = film.layout()
    theme = theme_of(scene)
    if scene.volume is None or not (bool(layout.slices) or bool(layout.of(ObliquePanel))):
        return []
    # Slices end around a mask.
    if scene.mask is not None or begins_with_ground(scene.volume, table(theme.cmap), theme):
        return []
    if air_of(scene.volume) is not None:
        return []
    return [f"{scene.volume.name}: no air is found around the head, so its slices fill their rectangles"]


def background_left_out(film: Film) -> list[str]:
    """A line where views and the grey window leave out a background that is not dark."""
    volume = film.scene.volume
    if volume is None or film.scene.mask is not None or on_dark(volume) is volume:
        return []
    return [
        f"{volume.name}: its background is not dark; views and the grey window are of the head that differs from it"
    ]


def glass_by_contacts(film: Film) -> list[str]:
    """A line where views are of glass since the surface would hide most contacts."""
    scene, placed = film.scene, film.placed
    if placed is None or not film.layout().views or not hides_most(scene, placed):
        return []
    n_drawn = int(placed.drawn.sum())
    idle = "" if scene.ghosts is None else f", since --ghosts {scene.ghosts} changes nothing in glass"
    return [
        f"views: glass, since {n_under(scene, placed)} of {n_drawn} contacts lie under the surface; "
        f"give --render surface for the surface{idle}"
    ]


def skin_shown(film: Film) -> list[str]:
    """A hint where views show the skin of a whole head, since its brain is unknown without a mask."""
    scene = film.scene
    if scene.volume is None or scene.mask is not None or scene.render != "auto" or not film.layout().views:
        return []
    if scene.volume.is_rgb or head_of(scene.volume).kind != "head":
        return []
    return [f"{scene.volume.name}: views show the skin of the whole head; give --mask FILE to show its brain"]


def contacts_left_out(film: Film) -> list[str]:
    """A warning about contacts that no slice shows where a scene has no ghosts; empty if every contact is shown."""
    scene, theme = film.scene, theme_of(film.scene)
    if theme.ghosts or film.placed is None:
        return []
    n_drawn, n_near = film.n_contacts()
    chosen_by = "--ghosts off" if scene.ghosts == "off" else f"--theme {scene.theme_name}"
    hidden = _hidden_by_surface(film, chosen_by)
    if n_drawn == n_near:
        return hidden
    n = n_drawn - n_near
    where = f"which {'lies' if n == 1 else 'lie'} {_beyond_depth(film.layout().depths)} each slice"
    return [f"{chosen_by}: leaves {n} of {n_drawn} contacts, {where}, out of the slices; give --ghosts on", *hidden]


def _beyond_depth(depths: Depths) -> str:
    """Where contacts lie that no slice shows, in words."""
    if depths.own or depths.resting or depths.usual is None:
        return "beyond the depth of"
    return f"more than {depths.usual.above_mm:g} mm from"


def _hidden_by_surface(film: Film, chosen_by: str) -> list[str]:
    """A line about contacts under a surface, whose number depends on the view."""
    scene = film.scene
    is_outside = scene.is_seen_from_outside and film.layout().depths.usual is not None
    if not is_outside or not shows_surface(scene, film.placed):
        return []
    return [f"{chosen_by}: leaves contacts under the surface out of the views from outside; give --ghosts on"]


def values_far_beyond(film: Film) -> list[str]:
    """A warning where a film shows many values of its data beyond full scale; empty otherwise."""
    activity, (n_beyond, n) = film.activity, film.values_beyond
    if activity is None or activity.measured.source == "sound" or n_beyond <= MOST_BEYOND * n:
        return []
    return [
        f"{percent(n_beyond / n)} of the values lie beyond the full scale of {number(activity.full_scale)} and are "
        "drawn at full scale; give a larger --activity-scale"
    ]


def _of_sound(activity: Activity) -> list[Fact]:
    measured = activity.measured
    facts = [Fact("lights follow the sound")]
    if measured.band_hz is not None:
        n = len(activity.values)
        rows = measured.rows if n > 1 else measured.rows.removesuffix("s")
        words = f"{n} {rows} {_range_hz(measured.band_hz)}"
        # A viewer takes stripes for physiology unless the caption says how bands are assigned.
        order = f", {measured.order}" if measured.order and n > 1 else ""
        facts.append(Fact(words + order, words * bool(order), _BAND))
    if measured.scale:
        facts.append(Fact(measured.scale, rank=_SCALE))
    return facts


def _of_data(activity: Activity) -> list[Fact]:
    measured = activity.measured
    facts = [Fact(_quantity(activity))]
    if measured.name and facts[0].text != f"lights follow the table {measured.name}":
        facts.append(Fact(f"table {measured.name}", rank=_BAND))
    if measured.reference:
        facts.append(Fact(f"reference: {measured.reference}", f"ref.: {measured.reference}", _REFERENCE))
    if measured.baseline:
        words = "no baseline" if measured.baseline == "none" else f"baseline: {measured.baseline}"
        facts.append(Fact(words, rank=_BASELINE))
    return facts


def _quantity(activity: Activity) -> str:
    """Name of what the lights show, with its band and its unit."""
    measured, name = activity.measured, activity.quantity
    if name == "activity" and not activity.unit and measured.band_hz is None:
        return f"lights follow the table {measured.name}" if measured.name else "lights follow the given activity"
    if measured.band_hz is not None and "Hz" not in name:
        bare = name.removesuffix(" amplitude")
        name = f"{bare} {_range_hz(measured.band_hz)}{name.removeprefix(bare)}"
    if activity.unit and f"({activity.unit})" not in name:
        name = f"{name} ({activity.unit})"
    return name


def _smoothing(measured: Measured) -> Fact:
    """What the smoothing does in time, with its lead or delay."""
    whole, short = map(_smoothed, (measured.smoothing, measured.smoothing_short))
    return Fact(whole, short, _SMOOTHING)


def _smoothed(words: str) -> str:
    if not words:
        return ""
    rule, _, lead = words.partition("; ")
    if rule != "none":
        return f"smoothed ({words})"
    return f"not smoothed ({lead})" if lead else "not smoothed"


def _beyond(film: Film) -> list[Fact]:
    """Share of values beyond full scale, where the share is larger than that of an automatic full scale."""
    n_beyond, n = film.values_beyond
    if n_beyond <= MOST_BEYOND * n:
        return []
    share = percent(n_beyond / n)
    whole = f"{share} of the film's values are beyond full scale, drawn at its end"
    return [Fact(whole, f"{share} of values beyond full scale", _BEYOND)]


def _range_hz(band_hz: tuple[float, float]) -> str:
    return f"{number(band_hz[0])}–{number(band_hz[1])} Hz"


def n_with_data(film: Film) -> int:
    """Contacts that show data: drawn, not marked bad, and with a row of the activity."""
    return int(np.count_nonzero(_with_data(film)))


def _with_data(film: Film) -> BoolArray:
    if film.placed is None or film.activity is None:
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(film.placed.drawn & ~film.placed.table.bad & (film.activity.row_of_contact >= 0))


def _counted(film: Film) -> str:
    """Number of contacts, or of pairs of a bipolar reference, that show data."""
    n = n_with_data(film)
    return f"{n} {_kind(film)}{'s' * (n != 1)}"


def _counted_in_view(film: Film) -> str:
    """Number of contacts or pairs that show data, and of those in view where these are fewer."""
    return counted(film, _with_data(film), _kind(film))


def _kind(film: Film) -> str:
    return "contact" if film.activity is None or film.activity.pairs is None else "pair"


def methods_of(film: Film) -> str:
    """How a film's lights came about, in sentences for a paper's methods; "" where contacts show only their groups."""
    activity, placed = film.activity, film.placed
    if activity is None or placed is None:
        columns = column_methods(film)
        return " ".join([*columns, _rendered()]) if columns else ""
    measured = activity.measured
    sentences = [
        measured.methods or _generic(activity),
        _scale_sentence(film, activity),
        _colour_sentence(film, activity),
        _contacts_sentence(film),
    ]
    sentences += gap_sentences(activity)
    if film.gain != 1:
        sentences.append(f"A flash limit multiplied the activity by {film.gain:.3g} in all frames.")
    sentences += _time_sentences(film)
    sentences.append(_rendered())
    return " ".join(sentence for sentence in sentences if sentence)


def _rendered() -> str:
    return f"Rendered with corticast {version('corticast')}."


def _generic(activity: Activity) -> str:
    """Sentences about activity whose drive gives none, from the words of its caption."""
    measured = activity.measured
    sentences = [f"The contacts show {_shown(activity)}."]
    if measured.reference:
        sentences.append(f"Reference: {measured.reference}.")
    if measured.baseline:
        sentences.append(f"Baseline: {measured.baseline}.")
    if measured.smoothing:
        sentences.append(f"Smoothing: {measured.smoothing}.")
    return " ".join(sentences)


def _shown(activity: Activity) -> str:
    measured = activity.measured
    if measured.source == "sound":
        return "the level of the sound"
    words = _quantity(activity)
    if words.startswith("lights follow "):
        return f"the values of {words.removeprefix('lights follow ')}".replace("values of the given", "given")
    return f"{words} of the table {measured.name}" if measured.name else words


def _scale_sentence(film: Film, activity: Activity) -> str:
    """Full scale of data, and the share of values beyond; the drive of a sound says its own full scale."""
    n_beyond, n = film.values_beyond
    share = f"{percent(n_beyond / n)} of the values of good contacts" if n_beyond else "no value of a good contact"
    lay = "lay beyond full scale and were drawn there" if n_beyond else "lay beyond full scale"
    beyond = f"{share} {lay}" if n else ""
    if activity.measured.source == "sound":
        return f"{beyond[:1].upper()}{beyond[1:]}." if beyond else ""
    unit = f" {activity.unit}" if activity.unit else ""
    full = f"Full scale is {'±' if activity.signed else ''}{number(activity.full_scale)}{unit}"
    return f"{full}; {beyond}." if beyond else f"{full}."


def _colour_sentence(film: Film, activity: Activity) -> str:
    map_name = activity_map(film)
    size = "the magnitude of activity" if activity.signed else "activity"
    return (
        f"Colour map {map_name}; {diameters_sentence(film.contact_sizes(), size)} "
        "One map holds for all contacts and the whole film."
    )


def activity_map(film: Film) -> str:
    """Name of the colour map of a film's activity; "" without activity."""
    if film.activity is None:
        return ""
    usual = contact_theme(film.scene, film.placed).activity_map(signed=film.activity.signed)
    return film.scene.contact_map or film.sprites.cmap or usual


def _contacts_sentence(film: Film) -> str:
    assert film.placed is not None
    n, n_drawn = n_with_data(film), int(film.placed.drawn.sum())
    others = n_drawn - n
    hollow = f"; {others} without data {'is' if others == 1 else 'are'} hollow" if others else ""
    path = film.placed.table.path
    table = f" of {path.name}" if path is not None else ""
    return f"{_counted(film)}{table} show{'s' * (n == 1)} data{hollow}."


def _time_sentences(film: Film) -> list[str]:
    speed = film.timing.speed
    pace = f"The film runs at ×{number(float(speed))} speed" if speed != 1 else "The film runs at the speed of the data"
    return [f"{pace}, at {float(film.fps):.5g} frames per second, with activity linear between its samples."]
