"""The join: what the steps of a version add up to, written into its item once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from darkroom.errors import TransientError
from darkroom.pipeline.records import (
    DONE,
    OVER_QUOTA,
    PENDING,
    PROCESSED,
    REJECTED,
    SKIPPED,
    ImageRecords,
    Superseded,
    timestamp,
)
from darkroom.pipeline.uploads import ImageVersion

_RACES = 5


@dataclass(frozen=True)
class End:
    """How a version as a whole ended: processed, rejected, over_quota or failed, and why."""

    status: str
    reason: str | None = None
    message: str | None = None


FindEnd = Callable[[Mapping[str, Any]], End | None]  # of an image's item


def end_by_steps(item: Mapping[str, Any]) -> End | None:
    """What the steps of an item add up to; None while one of them is not finished.

    A file that is of no known kind, or no sound one, is rejected even if it is over quota too.
    """
    steps = item["steps"]
    if any(step["state"] == PENDING for step in steps.values()):
        return None
    if "refusal" in item:
        return End(REJECTED, item["refusal"]["reason"], item["refusal"]["message"])
    for status in (REJECTED, OVER_QUOTA):
        for step in steps.values():
            if step["state"] == status:
                return End(status, step.get("reason"), step.get("message"))
    if all(step["state"] in (DONE, SKIPPED) for step in steps.values()):
        return End(PROCESSED)
    raise ValueError(f"a step is in a state that nothing writes: {dict(steps)}")


def conclude(
    records: ImageRecords, image: ImageVersion, find_end: FindEnd
) -> dict[str, Any] | None:
    """Write how a version ended into its item; the new item, or the old one if it says so already.

    None where there is nothing to conclude: `find_end` finds no end, or the item is of another
    version or gone. The end is written to the very item that `find_end` saw: if a step or the
    status has changed meanwhile, it is asked again.

    Renditions of an older version, which no step has made anew, leave the item.

    Raises:
        TransientError: the item changed each time.
    """
    for _ in range(_RACES):
        found = records.read(image)
        if found is None or found["version"] != image.version:
            return None
        end = find_end(found)
        if end is None:
            return None
        if found["status"] == end.status and not outdated_renditions(found):
            return found
        try:
            return _write_end(records, image, found, end)
        except Superseded:
            continue
    raise TransientError(f"The item of {image.key} changes all the time.")


def _write_end(
    records: ImageRecords, image: ImageVersion, found: Mapping[str, Any], end: End
) -> dict[str, Any]:
    changes = ["#status = :status", "finished_at = :now"]
    values: dict[str, Any] = {
        ":version": image.version,
        ":was": found["status"],
        ":steps": found["steps"],
        ":status": end.status,
        ":now": timestamp(),
    }
    if end.reason:
        changes += ["reason = :reason", "message = :message"]
        values |= {":reason": end.reason, ":message": end.message}
    removed = [] if end.reason else ["reason", "message"]  # of an earlier end
    names = {"#version": "version", "#status": "status", "#steps": "steps"}
    if end.status == OVER_QUOTA:
        changes.append("renditions = :none")  # the files themselves are cleanup's to take
        values[":none"] = {}
    elif outdated := outdated_renditions(found):
        names |= {"#renditions": "renditions"} | {f"#o{i}": n for i, n in enumerate(outdated)}
        removed += [f"#renditions.#o{index}" for index in range(len(outdated))]
    change = f"SET {', '.join(changes)}" + (f" REMOVE {', '.join(removed)}" if removed else "")
    return records.update(
        image, change, only_if="#status = :was AND #steps = :steps", names=names, values=values
    )


def outdated_renditions(item: Mapping[str, Any]) -> list[str]:
    """The renditions of an item that are of another version than its own."""
    made = f"/{item['version']}/"
    return [name for name, found in item["renditions"].items() if made not in found["key"]]
