"""Every item that Darkroom stores, table by table, as types for mypy.

At run time an item is an ordinary dict, and only type checkers need this module: making these
classes would take several milliseconds of every cold start, so it is imported below TYPE_CHECKING.
The words that attributes hold are in `darkroom.states`, which everything may import.

Other releases, pages and programs read these items: an attribute keeps its name and its meaning.
Moments are text in UTC, `2026-11-24T08:30:00.123Z`, unless said otherwise. A version is a form of
S3's sequencer that orders as text (see `darkroom.pipeline.versions`).
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from darkroom.kinds import Kind
from darkroom.states import Admission, Charged, Response, Status, StepState

# Images table: one item for an image, always of its newest version. ------------------------------


class StepEntry(TypedDict):
    """How far a step is. `reason` is a code, `message` a sentence, where it is not done."""

    state: StepState
    reason: NotRequired[str]
    message: NotRequired[str]
    finished_at: NotRequired[str]
    percent: NotRequired[int]  # of a step that is pending and tells how far it is


class RenditionEntry(TypedDict):
    """A picture in the processed bucket."""

    key: str
    format: str
    width: int
    height: int
    bytes: int


class FileEntry(TypedDict):
    """Another file in the processed bucket."""

    key: str
    bytes: int


class Refusal(TypedDict):
    """Why a file is of no known kind: a code and a sentence."""

    reason: str
    message: str


class ImageItem(TypedDict):
    """An image, as its owner's pages show it.

    `kind` is missing in items of releases before kinds, whose files were all taken for pictures.
    """

    identity_id: str
    image: str  # the key in the uploads bucket
    version: str
    sequencer: str  # S3's own, from which the version was made
    etag: str
    bytes: int
    kind: NotRequired[Kind]
    uploaded_at: str
    opened_at: str  # when the first function wrote this version's item
    status: Status
    steps: dict[str, StepEntry]
    renditions: dict[str, RenditionEntry]

    # How it ended; absent while the status is processing.
    finished_at: NotRequired[str]
    reason: NotRequired[str]
    message: NotRequired[str]

    # What steps found out about a picture.
    format: NotRequired[str]
    width: NotRequired[int]
    height: NotRequired[int]
    placeholder: NotRequired[str]
    dominant_colour: NotRequired[str]
    perceptual_hash: NotRequired[str]
    content_hash: NotRequired[str]
    metadata: NotRequired[dict[str, Any]]  # the document in short
    details: NotRequired[FileEntry]  # the document; items of older releases do not name it
    # What was found out about a table, in short.
    table: NotRequired[dict[str, int]]
    # Of a video: its length, three seconds of it as an animated WebP, and its version for the web,
    # an MP4.
    duration_seconds: NotRequired[float]
    preview: NotRequired[FileEntry]
    video: NotRequired[FileEntry]

    # What its owner says of it, as `accept` has checked it. It stays when the file is processed
    # again; a new version of the file keeps all but what says that it is in the bin.
    favourite: NotRequired[bool]  # true, or missing
    albums: NotRequired[dict[str, str]]  # by an album's id, the rank that gives it its place there
    binned_at: NotRequired[str]
    bin_until: NotRequired[str]  # when it is deleted, if it is in the bin until then

    # What only functions read:
    # The day of `bin_until`, which the index of what is due is by.
    bin_day: NotRequired[str]
    # The file is of no known kind: once all steps are finished it ends rejected, for this reason.
    refusal: NotRequired[Refusal]
    # The version before this one, while files of it may exist: cleanup deletes them, then this.
    replaces: NotRequired[str]
    # Its owner was told how this object ended before it was processed again: they are not told
    # once more.
    quiet: NotRequired[bool]
    # The version is over quota and its files are being deleted: steps write nothing for it.
    withdrawn: NotRequired[bool]
    # When its owner last asked to process it again. It makes the repetition of a retry one and the
    # same, and its end one that is told anew.
    retried_at: NotRequired[str]


# Ledger table: what one live object was charged. --------------------------------------------------


class LedgerRow(TypedDict):
    """The charge of an image's newest version.

    `bytes` is what it was charged. That is the size of the object, or `minimum_bytes` where that
    was the smallest charge then and is more. Releases before the smallest charge wrote none.
    """

    identity_id: str
    image: str
    version: str
    bytes: int
    minimum_bytes: NotRequired[int]
    etag: NotRequired[str]
    state: Charged
    held: NotRequired[Admission]  # the limit that the upload met, where it is held
    limit_bytes: NotRequired[int]
    limit_objects: NotRequired[int]  # instead of `limit_bytes`, where `held` is uploads-used
    brief: NotRequired[bool]  # it is held for a day, not for the grace period


# Usage table: a user's counters. ------------------------------------------------------------------


class UsageRow(TypedDict):
    """Counters of a user: of what is stored in the row `total`, of uploads in a row per period.

    The limits are the user's own, where an operator has set them.
    """

    identity_id: str
    period: str  # `total`, `2026-11` or `2026-11-24`
    stored_bytes: NotRequired[int]
    stored_objects: NotRequired[int]
    held_bytes: NotRequired[int]
    held_objects: NotRequired[int]
    limit_stored_bytes: NotRequired[int]
    uploaded_bytes: NotRequired[int]
    uploaded_objects: NotRequired[int]
    limit_uploaded_bytes: NotRequired[int]
    limit_uploaded_objects: NotRequired[int]


# Notifications table. -----------------------------------------------------------------------------


class NotificationItem(TypedDict):
    """What a user was told about one end of one version of an image.

    A digest is one mail about several notifications. Its id is the id of the notification whose
    message in the digest queue came out first.
    """

    identity_id: str
    notification_id: str  # begins with `sent_at`, so that it orders by time
    kind: Status  # how the version ended
    file_kind: NotRequired[Kind]  # missing in those of releases before kinds
    image: str
    version: str
    reason: NotRequired[str]
    message: str
    sent_at: str
    expiration: int  # Unix seconds

    # What the user says of it, as `accept` has checked it. In notifications of releases before the
    # answers table users wrote these three themselves, and may have written anything.
    seen_at: NotRequired[str]
    response: NotRequired[Response]
    responded_at: NotRequired[str]

    # What only functions read:
    told_in: NotRequired[str]  # the id of the digest that this notification belongs to
    told_at: NotRequired[str]  # on the digest's first notification: when the mail was sent
    # When a reminder is due, and the hour of that, which the index is by. Both go when it is sent.
    remind_at: NotRequired[str]
    remind_hour: NotRequired[str]
    reminded_at: NotRequired[str]


# Answers table: what users write. `accept` alone reads it, and deletes what it has read. ----------


class AnswerItem(TypedDict):
    """What a user says about what `about` names. They may have written anything."""

    identity_id: str
    about: str  # see `darkroom.people.answers`
    seen: NotRequired[Any]
    response: NotRequired[Any]
    muted: NotRequired[Any]
    favourite: NotRequired[Any]
    binned: NotRequired[Any]
    name: NotRequired[Any]
    cover: NotRequired[Any]
    rank: NotRequired[Any]
    gone: NotRequired[Any]


# Albums table. ------------------------------------------------------------------------------------


class AlbumItem(TypedDict):
    """An album. Which files are in it, and where, their own items say."""

    identity_id: str
    album_id: str
    name: str
    cover: NotRequired[str]  # the key of one of its owner's files, which may be gone
    made_at: str


# People table and connections table. --------------------------------------------------------------


class PersonItem(TypedDict):
    """What is known of a user besides their files."""

    identity_id: str
    subject: NotRequired[str]  # the user pool's name for their login: the claim `sub`
    former_identities: NotRequired[set[str]]  # which that login had before this one
    former_subject: NotRequired[str]  # the login that had this identity before another
    # A set of kinds of mails that they do not want. Before the answers table users wrote it
    # themselves, and may have written anything.
    muted: NotRequired[Any]
    albums: NotRequired[int]  # how many they have


class ConnectionItem(TypedDict):
    """An open page's connection of the live socket."""

    identity_id: str
    connection_id: str
    opened_at: NotRequired[int]  # Unix milliseconds; missing in those of releases before 0.2.0
    expiration: int  # Unix seconds


