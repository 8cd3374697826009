"""Comparison of two results files from the same machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corticast.bench.machine import SAME_MACHINE
from corticast.bench.model import HIGHER_IS_BETTER, digits
from corticast.bench.report import parameters_text, read_report
from corticast.errors import DataError

_Key = tuple[str, str]


def compare(old_path: Path, new_path: Path) -> list[str]:
    """Compare all figures that both files hold, one line each. A ratio above 1 means that the new one is better.

    Raises
    ------
    DataError : a file holds no results, the machines differ, or the files have no case in common
    """
    old, new = read_report(old_path), read_report(new_path)
    for fact in SAME_MACHINE:
        before, now = old["machine"].get(fact), new["machine"].get(fact)
        if before != now:
            raise DataError(
                f"{new_path}: {fact} is {now}, but {before} in {old_path}; "
                "compare only figures of the same machine and renderer"
            )
    old_by_case, new_by_case = _by_case(old), _by_case(new)
    common = [key for key in new_by_case if key in old_by_case]
    if not common:
        raise DataError(
            f"{new_path}: no case in common with {old_path}; measure the same benchmarks with the same sizes"
        )
    lines = []
    for key in common:
        figures = _figure_lines(old_by_case[key]["figures"], new_by_case[key]["figures"])
        lines += [f"{key[0]}  {parameters_text(new_by_case[key]['parameters'])}", *figures] if figures else []
    only = len(old_by_case) + len(new_by_case) - 2 * len(common)
    if only:
        lines.append(f"{only} cases in only one of the files")
    return lines


def _by_case(report: dict[str, Any]) -> dict[_Key, dict[str, Any]]:
    return {
        (result["name"], json.dumps(result["parameters"], sort_keys=True)): result
        for result in report["results"]
        if "figures" in result
    }


def _figure_lines(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    lines = []
    for name, figure in now.items():
        old = before.get(name)
        if old is None or old["unit"] != figure["unit"] or not old["median"] or not figure["median"]:
            continue
        ratio = better_by(figure["unit"], old["median"], figure["median"])
        apart = figure["lowest"] > old["highest"] or figure["highest"] < old["lowest"]
        verdict = ("better" if ratio > 1 else "worse") if apart else "within the spread"
        medians = f"{digits(old['median'])} -> {digits(figure['median'])} {figure['unit']}"
        lines.append(f"    {name:<24} {medians:<30} x {ratio:.2f}  {verdict}")
    return lines


def better_by(unit: str, before: float, now: float) -> float:
    """Improvement of a figure as a factor."""
    return now / before if unit in HIGHER_IS_BETTER else before / now
