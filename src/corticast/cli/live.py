"""The command of live shows."""

from __future__ import annotations

import json
import sys
from typing import Any

from corticast.cli.options import SceneArgument
from corticast.cli.running import machine_of, scene_file, warn


def live(scene: SceneArgument = None, *, values: dict[str, Any]) -> None:
    """Show the brain answer a microphone, a line-in, what the computer plays, or a file that plays (--audio)."""
    if values["device"] == "list":
        from corticast.audio.devices import device_lines, list_devices

        heading = "plays to" if values["audio"] is not None else "hears"
        devices = list_devices("output" if values["audio"] is not None else "input")
        sys.stdout.write("\n".join([f"What a show {heading}:", *device_lines(devices)]) + "\n")
        return
    from corticast.app.live.inputs import (
        WINDOW_SIZE,
        check_sound_options,
        keep_settings,
        live_drive,
        live_settings,
        open_live_scene,
    )
    from corticast.app.live.run import LiveOptions, run_headless, run_window
    from corticast.core.timing import parse_fps

    file = scene_file(scene, values)
    check_sound_options([name for name in values if values[name] is not None], plays=file.audio is not None)
    machine = machine_of(values)
    options = LiveOptions(
        device=values["device"],
        sample_rate=values["sample_rate"],
        n_channels=values["channels"],
        block_size=values["block_size"],
        seconds=values["seconds"],
        fps=parse_fps(file.fps),
        record=values["record"],
        crf=file.crf,
        preset=file.preset,
        encoder=file.encoder,
        overwrite=values["overwrite"],
        flash_limit=file.flash_limit,
        machine=machine,
    )
    drive = live_drive(
        file,
        attack_s=values["attack"],
        release_s=values["release"],
        channel=values["channel"],
        array=values["array"],
    )
    opened = open_live_scene(file, machine)
    settings = live_settings(file, opened, values["gain"], restore=not values["headless"])
    size = file.size if "size" in file.model_fields_set else WINDOW_SIZE
    if not file.flash_limit:
        warn(("--no-flash-limit: large parts of the picture may flash more than three times a second",), quiet=False)

    def tell(warnings: tuple[str, ...]) -> None:
        warn(warnings, quiet=values["quiet"])

    if values["headless"]:
        report = run_headless(opened, drive, options, size=size, settings=settings, warn=tell)
    else:
        report = run_window(
            opened,
            drive,
            options,
            size=size,
            settings=settings,
            screen=values["screen"],
            full_screen=values["full_screen"],
            keep=keep_settings,
            warn=tell,
        )
    if values["quiet"]:
        return
    if values["headless"]:
        from dataclasses import asdict

        sys.stdout.write(json.dumps(asdict(report), indent=2) + "\n")
    elif report.recording is not None:
        told = report.recording
        sys.stdout.write(f"{told['film']}: {told['frames']} frames, {told['repeated']} repeated\n")
