"""The one logger and the one set of metrics of a function."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
metrics = Metrics()

Answer = TypeVar("Answer")


def count(name: str, value: int = 1) -> None:
    """Count in a metric. Nothing is counted where there is nothing: a metric costs by the hour."""
    if value:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def with_metrics(handler: Callable[[Any, Any], Answer]) -> Callable[[Any, Any], Answer]:
    """The handler, which reports what was counted, if anything was, however it ends."""

    @functools.wraps(handler)
    def reporting(event: Any, context: Any) -> Answer:
        try:
            return handler(event, context)
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return reporting
