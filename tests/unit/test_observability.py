"""What is counted is reported once, however a run ends, and nothing where there is nothing."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from darkroom.observability import count, metrics, with_metrics


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics.provider, "namespace", "Darkroom/test")
    monkeypatch.setattr(metrics.provider, "service", "test")


def reported(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_sum_is_reported_when_something_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    @with_metrics
    def handler(event: str, _: None) -> str:
        count("Sent", 2)
        count("Sent")
        return event

    assert handler("event", None) == "event"

    [report] = reported(capsys)
    assert report["Sent"] == [2.0, 1.0]


@pytest.mark.parametrize("counted", [[], [0, 0]])
def test_nothing_is_reported_and_nobody_warned_when_there_is_nothing(
    capsys: pytest.CaptureFixture[str], counted: list[int]
) -> None:
    @with_metrics
    def handler(_: None, __: None) -> None:
        for value in counted:
            count("Sent", value)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        handler(None, None)

    assert reported(capsys) == []


def test_what_was_counted_is_reported_when_the_run_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @with_metrics
    def handler(_: None, __: None) -> None:
        count("Seen")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        handler(None, None)

    assert [report["Seen"] for report in reported(capsys)] == [[1.0]]
