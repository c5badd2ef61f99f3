"""What users write: valid answers are noted where functions trust them; nothing else stays."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from darkroom.aws.attribute_values import from_item

from tests.functional import answering
from tests.functional.answering import ANN, EVE, HUGE, NINE, deliver, waiting
from tests.functional.conftest import World

TOLD = "2026-11-24T08:30:14.000Z-1f2e3d4c5b6a"
SEEN = {"seen": {"BOOL": True}}
RETRY = {"response": {"S": "retry"}}

# What a user may write into an item of theirs, and what it must not do.
POISON: dict[str, dict[str, Any]] = {
    "a set of numbers": {"response": {"NS": ["1"]}},
    "a set of bytes": {"response": {"BS": [b"a"]}},
    "nothing": {"response": {"NULL": True}},
    "a map": {"response": {"M": {"S": {"L": [{"NS": ["1"]}]}}}},
    "390 KB": {"response": HUGE},
    "an unknown reply": {"response": {"S": "burn"}},
    "a number": {"response": {"N": "1e125"}},
    "seen as text": {"seen": {"S": "true"}},
    "seen not": {"seen": {"BOOL": False}},
    "seen and a poisoned reply": {**SEEN, "response": {"NS": ["1"]}},
    "mutes beside a reply": {**RETRY, "muted": {"L": []}},
    "no attribute": {},
    "an attribute that IAM does not name": {**RETRY, "kind": {"S": "processed"}},
}
MUTED: dict[str, dict[str, Any]] = {
    "text": {"S": "processed"},
    "a set of numbers": {"NS": ["1"]},
    "unknown kinds": {"L": [{"S": "processed"}, {"S": "bills"}]},
    "nested lists": {"L": [{"L": [{"S": "processed"}]}]},
    "a list of 390 KB": {"L": [HUGE]},
}


def tell(world: World, owner: str, **more: Any) -> None:
    """A notification, as notify leaves it."""
    item = {"kind": "over_quota", "image": f"users/{owner}/a.jpg", "version": "0066", **more}
    key = {"identity_id": {"S": owner}, "notification_id": {"S": TOLD}}
    world.dynamodb.put_item(
        TableName="NotificationsTable",
        Item={**key, **{name: {"S": value} for name, value in item.items()}},
    )


def write(
    world: World, owner: str, said: dict[str, Any], *, about: str = TOLD, at: int = NINE
) -> dict[str, Any]:
    """Write an answer about the notification, if nothing else is named."""
    return answering.write(world, owner, said, about=about, at=at)


def told(world: World, owner: str) -> dict[str, Any]:
    """What the notification of an owner says of their reply."""
    found = world.item("NotificationsTable", identity_id=owner, notification_id=TOLD) or {}
    return {k: v for k, v in found.items() if k in ("seen_at", "response", "responded_at")}


def muted(world: World, owner: str) -> set[str] | None:
    return (world.item("PeopleTable", identity_id=owner) or {}).get("muted")


def test_answer_is_noted_at_the_time_of_its_writing_and_deleted_when_it_is_valid(
    world: World, accept: ModuleType
) -> None:
    tell(world, ANN)

    deliver(accept, write(world, ANN, {**SEEN, **RETRY}))

    moment = "2026-11-24T09:00:00.000Z"
    assert told(world, ANN) == {"seen_at": moment, "response": "retry", "responded_at": moment}
    assert waiting(world) == []


@pytest.mark.parametrize("what", POISON)
def test_neighbour_is_heard_and_nothing_is_left_when_an_answer_is_poisoned(
    world: World, accept: ModuleType, what: str
) -> None:
    tell(world, ANN)
    tell(world, EVE)
    poison = write(world, EVE, POISON[what])
    mails = write(world, EVE, POISON[what], about="mails")

    deliver(accept, poison, write(world, ANN, RETRY), mails)

    assert told(world, ANN)["response"] == "retry"
    assert told(world, EVE) == {}
    assert muted(world, EVE) is None
    assert waiting(world) == []


@pytest.mark.parametrize("what", MUTED)
def test_nothing_is_muted_when_the_kinds_are_not_those_that_there_are(
    world: World, accept: ModuleType, what: str
) -> None:
    eve = write(world, EVE, {"muted": MUTED[what]}, about="mails")
    ann = write(world, ANN, {"muted": {"L": [{"S": "failed"}]}}, about="mails")

    deliver(accept, eve, ann)

    assert (muted(world, EVE), muted(world, ANN)) == (None, {"failed"})
    assert waiting(world) == []


def test_mails_come_again_when_nothing_is_muted_any_more(world: World, accept: ModuleType) -> None:
    kinds = {"muted": {"L": [{"S": "failed"}, {"S": "reminder"}]}}
    deliver(accept, write(world, ANN, kinds, about="mails"))
    assert muted(world, ANN) == {"failed", "reminder"}

    deliver(accept, write(world, ANN, {"muted": {"L": []}}, about="mails"))

    assert muted(world, ANN) is None


def test_no_notification_is_made_when_an_answer_is_about_none(
    world: World, accept: ModuleType
) -> None:
    # Of a release in which users wrote to the notifications table: no function wrote it.
    own = {"identity_id": {"S": EVE}, "notification_id": {"S": "own"}}
    world.dynamodb.put_item(TableName="NotificationsTable", Item=own)

    deliver(
        accept,
        write(world, EVE, {**SEEN, **RETRY}, about="own"),
        write(world, EVE, {**SEEN, **RETRY}, about="never"),
    )

    assert world.notifications(EVE) == [from_item(own)]
    assert waiting(world) == []


def test_answers_add_up_when_several_about_the_same_come_in_a_batch(
    world: World, accept: ModuleType
) -> None:
    tell(world, ANN)

    deliver(
        accept,
        write(world, ANN, SEEN),
        write(world, ANN, {"response": {"S": "keep"}}),
        write(world, ANN, {"response": {"NS": ["1"]}}),
    )

    assert (told(world, ANN)["response"], "seen_at" in told(world, ANN)) == ("keep", True)


def test_reply_is_changed_no_more_than_once_a_minute_when_a_program_repeats_it(
    world: World, accept: ModuleType
) -> None:
    tell(world, ANN)
    first = write(world, ANN, RETRY)
    deliver(accept, first)

    deliver(accept, write(world, ANN, {"response": {"S": "keep"}}, at=NINE + 60))
    assert told(world, ANN)["response"] == "retry"
    deliver(accept, write(world, ANN, {"response": {"S": "keep"}}, at=NINE + 61))
    assert told(world, ANN)["response"] == "keep"
    deliver(accept, first)  # as a stream may bring it again

    assert told(world, ANN)["response"] == "keep"


def test_first_look_counts_when_a_notification_is_seen_again(
    world: World, accept: ModuleType
) -> None:
    tell(world, ANN, seen_at="2026-11-24T08:45:00.000Z")

    deliver(accept, write(world, ANN, SEEN))

    assert told(world, ANN) == {"seen_at": "2026-11-24T08:45:00.000Z"}


def test_answer_is_taken_in_by_the_clock_when_the_stream_lost_it(
    world: World, accept: ModuleType
) -> None:
    tell(world, ANN)
    write(world, ANN, RETRY)
    for number in range(120):
        write(world, EVE, POISON["a set of numbers"], about=str(number))

    world.invoke(accept)

    assert told(world, ANN)["response"] == "retry"
    assert waiting(world) == []


def test_rest_waits_for_the_next_look_when_half_a_minute_is_over(
    world: World, accept: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(101):
        write(world, EVE, POISON["a set of numbers"], about=str(number))
    clock = iter([0.0, 29.9, 30.0])
    clocks = SimpleNamespace(monotonic=lambda: next(clock))
    monkeypatch.setattr("darkroom.people.acceptance.time", clocks)

    world.invoke(accept)

    assert len(waiting(world)) == 1  # DynamoDB was asked for a hundred


def test_answers_are_counted_by_whether_they_were_valid(world: World, accept: ModuleType) -> None:
    tell(world, ANN)
    tell(world, EVE)
    said = [SEEN, POISON["a set of numbers"], RETRY, POISON["nothing"], POISON["a map"]]
    records = [write(world, ANN, each) for each in said] + [write(world, EVE, SEEN)]
    assert accept.acceptance.of_records(records) == (3, 3)

    for number in range(120):
        write(world, EVE, POISON["a set of numbers"] if number else SEEN, about=str(number))
        write(world, ANN, SEEN, about=str(number))
    assert accept.acceptance.of_table() == (121, 119)
    assert accept.acceptance.of_table() == (0, 0)


def test_log_names_whose_answers_were_invalid_and_nobody_else(
    world: World, accept: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    tell(world, ANN)
    deliver(accept, write(world, ANN, SEEN))
    assert not caplog.records

    deliver(accept, write(world, ANN, SEEN), write(world, EVE, POISON["nothing"]))

    [line] = caplog.records
    assert (line.getMessage(), vars(line)["of_users"]) == ("invalid answers deleted", [EVE])


def test_reply_is_no_look_when_it_does_not_say_so(world: World, accept: ModuleType) -> None:
    tell(world, ANN)
    deliver(accept, write(world, ANN, RETRY))
    assert set(told(world, ANN)) == {"response", "responded_at"}


def test_neighbour_is_heard_when_a_record_has_not_the_shape_of_one(
    world: World, accept: ModuleType
) -> None:
    tell(world, ANN)

    deliver(accept, {"eventName": "INSERT", "dynamodb": {}}, write(world, ANN, RETRY))

    assert told(world, ANN)["response"] == "retry"


def test_neighbour_is_heard_and_the_batch_comes_again_when_aws_fails_for_one(
    world: World, accept: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(world, ANN)
    tell(world, EVE)
    note = accept.acceptance._inbox.note_response

    def note_response(identity_id: str, *arguments: Any) -> None:
        if identity_id == EVE:
            error = {"Error": {"Code": "ThrottlingException", "Message": "slow down"}}
            raise ClientError(error, "UpdateItem")  # type: ignore[arg-type]
        note(identity_id, *arguments)

    records = [write(world, EVE, RETRY), write(world, ANN, RETRY)]
    with monkeypatch.context() as throttled:
        throttled.setattr(accept.acceptance._inbox, "note_response", note_response)
        with pytest.raises(ClientError, match="slow down"):
            deliver(accept, *records)
    assert told(world, ANN)["response"] == "retry"
    assert [item["identity_id"] for item in waiting(world)] == [EVE]

    deliver(accept, *records)

    assert told(world, EVE)["response"] == "retry"
    assert waiting(world) == []
