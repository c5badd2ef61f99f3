"""`make run`: Darkroom on a local cloud that stays up until Ctrl-C."""

from __future__ import annotations

import os
import shlex
import time
from contextlib import ExitStack
from pathlib import Path

from local.cloud import LocalCloud
from local.opensearch.node import Node
from local.paths import CLIENT_OUTPUTS, PHOTOS, ROOT, STATE
from local.samples import sample_files
from local.site import Site, is_built
from local.user import User
from operations.arguments import Arguments
from operations.command import CommandError, run_command
from operations.deployment import Deployment
from operations.outputs import describe, write
from operations.running import find_running, published
from operations.screen import Screen

USER_ENVIRONMENT = STATE / "user.env"
ENGINES = ("index", "opensearch")
EMAILS = ("alice@darkroom.example", "bob@darkroom.example")
# The password is public: this cloud listens on 127.0.0.1 and ends with this command.
PASSWORD = "developer stop fixer"  # noqa: S105
# The codes of MiniStack, which sends no mail.
CODE = "123456"
RESET_CODE = "654321"  # of a new password

console = Screen(highlight=False, soft_wrap=True)


def main() -> int:
    """Keep a cloud up until Ctrl-C.

    Raises:
        CommandError: the emulator has ended, or another cloud is running.
    """
    if (other := find_running()) is not None:
        raise CommandError(f"a local cloud is running already, at {other.endpoint}")
    with ExitStack() as held:
        site = held.enter_context(Site()) if is_built() else None
        wanted, engine = engine_of(Arguments.of_environment())
        # It is up before a cloud is deployed for it, and there as long as that.
        node = held.enter_context(Node()) if engine == "opensearch" else None
        cloud = held.enter_context(LocalCloud("run"))
        with console.status("Building and deploying …"):
            cloud.build()
            # Only the page needs to reach the buckets from a browser.
            cloud.deploy({"AllowedOrigins": site.origin} if site else None)
            cloud.deploy_beside(wanted, {"search": parameters_of(node)})
            sample_files()
            users = [cloud.new_user(email, PASSWORD) for email in EMAILS]
        held.enter_context(published(cloud.running))
        outputs = describe(Deployment.of_local(cloud.running))
        for path in (CLIENT_OUTPUTS, USER_ENVIRONMENT):
            held.callback(path.unlink, missing_ok=True)
        write(CLIENT_OUTPUTS, outputs)
        write_user_environment(USER_ENVIRONMENT, users[0])
        if site:
            site.publish(outputs, cloud.endpoint)
        show_page(site)
        show(cloud)
        while cloud.server.is_up():
            time.sleep(0.5)
        raise CommandError(f"the emulator ended: see {cloud.server.log.relative_to(ROOT)}")


def engine_of(arguments: Arguments) -> tuple[str, str]:
    """What is wanted beside the cloud, and what answers its search.

    Raises:
        CommandError: there is no such engine.
    """
    wanted, engine = arguments.text("WITH"), arguments.text("SEARCH_ENGINE", "index")
    if engine not in ENGINES:
        raise CommandError(f"SEARCH_ENGINE={engine} is none of {', '.join(ENGINES)}")
    return wanted, engine


def parameters_of(node: Node | None) -> dict[str, str]:
    """What a search is told that asks a node of OpenSearch."""
    if node is None:
        return {}
    return {"SearchEngine": "opensearch", "SearchEndpoint": node.endpoint}


def write_user_environment(path: Path, user: User) -> None:
    """Write a file to `source`: a user's credentials, and the names that its commands need."""
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


def show_page(site: Site | None) -> None:
    """Print where the page is and who may sign in, or why there is no page."""
    if site is None:
        console.print("\n[yellow]There is no page: it needs Node.js 20.19 or later and npm.[/]")
        return
    console.print(f"""
[green]Darkroom’s page is at {site.origin}[/]

Sign in as {" or ".join(EMAILS)}, password: {PASSWORD}
Or create an account: the code that is mailed is always {CODE} here,
and {RESET_CODE} for a new password.""")


def show(cloud: LocalCloud) -> None:
    """Print where the cloud is and what to try."""
    source = USER_ENVIRONMENT.relative_to(ROOT)
    photo = (PHOTOS / "camera.jpg").relative_to(ROOT)
    console.print(f"""
[green]Its cloud runs at {cloud.endpoint}[/], with IAM enforced. Ctrl-C stops it.

As {EMAILS[0]} in another terminal, with the AWS CLI:

  source {source}
  aws s3 cp {photo} s3://$UPLOADS/users/$IDENTITY/camera.jpg
  aws dynamodb get-item --table-name $IMAGES --key \\
    '{{"identity_id": {{"S": "'$IDENTITY'"}}, "image": {{"S": "users/'$IDENTITY'/camera.jpg"}}}}'
  aws s3 ls --recursive s3://$PROCESSED/users/$IDENTITY/

Run one function in Lambda's own emulator: make invoke FUNCTION=thumbnail \\
    EVENT=events/thumbnail.json
What clients need to know is in {CLIENT_OUTPUTS.relative_to(ROOT)}: see docs/clients.md
Logs of the functions: {cloud.server.log.relative_to(ROOT)}
""")


if __name__ == "__main__":
    run_command(main)
