"""The watermark of a version: that of a picture, in the same place; nothing else changes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from darkroom.imaging.pixels.watermark import layer_of, watermarked
from darkroom.imaging.recipe import ImageMark, TextMark, Watermark
from darkroom.imaging.recipe.types import Position
from darkroom.media import MediaLimits, transcode
from darkroom.media.frames import Developer
from darkroom.media.overlay import overlay_of
from PIL import Image, ImageChops, ImageStat

from tests.unit.media.clips import X264, X265, encoded, mp4, scene, scenes
from tests.unit.media.reading import MemorySource, Played, played, strays, transcoded

SIZE = (320, 180)
TIME_BASE = Fraction(1, 1000)


def logo() -> bytes:
    """A red disc in a clear square, and half of it half clear."""
    disc = Image.new("L", (90, 60))
    disc.paste(255, (10, 10, 50, 50))
    disc.paste(128, (50, 10, 80, 50))
    picture = Image.new("RGBA", disc.size, (220, 30, 30, 0))
    picture.putalpha(disc)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


TEXT = Watermark(mark=TextMark("© Zoë"), opacity=0.8, size=0.3)
LOGO = Watermark(mark=ImageMark(logo()), position="top-right", opacity=0.7, size=0.25)


def developed(
    images: Iterator[Image.Image], folder: Path, watermark: Watermark | None, times: list[int]
) -> list[VideoFrame]:
    """Frames as they are encoded, before what H.264 loses."""
    overlay = None if watermark is None else overlay_of(watermark, SIZE)
    developer = Developer(SIZE, "yuv420p", folder, overlay)
    made = []
    for image, at in zip(images, times, strict=True):
        frame = VideoFrame.from_image(image)
        frame.pts, frame.time_base = at, TIME_BASE
        made.append(developer.develop(frame, TIME_BASE))
    return made


def planes(frame: VideoFrame) -> list[Image.Image]:
    """Light at its size, then both colours at half of it."""
    return [
        Image.frombuffer(
            "L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1
        )
        for plane in frame.planes
    ]


def as_frame(image: Image.Image) -> VideoFrame:
    """A picture as a frame, in which two by two pixels share a colour."""
    frame: VideoFrame = VideoFrame.from_image(image).reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    return frame


def covered(watermark: Watermark, size: tuple[int, int] = SIZE) -> tuple[int, int, int, int]:
    """The box of a watermark in a frame, whose corners are even."""
    box = layer_of(watermark, size).getbbox()
    assert box is not None
    return box[0] // 2 * 2, box[1] // 2 * 2, -(-box[2] // 2) * 2, -(-box[3] // 2) * 2


@pytest.mark.parametrize("position", get_args(Position))
@pytest.mark.parametrize("mark", [TEXT.mark, LOGO.mark], ids=["text", "logo"])
def test_frames_look_like_pictures_with_the_watermark(
    position: Position, mark: TextMark | ImageMark, tmp_path: Path
) -> None:
    watermark = Watermark(mark=mark, position=position, opacity=0.7, size=0.3)
    box = covered(watermark)

    [plain] = developed(scenes(1, SIZE), tmp_path, None, [0])
    [marked] = developed(scenes(1, SIZE), tmp_path, watermark, [0])

    expected = as_frame(watermarked(plain.to_image(), watermark))
    shown = 0.0
    for before, after, wanted, scale in zip(
        planes(plain), planes(marked), planes(expected), (1, 2, 2), strict=True
    ):
        left, top, right, bottom = (side // scale for side in box)
        part = left, top, right, bottom
        shown += strays(before.crop(part), after.crop(part))
        assert strays(after.crop(part), wanted.crop(part)) < 2
        changed = ImageChops.difference(before, after)
        changed.paste(0, part)
        assert changed.getbbox() is None
    assert shown > 8


def test_every_frame_is_marked_whatever_the_file_says_of_its_time(tmp_path: Path) -> None:
    times = [-5000, -4000, 0, 1, 2, 10**15]

    plain = developed(scenes(6, SIZE), tmp_path, None, times)
    marked = developed(scenes(6, SIZE), tmp_path, TEXT, times)

    assert [frame.pts for frame in marked] == times
    box = covered(TEXT)
    for before, after in zip(plain, marked, strict=True):
        assert strays(before.to_image().crop(box), after.to_image().crop(box)) > 8


def test_frames_are_marked_when_the_video_changes_size_as_it_goes(tmp_path: Path) -> None:
    images = [scene(0, (320, 180)), scene(1, (640, 360)), scene(2, (320, 180))]

    plain = developed(iter(images), tmp_path, None, [0, 1, 2])
    marked = developed(iter(images), tmp_path, TEXT, [0, 1, 2])

    box = covered(TEXT)
    for before, after in zip(plain, marked, strict=True):
        assert strays(before.to_image().crop(box), after.to_image().crop(box)) > 8


def test_overlay_is_no_larger_than_the_mark() -> None:
    overlay = overlay_of(TEXT, (1280, 720))

    assert overlay is not None
    assert overlay.frame.format.name == "yuva420p"
    assert overlay.frame.width < 0.32 * 1280
    assert overlay.frame.height < 0.25 * 720
    assert overlay.corner[0] % 2 == overlay.corner[1] % 2 == 0


def test_there_is_no_overlay_when_nothing_of_a_mark_would_be_seen() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (20, 20)).save(clear, "PNG")

    assert overlay_of(Watermark(mark=ImageMark(clear.getvalue())), SIZE) is None


def versions(data: bytes, folder: Path, watermark: Watermark) -> tuple[Played, Played]:
    """A video's version without and with a watermark."""
    made = []
    for name, mark in (("plain", None), ("marked", watermark)):
        (folder / name).mkdir()
        transcoded(data, folder / name, watermark=mark)
        made.append(played(folder / name / "web.mp4"))
    return made[0], made[1]


