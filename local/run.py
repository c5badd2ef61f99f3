"""`make run`: Darkroom on a local cloud that stays up until Ctrl-C."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path

from rich.console import Console

from local.cloud import LocalCloud
from local.failure import LocalError, run_command
from local.paths import CLIENT_OUTPUTS, PHOTOS, ROOT, STATE
from local.photos import sample_photos
from local.running import find_running, published
from local.user import User
from operations.deployment import Deployment
from operations.outputs import describe, write

USER_ENVIRONMENT = STATE / "user.env"

console = Console(highlight=False, soft_wrap=True)


def main() -> int:
    """Keep a cloud up; ends with an error if the emulator ends."""
    if (other := find_running()) is not None:
        raise LocalError(f"a local cloud is running already, at {other.endpoint}")
    with LocalCloud("run") as cloud:
        with console.status("Building and deploying …"):
            cloud.build()
            cloud.deploy()
            sample_photos()
            user = cloud.new_user()
        try:
            with published(cloud) as running:
                write(CLIENT_OUTPUTS, describe(Deployment.of_local(running)))
                write_user_environment(USER_ENVIRONMENT, user)
                show(cloud, user)
                while cloud.server.is_up():
                    time.sleep(0.5)
        finally:
            USER_ENVIRONMENT.unlink(missing_ok=True)
            CLIENT_OUTPUTS.unlink(missing_ok=True)
        raise LocalError(f"the emulator ended: see {cloud.server.log.relative_to(ROOT)}")


def write_user_environment(path: Path, user: User) -> None:
    """A file to `source`: credentials of one user, and the names its commands need."""
    values = {
        **user.environment,
        "IDENTITY": user.identity_id,
        "UPLOADS": user.outputs["UploadsBucketName"],
        "PROCESSED": user.outputs["ProcessedBucketName"],
        "IMAGES": user.outputs["ImagesTableName"],
    }
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in values.items()]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)


def show(cloud: LocalCloud, user: User) -> None:
    """Say where it is and what to try."""
    source = USER_ENVIRONMENT.relative_to(ROOT)
    photo = (PHOTOS / "camera.jpg").relative_to(ROOT)
    console.print(f"""
[green]Darkroom runs at {cloud.endpoint}[/], with IAM enforced. Ctrl-C stops it.

A user is ready: {user.identity_id}
In another terminal, with the AWS CLI:

  source {source}
  aws s3 cp {photo} s3://$UPLOADS/users/$IDENTITY/camera.jpg
  aws dynamodb get-item --table-name $IMAGES --key \\
    '{{"identity_id": {{"S": "'$IDENTITY'"}}, "image": {{"S": "users/'$IDENTITY'/camera.jpg"}}}}'
  aws s3 ls --recursive s3://$PROCESSED/users/$IDENTITY/

Run one function in Lambda's own emulator: make invoke FUNCTION=thumbnail \\
    EVENT=events/thumbnail.json
Logs of the functions: {cloud.server.log.relative_to(ROOT)}
""")


if __name__ == "__main__":
    run_command(main)
