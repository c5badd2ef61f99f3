"""`make demo`: two users upload files to a local cloud and see how each one ends."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from local.cloud import LocalCloud
from local.paths import ROOT
from local.photos import Photo, photos_in
from local.report import Ended, prepare_folder, save_outputs, write_contact_sheet, write_page
from local.samples import sample_files
from local.user import TERMINAL, User, wait_for
from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import CommandError, run_command
from operations.screen import Screen, shorten

OUTPUT = ROOT / "demo-output"
NAMES = ("alice", "bob")
_END_SECONDS = 180
_POLL_SECONDS = 0.2
_MARKS = {"done": "[green]●[/]", "skipped": "[dim]○[/]", "rejected": "[yellow]✕[/]"}

console = Screen(highlight=False, width=min(Screen().width, 100))


@explained()
def main() -> int:
    """The exit status of the demo: 0 if every upload ended as it should."""
    started = time.monotonic()
    own = os.environ.get("PHOTOS")
    prepare_folder(OUTPUT)
    with ThreadPoolExecutor(max_workers=8) as pool, ExitStack() as stack:
        photos = pool.submit(lambda: photos_in(Path(own)) if own else sample_files())
        with stage("Started a local cloud that enforces IAM"):
            cloud = stack.enter_context(LocalCloud("demo"))
        with stage("Built it: sam build"):
            cloud.build()
        with stage("Deployed it: sam deploy"):
            cloud.deploy()
        if beside := Arguments.of_environment().text("WITH"):
            with stage(f"Deployed beside it: {beside}"):
                cloud.deploy_beside(beside)
        users = {name: cloud.new_user() for name in NAMES}
        ended = upload_and_watch(pool, users, photos.result())
        warm = once_warm(users, ended)
        uploads = len(ended) + (warm is not None)
        notifications = wait_for_notifications(users, uploads)
        for name, user in users.items():
            save_outputs(OUTPUT, user, [upload for upload in ended if upload.user == name])
        denied = is_denied(users["bob"], ended[0])
        usage = {name: user.usage() for name, user in users.items()}
        dead_letters = cloud.dead_letters()
    write_contact_sheet(OUTPUT / "contact-sheet.jpg", ended)
    write_page(OUTPUT / "index.html", ended)
    show_images(ended)
    show_usage(usage)
    show_notifications(notifications)
    faults = [
        f"{upload.photo.name} ended {upload.status}, not {' or '.join(sorted(upload.photo.ends))}"
        for upload in ended
        if not upload.as_expected
    ]
    faults += [f"{count} dead letters in {queue}" for queue, count in dead_letters.items()]
    if not denied:
        faults.append("bob could read a photo of alice's")
    missing = uploads - sum(len(each) for each in notifications.values())
    if missing:
        faults.append(f"{missing} of {uploads} notifications are missing")
    write_json(ended, warm, usage, notifications, faults)
    if warm is not None:
        console.print(
            f"{warm[0]} again, with every function warm: {warm[1]:.1f} s from put to done"
        )
    console.print("bob asked for a photo of alice's: [green]denied[/]" if denied else "")
    console.print(f"All outputs: {OUTPUT.name}/index.html, contact-sheet.jpg")
    for fault in faults:
        console.print(f"[red]✕ {escape(fault)}[/]")
    if not faults:
        seconds = time.monotonic() - started
        console.print(
            f"[green]✓ {len(ended)} of {len(ended)} uploads ended as they should[/]"
            f" · {seconds:.0f} s in all"
        )
    return 1 if faults else 0


@contextmanager
def stage(what: str) -> Iterator[None]:
    """Show what is being done, and then how long it took."""
    began = time.monotonic()
    with console.status(f"{what} …"):
        yield
    console.print(f"[green]✓[/] {what} [dim]{time.monotonic() - began:.1f} s[/]")


def upload_and_watch(
    pool: ThreadPoolExecutor, users: dict[str, User], photos: Sequence[Photo]
) -> list[Ended]:
    """Every upload with its end; all start at once, and each user uploads half of the photos."""
    owners = [NAMES[index * len(NAMES) // len(photos)] for index in range(len(photos))]
    puts: list[Future[tuple[str, float]]] = [
        pool.submit(put, users[owner], photo) for owner, photo in zip(owners, photos, strict=True)
    ]
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(40),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("uploads", total=len(photos))
        finished = follow(users, puts, lambda share: progress.update(bar, completed=share))
    ended = []
    for owner, photo, uploaded in zip(owners, photos, puts, strict=True):
        key, began = uploaded.result()
        image, end = finished[key]
        ended.append(Ended(owner, photo, image, end - began))
    return ended


def once_warm(users: dict[str, User], ended: Sequence[Ended]) -> tuple[str, float] | None:
    """The name of the first processed photo, and the seconds it takes when uploaded once more."""
    for upload in ended:
        if upload.status == "processed":
            user, name = users[upload.user], upload.photo.name
            key, began = put(user, replace(upload.photo, name=f"again/{name}"))
            user.wait_for_end(key)
            return name, time.monotonic() - began
    return None


def put(user: User, photo: Photo) -> tuple[str, float]:
    """The key of a photo, now uploaded, and the time when its upload was complete."""
    key = user.upload(photo.name, photo.body, photo.content_type)
    return key, time.monotonic()


def follow(
    users: dict[str, User],
    puts: Sequence[Future[tuple[str, float]]],
    report: Callable[[float], None],
) -> dict[str, tuple[dict[str, Any], float]]:
    """Every ended image's item by its key, and the time when its end was seen.

    Raises:
        CommandError: some images did not end in time.
    """
    deadline = time.monotonic() + _END_SECONDS
    finished: dict[str, tuple[dict[str, Any], float]] = {}
    while len(finished) < len(puts):
        images = [image for user in users.values() for image in user.images()]
        for image in images:
            if image["status"] in TERMINAL and image["image"] not in finished:
                finished[image["image"]] = (image, time.monotonic())
        for uploaded in puts:
            if uploaded.done():
                uploaded.result()  # a put that failed ends the demo, with its reason
        report(sum(len(finished_steps(image)) / len(image["steps"]) for image in images))
        if time.monotonic() > deadline:
            keys = {uploaded.result()[0] for uploaded in puts} - finished.keys()
            raise CommandError(f"did not end in {_END_SECONDS} s: {', '.join(sorted(keys))}")
        time.sleep(_POLL_SECONDS)
    return finished


def finished_steps(image: dict[str, Any]) -> list[str]:
    """The states of an image's finished steps."""
    return [step["state"] for step in image["steps"].values() if step["state"] != "pending"]


