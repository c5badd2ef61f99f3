"""What a stack costs at rest is reckoned from its template, and docs/deploy.md says just that."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.document import with_section
from bench.idle import PAGE, Resting, report, resting

TEMPLATE = """
Parameters:
  Often: {Type: String, Default: rate(1 hour)}
Resources:
  WorkQueue: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {}}}
  WorkDeadLetterQueue: {Type: AWS::SQS::Queue, Properties: {}}
  WorkAlarm: {Type: AWS::CloudWatch::Alarm, Condition: HasAlarms, Properties: {MetricName: Age}}
  VideoAlarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasVideosAndAlarms
    Properties:
      Metrics:
        - {Id: both, Expression: a + b}
        - {Id: a, MetricStat: {}}
        - {Id: b, MetricStat: {}}
  WorkFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/work, MemorySize: 512, Events: {Queue: {Type: SQS}}}
  VideoFunction:
    Type: AWS::Serverless::Function
    Condition: HasVideos
    Properties: {CodeUri: functions/video, MemorySize: 512, Events: {Queue: {Type: SQS}}}
  FailFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/fail
      MemorySize: 512
      Events: {Schedule: {Type: Schedule, Properties: {Schedule: rate(10 minutes)}}}
  ReconcileFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/reconcile
      MemorySize: 1024
      Events: {Schedule: {Type: Schedule, Properties: {Schedule: !Ref Often}}}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    return file


def test_every_part_is_counted_when_a_template_is_read(template: Path) -> None:
    assert resting(template) == Resting(
        alarms=3,  # one, and one that looks at two metrics
        queues=2,
        runs=4380 + 730,
        gigabyte_seconds=4380 / 2 + 730,
        sqs_requests=4380,
        listings=2 * 730,
        read_units=5 * 730,
    )


def test_what_is_off_is_not_counted_when_parameters_say_so(template: Path) -> None:
    assert resting(template, kinds="picture").queues == 1
    assert resting(template, kinds="picture").alarms == 1
    assert resting(template, alarms=False).alarms == 0
    assert resting(template, alarms=False).queues == 2


def test_dollars_are_those_of_the_list_when_a_month_is_over() -> None:
    rests = Resting(40, 10, 0, 0, 0, 0, 0)
    assert rests.dollars() == {"alarms": 4.0, "queues": pytest.approx(2.628), "schedules": 0}
    assert rests.dollars(pollers=2)["queues"] == pytest.approx(1.0512)
    runs = Resting(0, 0, 1_000_000, 0, 0, 1_000_000, 0).dollars()["schedules"]
    assert runs == pytest.approx(0.20 + 0.50 + 5.0)  # requests, a gigabyte of logs, lists


def test_what_every_account_has_for_nothing_is_taken_off_when_it_is_alone() -> None:
    rests = Resting(12, 1, 1_000_000, 400_001, 1_000_000, 0, 0)
    assert rests.dollars(is_alone=True) == {
        "alarms": pytest.approx(0.2),
        "queues": pytest.approx(0.2628),
        "schedules": pytest.approx(0.0000133334),
    }
    assert sum(Resting(9, 1, 9, 9, 9, 0, 0).dollars(is_alone=True).values()) == 0


def test_page_says_what_the_command_prints() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_section(page, "idle", report()) == page