def light(frame: VideoFrame) -> Image.Image:
    return planes(frame)[0]


def has_the_mark_alone(plain: VideoFrame, marked: VideoFrame, watermark: Watermark) -> bool:
    """Whether two frames are alike but for the mark; H.264 loses some of both."""
    before, after = light(plain), light(marked)
    expected = light(as_frame(watermarked(plain.to_image(), watermark)))
    box = covered(watermark, before.size)
    near = strays(after.crop(box), expected.crop(box))
    shown = strays(before.crop(box), expected.crop(box))
    beside = ImageChops.difference(before, after)
    beside.paste(0, (box[0] - 16, box[1] - 16, box[2] + 16, box[3] + 16))
    return near < shown / 4 and ImageStat.Stat(beside).mean[0] < 1


@pytest.mark.parametrize(
    "made",
    [
        {"turned": 90}, {"turned": 180}, {"turned": 270},
        {"codec": "libx265", "options": X265, "pixels": "yuv420p10le", "colours": (9, 18)},
        {"times": [n * (n + 10) / 300 for n in range(20)]},
    ],
    ids=["on its side", "upside down", "on its other side", "in HLG", "variable rate"],
)  # fmt: skip
def test_version_has_the_mark_and_is_as_without_it(made: dict[str, object], tmp_path: Path) -> None:
    settings = {"format_": "mov", "codec": "libx264", "options": X264, **made}
    data = encoded(**settings)  # type: ignore[arg-type]

    plain, marked = versions(data, tmp_path, TEXT)

    assert marked.times == plain.times
    assert (marked.sound_seconds, marked.tracks) == (plain.sound_seconds, plain.tracks)
    assert [frame.rotation for frame in marked.frames] == [0] * 20
    first, second = plain.frames[5], marked.frames[5]
    assert (second.width, second.height) == (first.width, first.height)
    assert (second.color_primaries, second.color_trc, second.colorspace) == (1, 1, 1)
    for number in (0, 5, 19):
        assert has_the_mark_alone(plain.frames[number], marked.frames[number], TEXT)


def test_video_has_a_version_when_it_is_to_be_marked_though_browsers_play_it(
    tmp_path: Path,
) -> None:
    assert transcoded(mp4(), tmp_path, short_edge=720)["plan"]["reason"] == "web-ready"

    made = transcoded(mp4(), tmp_path, short_edge=720, watermark=TEXT)

    assert made["plan"]["reason"] is None
    assert (made["plan"]["width"], made["plan"]["height"]) == (320, 240)
    assert made["made"]["frames"] == 20


@pytest.mark.parametrize("watermark", [TEXT, LOGO], ids=["text", "logo"])
def test_process_without_credentials_draws_the_same(watermark: Watermark, tmp_path: Path) -> None:
    plain, _ = versions(mp4(), tmp_path, watermark)

    made = transcode(
        MemorySource(mp4()), tmp_path, MediaLimits(), short_edge=180, watermark=watermark
    )

    assert made.path is not None
    assert made.path.read_bytes() == (tmp_path / "marked" / "web.mp4").read_bytes()
    assert has_the_mark_alone(plain.frames[5], played(made.path).frames[5], watermark)
