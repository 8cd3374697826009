"""A user's own defaults: options of taste, which no scene depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from corticast.core.model.options import Facts, table_of
from corticast.core.model.scene_file import SceneFile, marked
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError

# Options that a user may set once and for all. None of them says what the data are.
_TASTE = (
    *("layout", "convention", "sagittal_nose", "interpolation", "fit", "theme", "font", "font_size", "background"),
    *("cmap", "electrode_cmap", "cmap_mid", "electrode_style", "ghosts", "labels", "caption"),
    *("size", "fps", "codec", "crf", "preset", "encoder"),
)
OWN = tuple(name for name in _TASTE if name in table_of(SceneFile))


def check_own(name: str) -> None:
    """Refuse an option that a file of defaults cannot hold.

    Raises
    ------
    OptionError : the option is unknown, or belongs to a scene
    """
    if name not in OWN:
        raise OptionError(f"{name}: no default of one's own; {did_you_mean(name, OWN)}give one of {', '.join(OWN)}")


def with_own_defaults(
    file: SceneFile, own: Mapping[str, Any], facts_of: Callable[[SceneFile], Facts] | None
) -> SceneFile:
    """Lay defaults below the values that a scene has, and remember their names.

    Parameters
    ----------
    own : the defaults
    facts_of : finds what decides which options of a scene count; None takes those that do nothing too

    Raises
    ------
    OptionError : a value cannot be used
    """
    kept = {name: value for name, value in own.items() if name not in file.given}
    if facts_of is not None:
        kept = _that_count(kept, facts_of(file))
        # Defaults decide which others count: a layout has the slices of labels.
        kept = _that_count(kept, facts_of(file.with_values(**kept)))
    return marked(file.with_values(**kept), own=frozenset(kept)) if kept else file


def _that_count(values: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    table = table_of(SceneFile)
    return {name: table[name].counting(value, [facts]) for name, value in values.items() if table[name].counts(facts)}
