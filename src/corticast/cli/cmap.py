"""corticast cmap: the picture of a colour map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import typer

from corticast.cli.options import SCENE, Given, some_of
from corticast.cli.plotting import PlotOptions, write_plot
from corticast.cli.running import command
from corticast.core.model.kinds import Number
from corticast.core.model.map_names import is_two_colours, with_middle
from corticast.core.model.options import PICTURE, option, table_of
from corticast.core.model.run_options import OutputOptions
from corticast.errors import OptionError

EXAMPLES = (
    "corticast cmap viridis -o map.png",
    "corticast cmap red..green --mid 0.8 -o map.png",
)


@dataclass(frozen=True, kw_only=True)
class _MapOptions:
    mid: float | None = option(
        None,
        "Width of the middle of a map of two colours: the share in which colours are less than half way to an end.",
        Number("SHARE", low=0.01, high=0.99, example="0.8"),
        PICTURE,
        default_text="0.5, straight arms",
        synonyms=("cmap_mid", "middle", "spread", "sep"),
    )


TABLES = (
    table_of(PlotOptions),
    table_of(_MapOptions),
    {
        "size": replace(SCENE["size"], default=(900, 180)),
        "background": replace(
            SCENE["background"], default="white", help="Colour of the paper.", default_text=None, needs=()
        ),
    },
    some_of(OutputOptions, "overwrite", "verbose", "quiet"),
)


def cmap(
    name: Annotated[str, typer.Argument(help="Map of the cmap catalogue, or two colours, LOW..HIGH.", metavar="NAME")],
    *,
    given: Given,
) -> None:
    """Draw a colour map as `--cmap` and `--electrode-cmap` use it."""
    from corticast.app.plots.map_picture import map_picture

    mid = given["mid"]
    if mid is not None and not is_two_colours(name):
        raise OptionError(f"--mid {mid:g}: does nothing for {name}; leave it out, or give LOW..HIGH", "mid")
    full_name = with_middle(name, mid, "--mid")
    write_plot(lambda: map_picture(full_name, given["size"], given["background"]), given, example="map.png")


COMMAND = command(cmap, *TABLES, examples=EXAMPLES)