# Idempotency table: marks, each under an `id` with a prefix of its own. ---------------------------


class Mark(TypedDict):
    """What all marks have. Alone: `charged#<key>#<version>`, the upload was counted and the ledger
    has no row of it; and `settled#<message id>`, a dead letter of which its owner was told."""

    id: str
    expiration: NotRequired[int]  # Unix seconds


class TombstoneMark(Mark):
    """`removed#<key>`: everything of the key up to this version is deleted."""

    version: str


class ClaimMark(Mark):
    """`once#<name>`: an effect that happens once is being done, or `done`."""

    claimant: str
    claimed_until: int  # Unix milliseconds
    done: NotRequired[bool]


class TurnMark(Mark):
    """`turn`: in a small account, which run of relay passes a photo on."""

    holder: str
    until: int  # Unix milliseconds


class FailureMark(Mark):
    """`failure#<message id>`: the last failed attempt at a message."""

    attempts: int
    failed_at: str
    request_id: str
    error: str


class PassMark(Mark):
    """`pass#<user>`: this client of the user pool may sign in as the user, once."""

    client_id: str
    used: NotRequired[bool]


class NewcomerMark(Mark):
    """`newcomer#<subject>`: since when tokens are issued to a login of no known identity."""

    since: str


class RemedyMark(Mark):
    """`reconcile#<fault>#<key>#<version>`: how often a fault was put right, and when last."""

    attempts: int
    tried_at: str


class HaltMark(Mark):
    """`halt`: nothing is republished by itself, for this reason."""

    reason: str


class ProgressMark(Mark):
    """`reconcile#progress`: how far reconcile has come, and which run moves it on."""

    run: str
    leased_until: NotRequired[int]  # Unix seconds
    position: NotRequired[str]  # JSON


# Links table and sharers table, of the stack that shares. -----------------------------------------


class SharedFile(TypedDict):
    """A file that a link shows: this very object, under whatever version."""

    path: str  # the key below its owner's folder
    version: str
    etag: NotRequired[str]


class LinkItem(TypedDict):
    """A link that is open, or ended and not deleted yet. Its token is stored nowhere."""

    link_id: str  # the token's SHA-256
    identity_id: str
    title: str
    files: list[SharedFile]
    made_at: str
    ends_at: str
    expiration: int  # Unix seconds


class OpenLink(TypedDict):
    """A link as its owner is told of it."""

    title: str
    files: int
    made_at: str
    ends_at: str


class SharerItem(TypedDict):
    """Whoever has links: those that are open, by their ids, and maybe some that have ended."""

    identity_id: str
    links: dict[str, OpenLink]
    revision: str  # another one with each change
    expiration: int  # Unix seconds


# Processed topic. ---------------------------------------------------------------------------------


class Receipt(StepEntry):
    """What the last step to end publishes, last of all: it wakes notify."""

    identity_id: str
    image: str
    version: str
    step: str
