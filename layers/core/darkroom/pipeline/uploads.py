"""What an upload is, and where it and its outputs are stored.

    uploads bucket     users/{identityId}/{path}
    processed bucket   users/{identityId}/{path}/{version}/{filename}

An output's key holds the version of its source, so it never changes and caches for ever.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from darkroom.pipeline.events import ObjectEvent

MAX_KEY_BYTES = 1024  # of S3, in UTF-8
_LONGEST_FILENAME_BYTES = 64
_LONGEST_FOLDER_BYTES = MAX_KEY_BYTES - _LONGEST_FILENAME_BYTES - 64  # and room for a version
_DIGEST_DIGITS = 32
_CUT_FOLDER = re.compile(rf".*~[0-9a-f]{{{_DIGEST_DIGITS}}}/", re.DOTALL)
_UPLOAD_KEY = re.compile(r"users/(?P<identity_id>[^/]+)/(?P<path>.+)", re.DOTALL)


@dataclass(frozen=True)
class ImageVersion:
    """The identity of one version of one image of one user.

    `key` is the image's whole key in the uploads bucket. Nothing else is known of the version: it
    may be deleted, or never have been stored.
    """

    identity_id: str
    key: str
    version: str

    @staticmethod
    def of(event: ObjectEvent) -> ImageVersion | None:
        """The image version of an event: an `Upload` if the event says that an object was stored.

        A folder marker is no image: what was at its key before is gone, as after a deletion. None
        where the key is not below a user's prefix.
        """
        match = _UPLOAD_KEY.fullmatch(event.key)
        if match is None:
            return None
        identity_id = match["identity_id"]
        if event.kind == "removed" or is_folder_marker(event.key, event.bytes):
            return ImageVersion(identity_id, event.key, event.version)
        return Upload(
            identity_id,
            event.key,
            event.version,
            sequencer=event.sequencer,
            bucket=event.bucket,
            etag=event.etag,
            bytes=event.bytes,
            uploaded_at=event.occurred_at,
        )

    @property
    def path(self) -> str:
        """The key below the user's own folder."""
        return path_of(self.identity_id, self.key)

    def output_key(self, filename: str) -> str:
        """The key of this version's file `filename` in the processed bucket."""
        return f"{outputs_prefix(self.key)}{self.version}/{filename}"


@dataclass(frozen=True, kw_only=True)
class Upload(ImageVersion):
    """An image version with the facts of its stored object, from S3's event.

    Items and charges are made of these facts, so they can be made of nothing less.
    """

    sequencer: str
    bucket: str
    etag: str
    bytes: int
    uploaded_at: datetime


def upload_key(identity_id: str, path: str) -> str:
    """The key of a user's upload, of its path below their own folder."""
    return f"users/{identity_id}/{path}"


def path_of(identity_id: str, key: str) -> str:
    """The path of a key below its user's own folder."""
    return key.removeprefix(upload_key(identity_id, ""))


def is_folder_marker(key: str, size: int) -> bool:
    """Whether an object only makes a folder show, as S3's console and some clients put them.

    It has no bytes, and a key that ends in a slash. It is no upload: there is no item of it, no
    notification and no charge.
    """
    return size == 0 and key.endswith("/")


def outputs_prefix(key: str) -> str:
    """The folder of all versions' outputs of an upload's key, at most 1,024 bytes with a filename.

    A key too long to grow by version and file name is cut and marked with its own SHA-256, so two
    long keys never share a folder.
    """
    encoded = key.encode()
    if len(encoded) <= _LONGEST_FOLDER_BYTES:
        return f"{key}/"
    digest = hashlib.sha256(encoded).hexdigest()[:_DIGEST_DIGITS]
    head = encoded[: _LONGEST_FOLDER_BYTES - len(digest) - 1].decode(errors="ignore")
    return f"{head}~{digest}/"


def is_cut(folder: str) -> bool:
    """Whether this may be the folder of an upload whose key was cut."""
    # A character that would be cut in two is left out: up to three bytes less.
    shortest = _LONGEST_FOLDER_BYTES - 3
    return len(folder.encode()) > shortest and _CUT_FOLDER.fullmatch(folder) is not None
