"""The join: what the steps of a version add up to, written into its item once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Path
from darkroom.errors import TransientError
from darkroom.moments import timestamp
from darkroom.pipeline.processed import FILE_ATTRIBUTES, files_shown
from darkroom.pipeline.records import ImageRecords, Superseded
from darkroom.states import Status, StepState

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from darkroom.pipeline.uploads import ImageVersion

_RACES = 5


@dataclass(frozen=True)
class End:
    """How a version as a whole ended, and why: a code, and a sentence for its owner."""

    status: Status
    reason: str | None = None
    message: str | None = None


FindEnd = Callable[["ImageItem"], End | None]  # how an item's version ended, if it has


def is_pending(item: ImageItem) -> bool:
    """Whether the item waits for a step."""
    return any(step["state"] == StepState.PENDING for step in item["steps"].values())


def end_by_steps(item: ImageItem) -> End | None:
    """What the steps of an item add up to; None while one of them is not finished.

    A file that is of no known kind, or no sound one, is rejected even if it is over quota too.
    """
    if is_pending(item):
        return None
    steps = item["steps"]
    if "refusal" in item:
        return End(Status.REJECTED, item["refusal"]["reason"], item["refusal"]["message"])
    for state in (StepState.REJECTED, StepState.OVER_QUOTA):
        for step in steps.values():
            if step["state"] == state:
                return End(Status(state), step.get("reason"), step.get("message"))
    if all(step["state"] in (StepState.DONE, StepState.SKIPPED) for step in steps.values()):
        return End(Status.PROCESSED)
    raise ValueError(f"a step is in a state that nothing writes: {dict(steps)}")


def has_ended(item: ImageItem) -> bool:
    """Whether the item of a version says how it ended, as it stays unless its owner asks again.

    One that is processed again keeps its status until its steps are finished, and shows files of
    the version before until notify has written its end.
    """
    if item["status"] == Status.FAILED:
        return True
    end = end_by_steps(item)
    return end is not None and end.status == item["status"] and not outdated(item)


def conclude(records: ImageRecords, image: ImageVersion, find_end: FindEnd) -> ImageItem | None:
    """The item of a version that has ended, once its end is written into it.

    None where there is nothing to conclude: `find_end` finds no end, or the item is of another
    version or gone. The end is written to the very item that `find_end` saw: if a step or the
    status has changed meanwhile, it is asked again.

    What the item shows of an older version, because no step has made it anew, leaves the item.

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
        if found["status"] == end.status and not outdated(found):
            return found
        try:
            return _write_end(records, image, found, end)
        except Superseded:
            continue
    raise TransientError(f"The item of {image.key} changes all the time.")


def _write_end(records: ImageRecords, image: ImageVersion, found: ImageItem, end: End) -> ImageItem:
    changes = records.changes(image).when(status=found["status"], steps=found["steps"])
    changes.set(status=end.status, finished_at=timestamp())
    if end.reason:
        changes.set(reason=end.reason, message=end.message)
    else:
        changes.remove("reason", "message")  # of an earlier end
    if end.status == Status.OVER_QUOTA:
        changes.set(renditions={}).remove(*FILE_ATTRIBUTES)  # cleanup deletes the files themselves
    else:
        changes.remove(*outdated(found))
    return records.write(image, changes)


def outdated(item: ImageItem) -> list[Path]:
    """The places in an item that show files of another version than its own."""
    own = f"/{item['version']}/"
    return [place for place, key in files_shown(item).items() if own not in key]
