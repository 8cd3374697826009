"""One full scale for the films of a comparison: those of a subject and a task."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from corticast.app.batch.films import FilmPlan, order_of
from corticast.app.batch.tasks import ScaleTask
from corticast.app.batch.workplace import Workplace
from corticast.errors import CorticastError
from corticast.io.dataset import FilmInputs

# Indices of films that share a scale.
Comparison = tuple[int, ...]


def comparisons(plans: Sequence[FilmPlan], inputs: Sequence[FilmInputs]) -> tuple[Comparison, ...]:
    """Films that share a scale: two or more of one subject and task that show recordings without a scale of their own.

    Parameters
    ----------
    plans, inputs : of each film
    """
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, (plan, film) in enumerate(zip(plans, inputs, strict=True)):
        if plan.error is None and film.recording is not None and plan.scene.activity_scale is None:
            found[film.entities.get("sub", ""), film.entities.get("task", "")].append(number)
    return tuple(tuple(numbers) for numbers in found.values() if len(numbers) > 1)


def with_common_digests(plans: Sequence[FilmPlan], found: Sequence[Comparison]) -> list[FilmPlan]:
    """Plans whose digests stand for all films of their comparison: another member changes the scale of all."""
    made = list(plans)
    for numbers in found:
        digests = sorted(str((plans[number].sidecar or {})["SceneDigest"]) for number in numbers)
        for number in numbers:
            known = plans[number].sidecar or {}
            digest = hashlib.sha256(" ".join([str(known["SceneDigest"]), *digests]).encode()).hexdigest()
            made[number] = replace(plans[number], sidecar={**known, "SceneDigest": digest})
    return made


def with_common_scales(
    plans: Sequence[FilmPlan],
    found: Sequence[Comparison],
    kept: Mapping[int, Mapping[str, Any]],
    place: Workplace,
    made_with: str,
) -> list[FilmPlan]:
    """Plans in which the films of a comparison have one full scale: the largest of those that they would have alone.

    Parameters
    ----------
    kept : facts about films that an earlier run has made, by their index
    place : does the analyses
    made_with : versions that all tasks must have
    """
    made = list(plans)
    left = {numbers: [number for number in numbers if number not in kept] for numbers in found}
    wanted = [number for numbers, missing in left.items() if len(missing) == len(numbers) for number in missing]
    scales = {**_scales_of(kept), **_own_scales(plans, wanted, place, made_with)}
    for numbers, missing in left.items():
        members = numbers if len(missing) < len(numbers) else [number for number in numbers if number in scales]
        known = [scales[number] for number in numbers if number in scales]
        if len(members) < 2 or len({(scale["Quantity"], scale["Unit"]) for scale in known}) != 1:
            continue
        value = max(float(scale["Value"]) for scale in known)
        shared = {**known[0], "Value": value, "Films": [plans[number].label for number in members]}
        for number in missing:
            plan = plans[number]
            scene = plan.scene.with_values(activity_scale=value)
            made[number] = replace(plan, scene=scene, sidecar={**(plan.sidecar or {}), "CommonScale": shared})
    return made


def _scales_of(facts: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    return {number: each["FullScale"] for number, each in facts.items() if "FullScale" in each}


def _own_scales(
    plans: Sequence[FilmPlan], numbers: Sequence[int], place: Workplace, made_with: str
) -> dict[int, dict[str, Any]]:
    """The scale that each film would have alone. A film that cannot be analysed is left out, and fails later."""
    if not numbers:
        return {}
    number_of = {plans[number].film: number for number in numbers}
    facts: dict[int, Mapping[str, Any]] = {}
    with place.pool(lambda task, done, total: None) as pool:
        for number in numbers:
            try:
                order = order_of(
                    plans[number], place.task_machine, place.encoder_threads, made_with, overwrite=place.overwrite
                )
            except CorticastError:
                continue
            pool.submit(ScaleTask(order))
        for done in pool.results():
            facts[number_of[done.task.order.film]] = done.facts or {}
    return _scales_of(facts)
