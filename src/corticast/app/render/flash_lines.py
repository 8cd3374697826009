"""What a film says of its flashes, one line each."""

from __future__ import annotations

from corticast.core.flashes import Flashes, Reading

# Times beyond these are only counted.
_MOST_TIMES = 4
_FIELDS = {"WCAG 2.3.1": "a 10° field of view", "ITU-R BT.1702": "the screen"}


def flash_lines(flashes: Flashes, *, is_limited: bool, has_activity: bool) -> tuple[str, ...]:
    """Lines about readings that are exceeded, and about regular patterns; none if there are neither.

    Parameters
    ----------
    is_limited : whether the flash limit was on; then slices or the camera flash
    has_activity : whether activity moves contacts; without activity the flash limit can lower nothing
    """
    lines = []
    if flashes.exceeded:
        readings = ", ".join(_words(reading) for reading in flashes.readings if reading.exceeded)
        # The readings of a film overlap; the longest one gives the times.
        times = max((reading.times_s for reading in flashes.readings if reading.exceeded), key=_length_s)
        lines.append(f"flashes: {readings}, at {_times(times)}; {_remedy(is_limited, has_activity)}")
    if flashes.patterns_s:
        lines.append(f"a regular pattern fills a quarter of the picture or more, at {_times(flashes.patterns_s)}")
    return tuple(lines)


def _remedy(is_limited: bool, has_activity: bool) -> str:
    if is_limited:
        return "--flash-limit lowers activity alone; give a slower --spin or --sweep none for the others"
    if not has_activity:
        return "announce flashing light; a slower --spin or longer --duration flashes less often"
    return "announce flashing light; --flash-limit lowers the activity until it passes"


def _words(reading: Reading) -> str:
    red = "red " if reading.kind == "red" else ""
    area = f"{100 * reading.area:.0f} % of {_FIELDS[reading.guideline]}"
    return f"{reading.rate_hz:g} {red}a second over {area} ({reading.guideline})"


def _length_s(times_s: tuple[tuple[float, float], ...]) -> float:
    return sum(last - first for first, last in times_s)


def _times(times_s: tuple[tuple[float, float], ...]) -> str:
    shown = ", ".join(f"{first:.1f}–{last:.1f} s" for first, last in times_s[:_MOST_TIMES])
    more = len(times_s) - _MOST_TIMES
    return shown + (f" and {more} more" if more > 0 else "")
