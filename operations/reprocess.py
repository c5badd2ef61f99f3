"""`make reprocess [PREFIX=…] [RATE=…] [DRY_RUN=1]`: make all outputs again, after a new recipe.

Each photo gets a synthetic version, so its new files have new keys; its record shows the old files
until each step has written its new ones. Reconcile removes files that no record shows any more.
"""

from __future__ import annotations

from datetime import datetime

from darkroom.pipeline.join import is_pending
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.versions import synthetic_after
from darkroom.repair.reconcile.survey import Sighting
from darkroom.states import Status

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.campaign import Choose
from operations.command import CommandError, run_command
from operations.deployment import find_deployment
from operations.queues import depth, work_queues
from operations.send import send

_AGAIN = frozenset({Status.PROCESSED, Status.REJECTED})  # an over-quota photo has no outputs


@explained()
def main() -> int:
    """The exit status, after publishing every finished upload under a synthetic version."""
    arguments = Arguments.of_environment()
    deployment = find_deployment()
    (notify,) = work_queues(deployment, "notify")
    if waiting := depth(deployment, notify.dead_letters_url):
        raise CommandError(
            f"the owners of {waiting} dead letters of notify would never be notified: "
            "`make redrive FUNCTION=notify` first"
        )
    return send(
        deployment, arguments, "reprocess", finished(deployment.output("UploadsBucketName"))
    )


def finished(bucket: str) -> Choose:
    """A `Choose` for uploads that are finished and were not opened since the campaign began."""

    def choose(seen: Sighting, began: datetime) -> Upload | None:
        record, row = seen.record, seen.row
        if record is None or row is None or seen.object is None:
            return None
        if not record.get("etag") == row.get("etag") == seen.object.etag:
            return None
        if record["status"] not in _AGAIN or datetime.fromisoformat(record["opened_at"]) > began:
            return None
        if is_pending(record):
            return None
        version = synthetic_after(record["version"])
        return Upload(
            seen.identity_id,
            seen.key,
            version,
            sequencer=version,
            bucket=bucket,
            etag=seen.object.etag,
            bytes=seen.object.bytes,
            uploaded_at=datetime.fromisoformat(record["uploaded_at"]),
        )

    return choose


if __name__ == "__main__":
    run_command(main)
