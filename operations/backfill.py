"""`make backfill BUCKET=… [PREFIX=…] [RATE=…] [DRY_RUN=1]`: process what was never processed."""

from __future__ import annotations

from datetime import datetime, timedelta

from darkroom.pipeline.tombstones import Tombstones
from darkroom.pipeline.uploads import Upload
from darkroom.repair.reconcile.diagnosis import diagnose
from darkroom.repair.reconcile.survey import Sighting

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.campaign import Choose
from operations.command import CommandError, run_command
from operations.deployment import Deployment, find_deployment
from operations.send import send

# An upload that was stored or opened less than this before the campaign began may be in a queue.
_GRACE_SECONDS = 900


@explained()
def main() -> int:
    """The exit status, after publishing every unprocessed upload as if it had just been stored."""
    arguments = Arguments.of_environment()
    grace = arguments.number("GRACE", _GRACE_SECONDS, least=0, most=604_800)
    deployment = find_deployment()
    require_own(deployment, arguments.text("BUCKET"))
    return send(deployment, arguments, "backfill", unprocessed(deployment, grace))


def require_own(deployment: Deployment, bucket: str) -> None:
    """Require that the operator has named the uploads bucket, so that no other one is meant.

    Raises:
        CommandError: BUCKET is missing, or is another bucket.
    """
    own = deployment.output("UploadsBucketName")
    if not bucket:
        raise CommandError(f"name the bucket to process: BUCKET={own}")
    if bucket != own:
        raise CommandError(
            f"BUCKET={bucket} is not the uploads bucket of {deployment.where}, which is {own}: "
            f"copy photos to it, below users/{{identityId}}/, and no backfill is needed"
        )


def unprocessed(deployment: Deployment, grace_seconds: float) -> Choose:
    """A `Choose` for uploads without a record, with unfinished steps or with missing outputs."""
    tombstones = Tombstones(
        deployment.client("dynamodb"), deployment.output("IdempotencyTableName")
    )
    bucket = deployment.output("UploadsBucketName")
    grace = timedelta(seconds=grace_seconds)

    def choose(seen: Sighting, began: datetime) -> Upload | None:
        diagnosis = diagnose(
            seen, bucket=bucket, now=began, grace=grace, tombstone=tombstones.version(seen.key)
        )
        if diagnosis is None or diagnosis.files or not isinstance(diagnosis.image, Upload):
            return None
        return diagnosis.image

    return choose


if __name__ == "__main__":
    run_command(main)