def marks(image: dict[str, Any]) -> str:
    """A mark for each finished step, after one for a file of no known kind."""
    refused = ["rejected"] if "refusal" in image else []
    return "".join(_MARKS.get(state, "[red]✕[/]") for state in (*refused, *finished_steps(image)))


def wait_for_notifications(users: dict[str, User], uploads: int) -> dict[str, list[dict[str, Any]]]:
    """The notifications of each user, as far as they arrive within 15 seconds."""

    def look() -> dict[str, list[dict[str, Any]]] | None:
        found.update({name: user.notifications() for name, user in users.items()})
        return found if sum(map(len, found.values())) >= uploads else None

    found: dict[str, list[dict[str, Any]]] = {}
    try:
        return wait_for(look, seconds=15, what="the notifications")
    except CommandError:
        return found


def is_denied(stranger: User, upload: Ended) -> bool:
    """Whether a user is denied another user's original."""
    bucket = stranger.outputs["UploadsBucketName"]
    try:
        stranger.s3.get_object(Bucket=bucket, Key=upload.image["image"])
    except ClientError as error:
        return error.response["Error"]["Code"] == "AccessDenied"
    return False


def show_images(ended: Sequence[Ended]) -> None:
    """Print the table of all uploads."""
    table = Table(box=None, pad_edge=False, title_justify="left", padding=(0, 2, 0, 0))
    for heading in ("user", "image", "", "steps", "seconds"):
        table.add_column(heading, justify="right" if heading == "seconds" else "left", no_wrap=True)
    table.add_column("about the file, or why it was refused", overflow="fold")
    for upload in ended:
        colour = "red" if not upload.as_expected else _colour(upload.status)
        table.add_row(
            upload.user,
            shorten(upload.photo.name, 60),
            f"[{colour}]{upload.status}[/]",
            marks(upload.image),
            f"{upload.seconds:.1f}",
            escape(upload.words or upload.photo.about),
        )
    console.print()
    console.print(table)


def _colour(status: str) -> str:
    return "green" if status == "processed" else "yellow"


def show_usage(usage: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Print each user's usage."""
    console.print()
    for name, rows in usage.items():
        total = rows.get("total", {})
        parts = [
            f"keeps {total.get('stored_objects', 0)} files, {_megabytes(total, 'stored_bytes')}"
        ]
        parts += [
            f"uploaded {_megabytes(row, 'uploaded_bytes')} in {period}"
            for period, row in rows.items()
            if period != "total"
        ]
        console.print(f"{name} {' · '.join(parts)}")


def _megabytes(row: dict[str, Any], name: str) -> str:
    return f"{int(row.get(name, 0)) / 1e6:.1f} MB"


def show_notifications(notifications: dict[str, list[dict[str, Any]]]) -> None:
    """Print how many notifications each user got, by kind."""
    for name, received in notifications.items():
        kinds: dict[str, int] = {}
        for notification in received:
            kinds[notification["kind"]] = kinds.get(notification["kind"], 0) + 1
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        console.print(f"{name} was notified {len(received)} times: {counts or 'nothing'}")


def write_json(
    ended: Sequence[Ended],
    warm: tuple[str, float] | None,
    usage: dict[str, Any],
    notifications: dict[str, Any],
    faults: Sequence[str],
) -> None:
    """Write the results as JSON to the file that DEMO_JSON names."""
    target = os.environ.get("DEMO_JSON")
    if not target:
        return
    images = [
        {
            "user": upload.user,
            "file": upload.photo.name,
            "about": upload.photo.about,
            "expected": sorted(upload.photo.ends),
            "seconds": round(upload.seconds, 3),
            **upload.image,
        }
        for upload in ended
    ]
    result = {
        "ok": not faults,
        "faults": list(faults),
        "images": images,
        "warm": {"file": warm[0], "seconds": round(warm[1], 3)} if warm else None,
        "usage": usage,
        "notifications": notifications,
    }
    text = json.dumps(result, indent=2, ensure_ascii=False, default=_json_number)
    Path(target).write_text(text + "\n")


def _json_number(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


if __name__ == "__main__":
    run_command(main)
