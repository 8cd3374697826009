"""corticast live: shows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from corticast.cli.options import SHOWN, Given, SceneArgument
from corticast.cli.running import check_options, command, machine_of, read_scene, warn, words_of
from corticast.core.model.options import table_of
from corticast.core.model.run_options import MachineOptions, OutputOptions, ShowOptions

if TYPE_CHECKING:
    from corticast.app.live.report import LiveReport

COMMON = (
    *("device", "audio", "volume", "electrodes", "layout"),
    *("gain", "record", "seconds", "full_screen", "size"),
)
EXAMPLES = (
    "corticast live --volume T1w.nii.gz --electrodes electrodes.tsv",
    'corticast live --device "Monitor" --record show.mp4',
    "corticast live --audio song.wav --full-screen",
)

TABLES = (table_of(ShowOptions), SHOWN, table_of(MachineOptions), table_of(OutputOptions))


def live(scene: SceneArgument = None, *, given: Given) -> None:
    """Show the brain answer a microphone, a line-in, what the computer plays, or a file that plays (--audio)."""
    if given["device"] == "list":
        _list_devices(plays="audio" in given.scene)
        return
    from dataclasses import replace

    from corticast.app.live.headless import run_headless
    from corticast.app.live.inputs import (
        WINDOW_SIZE,
        keep_settings,
        live_drive,
        live_settings,
        open_live_scene,
        show_cases,
    )
    from corticast.app.live.options import LiveOptions
    from corticast.app.live.window.run import run_window
    from corticast.core.timing import parse_fps

    file = read_scene(scene, given)
    with words_of(file):
        check_options(file, given, show_cases(file, given.run))
        machine = machine_of(given)
        options = LiveOptions(
            n_channels=given["channels"],
            fps=parse_fps(file.rate),
            # A show is captured in the one codec of its container.
            encoding=replace(file.encoding, codec=None),
            flash_limit=file.flash_limit,
            **{name: value for name, value in given.some("front_row").items() if value is not None},
            **given.some("device", "sample_rate", "block_size", "seconds", "record", "overwrite"),
            machine=machine,
        )
        drive = live_drive(
            file,
            attack_s=given["attack"],
            release_s=given["release"],
            channel=given["channel"],
            array=given["array"],
        )
        opened = open_live_scene(file, machine)
        settings = live_settings(file, opened, given["gain"], restore=not given["headless"])
    size = file.size if "size" in file.given else WINDOW_SIZE

    def tell(warnings: tuple[str, ...]) -> None:
        warn(warnings, quiet=given["quiet"])

    if given["headless"]:
        report = run_headless(opened, drive, options, size=size, settings=settings, warn=tell)
    else:
        report = run_window(
            opened,
            drive,
            options,
            size=size,
            settings=settings,
            keep=keep_settings,
            warn=tell,
            **given.some("screen", "full_screen"),
        )
    if not given["quiet"]:
        _write_report(report, is_headless=given["headless"])


def _write_report(report: LiveReport, *, is_headless: bool) -> None:
    """Write the facts about a show: all as JSON, or those of its capture in a line."""
    if is_headless:
        from dataclasses import asdict

        sys.stdout.write(json.dumps(asdict(report), indent=2) + "\n")
    elif report.capture is not None:
        film = report.capture
        width, height = film["size"]
        repeated = f"{film['repeated']} repeated"
        sys.stdout.write(f"{film['film']}: {width}x{height}, {film['frames']} frames, {repeated}\n")


def _list_devices(*, plays: bool) -> None:
    from corticast.audio.devices import device_lines, list_devices

    devices = list_devices("output" if plays else "input")
    heading = "plays to" if plays else "hears"
    sys.stdout.write("\n".join([f"What a show {heading}:", *device_lines(devices)]) + "\n")


COMMAND = command(live, *TABLES, common=COMMON, examples=EXAMPLES)
