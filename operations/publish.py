"""`make publish`: upload the built page, and the description of its stack, to the page's bucket."""

from __future__ import annotations

import json
import mimetypes
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.aws_errors import explained
from operations.command import CommandError, run_command
from operations.deployment import Deployment, find_deployment
from operations.outputs import DEFAULT_FILE, describe
from operations.screen import console

PAGE = Path("web/dist")
_ENTRY = "index.html"
_HEAD = "<head>"
# Vite puts a hash of its content into the name of everything below assets/.
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"


@dataclass(frozen=True)
class PageFile:
    """A file of the page, as it is stored in the bucket."""

    key: str
    body: bytes
    content_type: str
    cache_control: str


@explained()
def main() -> int:
    """The exit status, after uploading the page and invalidating what CloudFront has cached."""
    deployment = find_deployment()
    publish(deployment, PAGE)
    console.print(f"The page of {deployment.where}: {deployment.output('PageUrl')}")
    return 0


def publish(deployment: Deployment, folder: Path) -> None:
    """Put the page in a folder online.

    Files with new names come first and the entry last, so that a browser that loads the page
    meanwhile finds every file that it asks for. Files of older pages stay.

    Raises:
        CommandError: the page is not built, or the stack hosts no page.
    """
    if "PageBucketName" not in deployment.outputs:
        raise CommandError(
            f"{deployment.where} hosts no page: deploy it with "
            "--parameter-overrides HostPage=true, in addition to the parameters set already"
        )
    files = list(page_files(folder, describe(deployment)))
    bucket = deployment.output("PageBucketName")
    for file in sorted(files, key=lambda file: file.cache_control == _REVALIDATE):
        deployment.client("s3").put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.body,
            ContentType=file.content_type,
            CacheControl=file.cache_control,
        )
    changed = [f"/{file.key}" for file in files if file.cache_control == _REVALIDATE]
    deployment.client("cloudfront").create_invalidation(
        DistributionId=deployment.output("PageDistributionId"),
        InvalidationBatch={
            "CallerReference": uuid.uuid4().hex,
            "Paths": {"Quantity": len(changed) + 1, "Items": ["/", *changed]},
        },
    )


def page_files(folder: Path, outputs: Mapping[str, Any]) -> Iterator[PageFile]:
    """The files of a built page, and `amplify_outputs.json` beside them.

    Raises:
        CommandError: the folder holds no built page.
    """
    if not (folder / _ENTRY).is_file():
        raise CommandError(
            f"{folder} holds no page: `make web/dist/index.html` builds it, with Node.js"
        )
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = path.relative_to(folder).as_posix()
            body = path.read_bytes()
            if key == _ENTRY:
                body = restricted(body.decode(), outputs).encode()
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            yield PageFile(key, body, kind, _cache_control(key))
    body = json.dumps(outputs).encode()
    yield PageFile(DEFAULT_FILE, body, "application/json", _REVALIDATE)


def restricted(entry: str, outputs: Mapping[str, Any]) -> str:
    """The entry, with a policy that allows its own buckets only and hints to connect to them early.

    The distribution's headers allow all buckets of the region, because they cannot name these.
    Connecting while the code still loads saves the round trips of TCP and TLS.
    """
    custom = outputs["custom"]
    region, suffix = custom["region"], _suffix(custom["liveUrl"])
    buckets = [
        f"https://{custom[name]}.s3.{region}.{suffix}"
        for name in ("uploadsBucket", "processedBucket")
    ]
    services = [
        f"https://{service}.{region}.{suffix}"
        for service in ("cognito-idp", "cognito-identity", "dynamodb")
    ]
    apis = [custom["liveUrl"].rpartition("/")[0]]
    if "searchUrl" in custom:
        apis.append(custom["searchUrl"])
    if "shareUrl" in custom:
        apis += [custom["shareUrl"], f"{custom['shareUrl']}/"]  # and what is below it
    policy = (
        f"connect-src 'self' {' '.join([*services, *buckets, *apis])}; "
        f"img-src 'self' blob: data: {' '.join(buckets)}; "
        f"media-src blob: {' '.join(buckets)}"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'
    soon = (
        f'<link rel="preconnect" href="{buckets[1]}" />'
        f'<link rel="preconnect" href="{services[-1]}" crossorigin />'
    )
    if _HEAD not in entry:
        raise CommandError(f"{_ENTRY} has no {_HEAD}: it is not the page that web/ builds")
    return entry.replace(_HEAD, f"{_HEAD}\n    {meta}\n    {soon}", 1)


def _suffix(live_url: str) -> str:
    """The domain of AWS's hosts: amazonaws.com in most regions."""
    host = live_url.partition("://")[2].partition("/")[0]
    return host.split(".", 3)[3] if host.count(".") >= 4 else "amazonaws.com"


def _cache_control(key: str) -> str:
    return _IMMUTABLE if key.startswith("assets/") else _REVALIDATE


if __name__ == "__main__":
    run_command(main)
