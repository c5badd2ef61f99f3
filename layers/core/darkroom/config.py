"""What each function reads from its environment: typed, validated once, all mistakes at once.

A field's name in lower case is the variable's name in upper case. `CONFIGS` says which function
uses which class; the template's tests hold both sides together. Nobody prints or compares them:
without `__repr__` and `__eq__` making all these classes takes half as much of a cold start.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, Literal, NewType, TypeVar, get_args, get_origin, get_type_hints

from darkroom.bounds import Between
from darkroom.errors import DarkroomError
from darkroom.kinds import Kind


class ConfigError(DarkroomError):
    """The environment does not describe a working function; the message lists every mistake."""


Percent = Annotated[int, Between(1, 100)]
Quality = Annotated[int, Between(1, 100)]
Edge = Annotated[int, Between(16, 16383)]  # 16,383 is the longest edge a WebP can have
Count = Annotated[int, Between(1, 2**53)]
StepKinds = dict[str, Kind | None]  # by a step's name; None where it is for any kind
ANY = "any"  # a step for files of every kind
RecipesJson = NewType("RecipesJson", str)  # checked; darkroom.imaging.recipe.reader reads it
PhotoFormat = Literal["jpeg", "webp", "avif"]


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class RecordsConfig:
    """What `ImageRecords` needs."""

    images_table: str
    idempotency_table: str
    steps: StepKinds
    keep_other_files: Literal["true", "false"]


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class QuotaRules:
    """How much a user may have, and for how long."""

    quota_mode: Literal["track", "enforce"]
    quota_period: Literal["month", "day"]
    quota_stored_bytes: Count
    quota_uploaded_bytes: Count
    quota_uploaded_objects: Count


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class LedgerConfig(QuotaRules):
    """What `Ledger` needs."""

    people_table: str
    over_quota_grace_days: Annotated[int, Between(1, 365)]
    quota_minimum_bytes: Annotated[int, Between(0, 2**53)]
    quota_first_bytes: Count
    usage_table: str
    ledger_table: str
    idempotency_table: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class NotificationsConfig:
    """What `Notifications` needs."""

    notifications_table: str
    idempotency_table: str
    notifications_topic_arn: str
    notification_retention_days: Annotated[int, Between(1, 3650)]


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class RelayConfig(RecordsConfig):
    uploads_topic_arn: str
    removals_topic_arn: str
    small_account: Literal["true", "false"]


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class OutputsConfig(RecordsConfig):
    """What those need who also know what was made."""

    processed_bucket: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class StepConfig(OutputsConfig):
    """What every processor needs to record its step."""

    processed_topic_arn: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class FileConfig(StepConfig):
    """What every processor that reads an upload whole needs besides."""

    max_upload_bytes: Count


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ImageConfig(FileConfig):
    """What every processor that reads pixels needs besides: the limits of a picture."""

    max_jpeg_pixels: Count
    max_pixels: Count
    max_frames: Count
    max_total_frame_pixels: Count
    max_edge_pixels: Count
    max_decoding_bytes: Count


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class RenditionsConfig:
    """What those need who make the renditions that galleries show."""

    rendition_edges_pixels: tuple[Edge, ...]
    rendition_formats: tuple[PhotoFormat, ...]
    jpeg_quality: Quality
    webp_quality: Quality


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ThumbnailConfig(ImageConfig, RenditionsConfig):
    recipes: RecipesJson = RecipesJson("")  # text


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class MarkConfig(OutputsConfig):
    """What those need who draw the watermark."""

    watermark_text: str
    watermark_image_key: str = ""
    watermark_position: Literal[
        "top-left", "top", "top-right", "left", "center", "right",
        "bottom-left", "bottom", "bottom-right", "tile",
    ]  # fmt: skip
    watermark_opacity_percent: Percent
    watermark_size_percent: Percent


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class WatermarkConfig(ImageConfig, MarkConfig):
    watermark_edge_pixels: Edge
    jpeg_quality: Quality


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class TranscodeConfig(ImageConfig):
    web_format: PhotoFormat
    web_quality: Quality


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class MetadataConfig(ImageConfig):
    pass


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ProfileConfig(StepConfig):
    max_table_bytes: Count


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ProbeConfig(StepConfig, RenditionsConfig):
    max_video_bytes: Count


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ConvertConfig(StepConfig, MarkConfig):
    max_video_bytes: Count
    max_video_seconds: Count
    video_edge_pixels: Annotated[int, Between(120, 1080)]
    video_watermark: Literal["true", "false"]
    queue_url: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class QuotaConfig(StepConfig, LedgerConfig):
    pass


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class NotifyConfig(RecordsConfig, NotificationsConfig):
    pass


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class CleanupConfig(OutputsConfig):
    pass


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class RetryConfig(RecordsConfig, LedgerConfig, NotificationsConfig):
    uploads_bucket: str
    uploads_topic_arn: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class FailConfig(OutputsConfig, NotificationsConfig):
    dead_letter_queues: tuple[str, ...]  # each <step>=<URL>


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class DigestConfig:
    notifications_table: str
    people_table: str
    idempotency_table: str
    messages_topic_arn: str
    reminder_minutes: Annotated[int, Between(0, 43200)]  # 0 is never


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class RemindConfig:
    notifications_table: str
    people_table: str
    messages_topic_arn: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class AcceptConfig:
    answers_table: str
    notifications_table: str
    people_table: str
    images_table: str
    albums_table: str
    bin_days: Annotated[int, Between(0, 365)]  # 0: there is no bin


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class EmptyConfig:
    images_table: str
    idempotency_table: str
    uploads_bucket: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class AdmitConfig(QuotaRules):
    people_table: str
    usage_table: str
    idempotency_table: str
    logins_topic_arn: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class IntroduceConfig:
    people_table: str
    idempotency_table: str
    user_pool_id: str
    user_pool_provider: str
    introduction_client_id: str
    identity_pool_id: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class VouchConfig:
    idempotency_table: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ConnectConfig:
    connections_table: str
    people_table: str
    live_api_url: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class LiveConfig:
    connections_table: str
    live_api_url: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ReconcileConfig:
    images_table: str
    ledger_table: str
    usage_table: str
    idempotency_table: str
    uploads_bucket: str
    processed_bucket: str
    uploads_topic_arn: str
    removals_topic_arn: str
    people_table: str
    user_pool_id: str
    reconcile_grace_seconds: Count
    reconcile_max_images: Count


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class DatabaseConfig:
    """Where the catalogue is, and how to get in."""

    database_endpoint: str  # a host, or a host and a port
    database_name: str
    database_user: str
    database_login: Literal["dsql", "rds", "secret"]
    database_tls: Literal["verify-full", "require", "disable"]
    database_secret_arn: str = ""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class CatalogueConfig(DatabaseConfig):
    images_table: str
    notifications_table: str
    idempotency_table: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class MigrateConfig(DatabaseConfig):
    writer_role_arn: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class FollowConfig:
    queue_url: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class EngineConfig:
    """What says where indexes are; `search_endpoint` is the URL of OpenSearch, where it is used."""

    index_bucket: str
    search_engine: Literal["index", "opensearch"]
    search_endpoint: str = ""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class IndexConfig(EngineConfig):
    images_table: str
    idempotency_table: str
    processed_bucket: str
    queue_url: str
    search_index_name: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class SearchConfig(EngineConfig):
    images_table: str
    queue_url: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ShareConfig:
    images_table: str
    links_table: str
    sharers_table: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ShowConfig:
    images_table: str
    links_table: str
    processed_bucket: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class DescribeConfig:
    images_table: str
    idempotency_table: str
    processed_bucket: str
    tables_bucket: str
    database_prefix: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class AskConfig:
    tables_bucket: str
    database_prefix: str
    counts_table: str
    owner_role_arn: str
    workgroup: str
    questions_per_day: Count


# Of the stacks of stacks/, which are deployed beside it.
CATALOGUE_CONFIGS: dict[str, type] = {
    "catalogue": CatalogueConfig,
    "migrate": MigrateConfig,
    "follow": FollowConfig,
}
SEARCH_CONFIGS: dict[str, type] = {"index": IndexConfig, "search": SearchConfig}
SHARE_CONFIGS: dict[str, type] = {"share": ShareConfig, "show": ShowConfig}
ATHENA_CONFIGS: dict[str, type] = {"describe": DescribeConfig, "ask": AskConfig}

CONFIGS: dict[str, type] = {
    "relay": RelayConfig,
    "thumbnail": ThumbnailConfig,
    "watermark": WatermarkConfig,
    "transcode": TranscodeConfig,
    "metadata": MetadataConfig,
    "profile": ProfileConfig,
    "probe": ProbeConfig,
    "convert": ConvertConfig,
    "quota": QuotaConfig,
    "notify": NotifyConfig,
    "fail": FailConfig,
    "cleanup": CleanupConfig,
    "retry": RetryConfig,
    "digest": DigestConfig,
    "remind": RemindConfig,
    "accept": AcceptConfig,
    "empty": EmptyConfig,
    "admit": AdmitConfig,
    "introduce": IntroduceConfig,
    "vouch": VouchConfig,
    "connect": ConnectConfig,
    "live": LiveConfig,
    "reconcile": ReconcileConfig,
}

Config = TypeVar("Config")


def load(kind: type[Config], environ: Mapping[str, str] | None = None) -> Config:
    """The environment as a `kind`.

    Raises:
        ConfigError: naming every variable that is missing or wrong, and what would be right.
    """
    source = os.environ if environ is None else environ
    hints = get_type_hints(kind, include_extras=True)
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    for field in fields(kind):  # type: ignore[arg-type]  # every class of CONFIGS is a dataclass
        name = field.name.upper()
        may_be_empty = field.default is not MISSING
        if name not in source or (source[name] == "" and not may_be_empty):
            if not may_be_empty:
                mistakes.append(f"{name} is not set")
            continue
        try:
            values[field.name] = _parse(hints[field.name], source[name])
        except ValueError as error:
            mistakes.append(f"{name}={source[name]!r}: {error}")
    if mistakes:
        raise ConfigError(f"{kind.__name__}: " + "; ".join(mistakes))
    return kind(**values)


def _parse(hint: Any, text: str) -> Any:
    if hint is RecipesJson:
        from darkroom.imaging.recipe.reader import read_recipes  # which most functions never need

        read_recipes(text)
        return text
    if get_origin(hint) is dict:
        kinds = dict(_step_kind(part) for part in _parts(text))
        if None not in kinds.values():
            raise ValueError(f"expected a step for {ANY}: by it a file of no known kind ends")
        return kinds
    if get_origin(hint) is tuple:
        return tuple(_parse(get_args(hint)[0], part) for part in _parts(text))
    if get_origin(hint) is Annotated:
        base, bounds = get_args(hint)
        value = _parse(base, text)
        if not bounds.low <= value <= bounds.high:
            raise ValueError(f"expected {bounds.low} to {bounds.high}")
        return value
    if get_origin(hint) is Literal:
        if text not in get_args(hint):
            raise ValueError(f"expected one of {', '.join(get_args(hint))}")
        return text
    if hint is int:
        try:
            return int(text)
        except ValueError:
            raise ValueError("expected a whole number") from None
    return text


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ValueError("expected at least one value")
    return parts


def _step_kind(text: str) -> tuple[str, Kind | None]:
    """A step's name and the kind of files that it is for, of `thumbnail:picture` or `quota:any`."""
    name, _, kind = text.partition(":")
    if not name or kind not in (ANY, *Kind):
        raise ValueError(f"expected each as <step>:<kind>, with a kind of {ANY}, {', '.join(Kind)}")
    return name, None if kind == ANY else Kind(kind)
