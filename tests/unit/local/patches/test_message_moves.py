"""Message move tasks, as the launcher adds them to the emulator: what SQS promises of them."""

from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext
from typing import Any

import pytest

from local.emulator.patches.message_moves import MessageMoves

SOURCE, DEAD = "arn:aws:sqs:r:1:photos", "arn:aws:sqs:r:1:photos-dead"


class Refused(Exception):
    pass


def queue(**attributes: str) -> dict[str, Any]:
    return {"messages": [], "attributes": attributes}


def dead_letter(name: str, *, visible_at: float = 0) -> dict[str, Any]:
    return {
        "id": name,
        "body": name,
        "visible_at": visible_at,
        "receive_count": 5,
        "sys": {"DeadLetterQueueSourceArn": SOURCE, "SentTimestamp": "1"},
    }


class World:
    def __init__(self, *dead_letters: dict[str, Any]) -> None:
        policy = json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 5})
        self.queues = {SOURCE: queue(RedrivePolicy=policy), DEAD: queue()}
        self.queues[DEAD]["messages"] = list(dead_letters)
        self.moves = MessageMoves(
            find=self.queues.get,
            queues=self.queues.values,
            refuse=lambda code, _: Refused(code),
            wake=lambda: None,
            lock=nullcontext(),
        )

    def bodies(self, arn: str) -> list[str]:
        return [message["body"] for message in self.queues[arn]["messages"]]

    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = self.moves.list({"SourceArn": DEAD}, "")["Results"][0]
        return found

    async def finish(self) -> dict[str, Any]:
        while self.last()["Status"] == "RUNNING":
            await asyncio.sleep(0)
        return self.last()


def test_dead_letters_go_back_as_new_messages_when_a_move_is_started() -> None:
    world = World(dead_letter("a"), dead_letter("b"))

    async def scenario() -> dict[str, Any]:
        await world.moves.start({"SourceArn": DEAD}, "")
        return await world.finish()

    told = asyncio.run(scenario())

    assert (told["Status"], told["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 2)
    assert (world.bodies(DEAD), world.bodies(SOURCE)) == ([], ["a", "b"])
    for message in world.queues[SOURCE]["messages"]:
        assert message["id"] not in ("a", "b")
        assert message["receive_count"] == 0
        assert message["sys"]["SentTimestamp"] != "1"
        assert "DeadLetterQueueSourceArn" not in message["sys"]


def test_dead_letter_stays_when_somebody_is_looking_at_it() -> None:
    world = World(dead_letter("seen", visible_at=2**40), dead_letter("free"))

    async def scenario() -> None:
        await world.moves.start({"SourceArn": DEAD}, "")
        await world.finish()

    asyncio.run(scenario())

    assert (world.bodies(DEAD), world.bodies(SOURCE)) == (["seen"], ["free"])


def test_move_is_slow_and_can_be_cancelled_when_a_pace_is_asked_for() -> None:
    world = World(*(dead_letter(str(n)) for n in range(50)))

    async def scenario() -> dict[str, Any]:
        started = await world.moves.start(
            {"SourceArn": DEAD, "MaxNumberOfMessagesPerSecond": 1}, ""
        )
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="UnsupportedOperation"):
            await world.moves.start({"SourceArn": DEAD}, "")
        assert world.last()["TaskHandle"] == started["TaskHandle"]
        world.moves.cancel({"TaskHandle": started["TaskHandle"]}, "")
        return await world.finish()

    told = asyncio.run(scenario())

    assert told["Status"] == "CANCELLED"
    assert "TaskHandle" not in told
    assert len(world.bodies(DEAD)) >= 49


def test_move_is_refused_when_the_queue_is_nobodys_dead_letter_queue() -> None:
    with pytest.raises(Refused, match="InvalidParameterValue"):
        asyncio.run(World().moves.start({"SourceArn": SOURCE}, ""))
    with pytest.raises(Refused, match="ResourceNotFoundException"):
        asyncio.run(World().moves.start({"SourceArn": "arn:aws:sqs:r:1:none"}, ""))
