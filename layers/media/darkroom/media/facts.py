"""What a video is: read from its head and its first frame."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from av.video.frame import VideoFrame
from darkroom.kinds import VideoFormat
from darkroom.media import boxes
from darkroom.media.colours import Hdr, hdr_of
from darkroom.media.container import UNDECODABLE, Video
from darkroom.media.size import quarter_turn, upright
from darkroom.media.tags import Place, read_tags

_BOXED = {VideoFormat.MP4, VideoFormat.MOV, VideoFormat.THREE_GP}
_MOST_BROKEN = 50  # packets before the first frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a video; None where the file does not say."""

    format: str
    bytes: int
    width: int
    """Upright, as people see it; `stored_width` is before it is turned, in stored pixels."""
    height: int
    stored_width: int
    stored_height: int
    turned_degrees: int
    """How far it is turned counter-clockwise to be shown: 0, 90, 180 or 270."""
    seconds: float | None
    frame_rate: float | None
    """Pictures a second, on average."""
    bit_rate: int | None
    """Bits a second, sound included."""
    video_codec: str
    pixel_format: str | None
    hdr: Hdr | None
    audio_codec: str | None
    audio_channels: int | None
    index_first: bool
    """Whether a player can start before it has the whole file."""
    taken_at: str | None
    camera: str | None
    place: Place | None

    def to_dict(self) -> dict[str, Any]:
        """The whole document, ready for JSON; what is not known is left out."""
        document = dataclasses.asdict(self)
        return {name: fact for name, fact in document.items() if fact is not None}

    @classmethod
    def of_dict(cls, document: Mapping[str, Any]) -> Facts:
        """The facts that `to_dict` wrote."""
        values = {field.name: document.get(field.name) for field in dataclasses.fields(cls)}
        if values["place"]:
            values["place"] = Place(**values["place"])
        return cls(**values)  # type: ignore[arg-type]  # as they were


def read_facts(video: Video) -> Facts:
    """The facts of an open video. Decodes its first frame.

    Raises:
        CorruptVideo, VideoCutOff: there is no frame to decode.
    """
    first = first_frame(video)
    track, context = video.picture, video.picture.codec_context
    width, height = upright(first.width, first.height, context.sample_aspect_ratio, first.rotation)
    seconds = video.seconds
    rate = track.average_rate or track.guessed_rate
    sound = video.sound
    tags = read_tags({**track.metadata, **video.container.metadata})
    is_boxed = video.format in _BOXED
    return Facts(
        format=video.format.value,
        bytes=video.size,
        width=width,
        height=height,
        stored_width=first.width,
        stored_height=first.height,
        turned_degrees=quarter_turn(first.rotation),
        seconds=round(seconds, 3) if seconds else None,
        frame_rate=round(float(rate), 3) if rate else None,
        bit_rate=round(video.size * 8 / seconds) if seconds else None,
        video_codec=context.codec.canonical_name,
        pixel_format=context.pix_fmt,
        hdr=hdr_of(first.color_trc),
        audio_codec=sound.codec_context.codec.canonical_name if sound else None,
        audio_channels=sound.codec_context.layout.nb_channels if sound else None,
        index_first=boxes.index_comes_first(video.file, video.size) if is_boxed else True,
        taken_at=tags.taken_at,
        camera=tags.camera,
        place=tags.place,
    )


def first_frame(video: Video) -> VideoFrame:
    """The first frame that can be decoded.

    Raises:
        CorruptVideo, VideoCutOff: there is none.
    """
    broken = 0
    for packet in video.container.demux(video.picture):
        try:
            for frame in video.picture.decode(packet):
                return frame
        except UNDECODABLE:
            broken += 1
            if broken > _MOST_BROKEN:
                break
    raise video.refusal()
