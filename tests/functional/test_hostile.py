"""Hostile tables through the functions: each ends as is expected, within bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from darkroom.kinds import Kind

from tests.functional.conftest import PROCESSED, STEPS
from tests.functional.pipeline import Pipeline
from tests.measuring import measured
from tests.unit.tables import hostile as tables

# What one file may take: the least of what a function has is 512 MB, and a minute.
_MOST_BYTES, _MOST_SECONDS = 450 << 20, 20.0


def groups(cases: Mapping[str, Any]) -> list[str]:
    """The groups of cases, which are before the colon of their names."""
    return list(dict.fromkeys(name.partition(":")[0] for name in cases))


@pytest.mark.parametrize("group", groups(tables.HOSTILE))
def test_hostile_table_ends_as_expected(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setattr(pipeline.apps["profile"], "limits", tables.LIMITS)
    cases = {name: case for name, case in tables.HOSTILE.items() if name.startswith(f"{group}:")}
    for name, case in cases.items():
        work_on(pipeline, name, case)
    pipeline.notify()

    for name, case in cases.items():
        assert case.says in image_of(pipeline, name).get("message", ""), name
        if case.columns:
            named = [each["name"] for each in profile_of(pipeline, name)["columns"]]
            assert named == [*case.columns], name
    assert {name: end_of(pipeline, name) for name in cases} == {
        name: expected_of(case) for name, case in cases.items()
    }


def work_on(pipeline: Pipeline, name: str, case: tables.Hostile) -> None:
    """Bring a file to the functions that work on tables, each within bounds."""
    taken: dict[str, float] = {}
    created = pipeline.world.put("ann", f"{name}.csv", case.make())
    with measured(taken):
        steps = STEPS if case.kind is Kind.PICTURE else ("profile", "quota")
        for step in steps:
            assert pipeline.world.deliver(pipeline.apps[step], created) == [], name
    assert taken["seconds"] < _MOST_SECONDS, (name, taken)
    assert taken["bytes"] < _MOST_BYTES, (name, taken)


def image_of(pipeline: Pipeline, name: str) -> dict[str, Any]:
    image = pipeline.world.image("ann", f"{name}.csv")
    assert image is not None, name
    return image


def profile_of(pipeline: Pipeline, name: str) -> dict[str, Any]:
    key = image_of(pipeline, name)["details"]["key"]
    body = pipeline.world.s3.get_object(Bucket=PROCESSED, Key=key)["Body"].read()
    profile: dict[str, Any] = json.loads(body)
    return profile


def end_of(pipeline: Pipeline, name: str) -> list[Any]:
    """The kind, the end, the reason and the counts that a file's record and profile tell."""
    image = image_of(pipeline, name)
    end = [image["kind"], image["status"], image.get("reason", "")]
    if "details" not in image:
        return end
    profile = profile_of(pipeline, name)
    return [*end, profile["rows"], profile["rejected"], image["table"]["wrong_values"]]


def expected_of(case: tables.Hostile) -> list[Any]:
    """What `end_of` has of a file that ends as it should."""
    end = [case.kind, case.end, case.reason]
    return end if case.reason else [*end, case.rows, dict(case.rejected), case.wrong]


def test_there_are_sixty_hostile_tables() -> None:
    assert len(tables.HOSTILE) >= 60
