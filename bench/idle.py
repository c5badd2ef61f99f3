"""`make idle-cost`: what the stack costs in a month in which nobody uses it, part by part.

It reads the templates, so a queue, an alarm or a schedule more is in it. Prices are in prices.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import prices
from bench.document import write_section
from bench.table import grid
from local.paths import ROOT
from local.template import CATALOGUE, SEARCH, SHARE, TEMPLATE, expanded
from operations.command import run_command

console = Console(width=100, highlight=False, soft_wrap=True)
PAGE = ROOT / "docs" / "deploy.md"
MINUTES = 730 * 60  # of a month
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: at rest Lambda keeps five
# pollers for a queue, or as few as two, but not where the mapping has MaximumConcurrency. How long
# they wait is not promised: 20 seconds is the longest that SQS allows, and what people counted.
POLLERS, FEWEST_POLLERS, POLLS_A_MINUTE = 5, 2, 3
# Assumed of a run that finds nothing to do: a cold start and some calls, and three lines of log.
RUN_SECONDS, RUN_LOG_BYTES = 1.0, 1_000
# What such a run asks AWS for: SQS, about each dead letter queue; S3, for a list of each bucket;
# DynamoDB, in units that it reads. Remind reads the hours of two days, though they are empty; empty
# 61 days of an index, each half a unit, and once a day the 305 before them.
SQS_REQUESTS = {"fail": 1}
LISTINGS = {"reconcile": 2}
READ_UNITS = {"remind": 25, "reconcile": 5, "accept": 1, "empty": 38}
# A collection without standby replicas has a unit that writes and one that answers, day and night:
# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scaling.html
_COLLECTION = 2 * prices.OPENSEARCH_UNIT_HOUR * MINUTES / 60
_DOMAIN = prices.OPENSEARCH_DOMAIN_HOUR * MINUTES / 60 + prices.OPENSEARCH_DISK
EVERYTHING = "picture,table,video"


@dataclass(frozen=True)
class Resting:
    """What of a stack costs without being used."""

    alarms: int
    queues: int
    runs: int
    gigabyte_seconds: float
    sqs_requests: int
    listings: int
    read_units: int

    def __add__(self, other: Resting) -> Resting:
        return Resting(**{name: mine + vars(other)[name] for name, mine in vars(self).items()})

    def dollars(self, *, pollers: int = POLLERS, is_alone: bool = False) -> dict[str, float]:
        """What each part costs in a month; less what AWS gives every account, if it `is_alone`."""
        free = prices.FREE if is_alone else dict.fromkeys(prices.FREE, 0)
        polls = self.queues * pollers * POLLS_A_MINUTE * MINUTES
        calls = max(0.0, polls + self.sqs_requests - free["sqs_requests"]) * prices.SQS_REQUEST
        run = (
            max(0.0, self.gigabyte_seconds - free["gigabyte_seconds"]) * prices.LAMBDA_GB_SECOND
            + max(0, self.runs - free["lambda_requests"]) * prices.LAMBDA_REQUEST
            + max(0.0, self.runs * RUN_LOG_BYTES / 1e9 - free["log_gb"]) * prices.LOG_GB
            + self.read_units * prices.DYNAMODB_READ_UNIT
            + self.listings * prices.S3_WRITE
        )
        return {
            "alarms": max(0, self.alarms - free["alarm_metrics"]) * prices.ALARM_METRIC,
            "queues": calls,
            "schedules": run,
        }


def resting(template: Path = TEMPLATE, *, kinds: str = EVERYTHING, alarms: bool = True) -> Resting:
    """What of a stack costs without being used, where these kinds of files are on."""
    resources = list(_deployed(template, kinds=kinds, alarms=alarms))
    functions = [each for each in resources if each["Type"] == "AWS::Serverless::Function"]
    sources = [
        (function["Properties"], event)
        for function in functions
        for event in function["Properties"].get("Events", {}).values()
    ]
    schedules = [
        (properties, _runs(event["Properties"]["Schedule"], template))
        for properties, event in sources
        if event["Type"] == "Schedule"
    ]
    dead_letter_queues = sum(
        each["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" not in each["Properties"]
        for each in resources
    )

    def asked(calls: Mapping[str, int]) -> int:
        return sum(runs * calls.get(_name(properties), 0) for properties, runs in schedules)

    return Resting(
        alarms=sum(_metrics(each) for each in resources),
        queues=sum(event["Type"] == "SQS" for _, event in sources),
        runs=sum(runs for _, runs in schedules),
        gigabyte_seconds=sum(
            runs * RUN_SECONDS * properties["MemorySize"] / 1024 for properties, runs in schedules
        ),
        sqs_requests=asked(SQS_REQUESTS) * dead_letter_queues,
        listings=asked(LISTINGS),
        read_units=asked(READ_UNITS),
    )


def _deployed(template: Path, *, kinds: str, alarms: bool) -> Iterator[dict[str, Any]]:
    """The resources that there are, as far as these parameters decide it."""
    tables, videos = "table" in kinds, "video" in kinds
    decided = {
        "HasTables": tables,
        "HasVideos": videos,
        "HasAlarms": alarms,
        "HasTablesAndAlarms": tables and alarms,
        "HasVideosAndAlarms": videos and alarms,
    }
    for resource in expanded(template)["Resources"].values():
        if decided.get(resource.get("Condition", ""), True):
            yield resource


def _metrics(resource: Mapping[str, Any]) -> int:
    """How many metrics a resource is charged for: an alarm is, for each that it looks at."""
    if resource["Type"] != "AWS::CloudWatch::Alarm":
        return 0
    several = resource["Properties"].get("Metrics", [])
    return sum("MetricStat" in each for each in several) or 1


def _name(properties: Mapping[str, Any]) -> str:
    return str(properties["CodeUri"]).rpartition("/")[2]


def _runs(schedule: Any, template: Path) -> int:
    """How many runs a month has, by a rate or by the parameter that holds one."""
    if isinstance(schedule, Mapping):
        schedule = expanded(template)["Parameters"][schedule["Ref"]]["Default"]
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule)
    if found is None:
        raise ValueError(f"The schedule {schedule} is no rate.")
    return MINUTES // (int(found[1]) * {"minute": 1, "hour": 60, "day": 1440}[found[2]])


def report() -> list[str]:
    """What a stack costs at rest, as paragraphs and tables of Markdown."""
    all_on = resting()
    polls = all_on.queues * POLLERS * POLLS_A_MINUTE * MINUTES / 1e6
    listed, left = all_on.dollars(), all_on.dollars(is_alone=True)
    what = {
        "alarms": f"{all_on.alarms} alarms",
        "queues": f"{all_on.queues} queues that Lambda looks into, {polls:.1f} million times",
        "schedules": f"{all_on.runs:,} runs on schedules",
    }
    parts = [[what[name], *_two(listed[name], left[name])] for name in what]
    parts.append(["in all", *_two(sum(listed.values()), sum(left.values()))])
    return [
        f"Dollars a month, us-east-1, prices of {prices.AS_OF} (`make idle-cost` writes this).",
        "",
        *grid([["what", "at list prices", "less what every account has for nothing"], *parts]),
        "",
        *grid([["or", "at list prices", "less what every account has for nothing"], *_choices()]),
    ]


def _choices() -> Iterator[list[str]]:
    """What else it can cost: the parameters that decide it, and what is not done."""
    everything, pictures = resting(), resting(kinds="picture")
    unwatched = resting(alarms=False)
    yield _line("`Kinds=picture`", pictures)
    yield _line("`Alarms=false`", unwatched)
    yield _line("both", resting(kinds="picture", alarms=False))
    yield _line("with the catalogue beside it", everything + resting(CATALOGUE))
    yield _line("with search beside it", everything + resting(SEARCH))
    yield _line(
        "with search in OpenSearch Serverless", everything + resting(SEARCH), more=_COLLECTION
    )
    yield _line("with search in the smallest domain", everything + resting(SEARCH), more=_DOMAIN)
    yield _line("with sharing beside it", everything + resting(SHARE))
    yield _line("not done: no `MaximumConcurrency`", everything, pollers=FEWEST_POLLERS)
    functions = everything.queues
    one = everything + Resting(1 - functions, 0, 0, 0, 0, 0, 0)
    yield _line("not done: one dead letter queue for all functions", one)
    yield _line("not done: both", one, pollers=FEWEST_POLLERS)


def _line(name: str, rests: Resting, *, pollers: int = POLLERS, more: float = 0.0) -> list[str]:
    return [
        name,
        *_two(
            more + sum(rests.dollars(pollers=pollers).values()),
            more + sum(rests.dollars(pollers=pollers, is_alone=True).values()),
        ),
    ]


def _two(*dollars: float) -> Iterable[str]:
    return (f"{each:.2f}" for each in dollars)


def main() -> int:
    """Write it into docs/deploy.md, and print it."""
    lines = report()
    write_section("idle", lines, page=PAGE)
    console.print("\n".join(lines), markup=False)
    return 0


if __name__ == "__main__":
    run_command(main)
