"""An animation stays one: its frames, durations and loops, upright, in sRGB, at a bounded size."""

from __future__ import annotations

import struct
from typing import Any

import piexif
import pytest
from darkroom.errors import PermanentError
from PIL import Image

from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.pictures import (
    QUARTERS,
    STORED,
    differences,
    encoded,
    largest_difference,
    opened,
    photo,
    png_chunk,
    quartered,
    quarters,
    rendered,
)


def animation(format_: str, frames: list[Image.Image], durations: Any, **options: Any) -> bytes:
    if format_ == "WEBP":
        options["lossless"] = True
    more = {"save_all": True, "append_images": frames[1:], "duration": durations}
    return encoded(frames[0], format_, **more, **options)


def coloured(format_: str, durations: list[int], **options: Any) -> bytes:
    colours = ["red", "lime", "blue", "white", "black"]
    frames = [Image.new("RGB", (90, 60), colours[n % 5]) for n in range(len(durations))]
    return animation(format_, frames, durations, **options)


def kept(data: bytes, **wanted: Any) -> tuple[list[Image.Image], list[int], int]:
    """The frames, durations and loops of the animation that is made of another."""
    wanted = {"width": 90, "quality": 90} | wanted
    made = rendered(data, animated=True, format="webp", **wanted)
    picture = opened(made.data)
    frames, durations = [], []
    for index in range(made.frames):
        picture.seek(index)
        frames.append(picture.convert("RGBA"))
        durations.append(int(picture.info["duration"]))
    return frames, durations, int(picture.info["loop"])


@pytest.mark.parametrize(
    ("format_", "expected_loops"),
    [("GIF", 3), ("PNG", 3), ("WEBP", 3), ("AVIF", 0)],  # Pillow writes no loops of an AVIF
)
def test_animation_stays_one_when_it_is(format_: str, expected_loops: int) -> None:
    data = coloured(format_, [100, 250, 70], loop=3)
    frames, durations, loops = kept(data, width=30, height=30, resize="cover")
    assert [frame.size for frame in frames] == [(30, 30)] * 3
    assert [quarters(frame)[0] for frame in frames] == ["red", "lime", "blue"]
    assert (durations, loops) == ([100, 250, 70], expected_loops)


def test_animation_is_played_once_when_a_gif_does_not_say_how_often() -> None:
    assert kept(coloured("GIF", [100, 100]))[2] == 1


def test_animation_is_played_as_often_as_a_webp_can_say_when_it_asks_for_more() -> None:
    assert kept(coloured("PNG", [100, 100], loop=70_000))[2] == 65_535


@pytest.mark.parametrize("orientation", [3, 6])
@pytest.mark.parametrize("format_", ["WEBP", "PNG"])
def test_animation_is_upright_when_it_is_stored_turned(format_: str, orientation: int) -> None:
    turn = STORED[orientation]
    assert turn is not None
    frame = quartered().transpose(turn)
    other = frame.copy()
    other.putpixel((0, 0), (1, 2, 3))  # or both would be one frame
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}})

    frames, _, _ = kept(animation(format_, [frame, other], 100, exif=exif), width=96, height=96)

    assert [frame.size for frame in frames] == [(96, 64)] * 2
    assert [quarters(frame) for frame in frames] == [QUARTERS] * 2


def test_frames_stay_seven_minutes_when_they_ask_for_weeks() -> None:
    """In all they asked for more milliseconds than the encoder can count."""
    data = coloured("AVIF", [100, 100, 100])
    times = b"stts" + struct.pack(">III", 0, 1, 3)  # three frames of as many milliseconds:
    assert times + struct.pack(">I", 100) in data
    endless = data.replace(times + struct.pack(">I", 100), times + struct.pack(">I", 2**31 - 1))

    assert kept(endless)[1] == [429_496] * 3


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP", "AVIF"])
def test_first_frames_are_kept_when_there_are_more_than_the_recipe_takes(format_: str) -> None:
    frames, durations, _ = kept(coloured(format_, [100, 250, 70, 40]), frames=2)
    assert [quarters(frame)[0] for frame in frames] == ["red", "lime"]
    assert durations == [100, 250]


def test_first_frame_is_taken_when_nobody_asked_for_movement() -> None:
    made = rendered(coloured("GIF", [100] * 3), width=30)
    assert (made.frames, quarters(opened(made.data))) == (1, ["red"] * 4)


def test_frames_without_a_duration_last_as_in_browsers_when_they_are_kept() -> None:
    assert kept(coloured("GIF", [0, 10, 50]))[1] == [100, 100, 50]
    assert kept(coloured("PNG", [9, 10, 11]))[1] == [100, 100, 11]


def test_animation_is_scaled_down_when_its_frames_are_many_and_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("darkroom.imaging.animation._MAX_PIXELS", 60_000)
    data = coloured("GIF", [50] * 20)  # 108,000 pixels in all
    frames, _, _ = kept(data, width=16383, height=16383)
    width, height = frames[0].size
    assert len(frames) == 20
    assert 50_000 < width * height * 20 <= 60_000
    assert width / height == pytest.approx(1.5, abs=0.03)


@pytest.mark.parametrize(
    ("original", "wanted", "most", "size"),
    [
        ((90, 60), {}, 1_350, (45, 30)),
        ((90, 60), {}, 5_400, (90, 60)),
        # What is decoded counts, of which less is kept.
        ((90, 60), {"width": 10, "height": 60, "resize": "cover"}, 1_350, (5, 30)),
        # So does what is placed on a larger canvas, or made up.
        ((90, 60), {"width": 200, "height": 100, "resize": "contain"}, 5_000, (100, 50)),
        ((90, 60), {"width": 200, "height": 100, "resize": "contain"}, 40_000, (200, 100)),
        ((400, 1), {"width": 400, "height": 1, "resize": "contain"}, 100, (200, 1)),
    ],
)
def test_frame_is_scaled_down_when_it_alone_is_large(
    original: tuple[int, int],
    wanted: dict[str, Any],
    most: int,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("darkroom.imaging.animation._MAX_FRAME_PIXELS", most)
    colours = ("red", "lime")
    data = animation("PNG", [Image.new("RGB", original, colour) for colour in colours], 100)
    frames, _, _ = kept(data, **{"width": original[0]} | wanted)
    assert [frame.size for frame in frames] == [size] * 2


def test_picture_does_not_jump_when_what_draws_attention_moves() -> None:
    frames = [Image.new("RGB", (300, 100), (90, 110, 130)) for _ in range(2)]
    for frame, left in zip(frames, (0, 200), strict=True):
        frame.paste(quartered(90, 90), (left + 5, 5))
    made, _, _ = kept(
        animation("PNG", frames, 100), width=100, height=100, resize="cover", gravity="attention"
    )
    assert quarters(made[0]) == QUARTERS
    assert set(quarters(made[1])) & set(QUARTERS) == set()


def test_author_is_kept_and_no_more_when_an_animation_names_one() -> None:
    exif = piexif.dump({"0th": {0x013B: b"Ann Author", 0x010F: b"Camera"}})
    made = rendered(coloured("PNG", [50, 50], exif=exif), animated=True, format="webp", width=90)
    assert dict(opened(made.data).getexif()) == {0x013B: "Ann Author"}


def test_clear_frames_stay_clear_when_an_animation_is_kept() -> None:
    frames = [Image.new("RGBA", (40, 40), colour) for colour in ((255, 0, 0, 255), (0, 0, 0, 0))]
    made, _, _ = kept(animation("WEBP", frames, 90))
    assert [frame.getchannel("A").getextrema() for frame in made] == [(255, 255), (0, 0)]


def test_colours_are_converted_when_an_animation_has_a_profile() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ((200, 60, 60), (60, 200, 60))]
    icc = DISPLAY_P3.profile()
    still = opened(
        rendered(encoded(frames[1], "PNG", icc_profile=icc), width=40, format="png").data
    )

    made, _, _ = kept(animation("PNG", frames, 90, icc_profile=icc), width=40, quality=100)

    assert max(differences(made[1].convert("RGB"), still).mean) < 4
    assert max(differences(made[1].convert("RGB"), frames[1]).mean) > 8


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("harm", ["cut", "broken"])
def test_whole_frames_are_kept_when_the_last_is_not(format_: str, harm: str) -> None:
    frames = [photo(90, 60).rotate(90 * n) for n in range(4)]
    data = animation(format_, frames, 100)
    if harm == "cut":
        harmed = data[: len(data) * 15 // 16]
    else:
        at = len(data) * 15 // 16
        harmed = data[:at] + bytes(20) + data[at + 20 :]

    still = opened(rendered(harmed, width=90, format="png").data)
    made, _, _ = kept(harmed)

    assert largest_difference(still, opened(rendered(data, width=90, format="png").data)) == 0
    assert len(made) in ((2, 3) if harm == "cut" else (2, 3, 4))


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP"])
def test_frames_that_are_there_are_kept_when_an_animation_says_more(format_: str) -> None:
    data = animation(format_, [photo(90, 60).rotate(90 * n) for n in range(3)], 100)
    if format_ == "PNG":
        at = data.index(b"acTL")
        more = png_chunk(b"acTL", struct.pack(">II", 9, 0))
        data = data[: at - 4] + more + data[at + 16 :]
    frame = {"GIF": b"!\xf9\4", "PNG": b"\0\0\0\x1afcTL", "WEBP": b"ANMF"}[format_]

    made, _, _ = kept(data[: data.rindex(frame)])

    assert len(made) == 2


def test_photo_is_cut_short_when_not_even_its_first_frame_is_whole() -> None:
    for format_ in ("GIF", "PNG", "WEBP"):
        data = animation(format_, [photo(90, 60).rotate(90 * n) for n in range(3)], 100)
        assert refusal_of(data[: len(data) // 5]) == "truncated"


def refusal_of(data: bytes) -> str:
    with pytest.raises(PermanentError) as caught:
        rendered(data, animated=True, format="webp")
    return caught.value.code


def test_canvas_is_clear_where_no_frame_is_when_a_gif_begins_with_a_part() -> None:
    """Whatever its background colour is; so browsers show it."""
    frame = Image.new("RGB", (30, 20), "red")
    other = Image.new("RGB", (30, 20), "blue")
    data = bytearray(animation("GIF", [frame, other], 100))
    data[6:10] = struct.pack("<HH", 90, 60)
    for _ in range(2):
        at = data.index(b",\0\0\0\0")
        data[at + 1 : at + 5] = struct.pack("<HH", 40, 30)
    data[11] = 1

    still = opened(rendered(bytes(data), width=90, format="png").data).convert("RGBA")
    made, _, _ = kept(bytes(data), quality=100)

    for picture, colour in ((still, (255, 0, 0)), (made[0], (255, 0, 0)), (made[1], (0, 0, 255))):
        assert picture.getchannel("A").getpixel((5, 5)) == 0
        assert picture.getpixel((55, 40)) == pytest.approx((*colour, 255), abs=6)


def test_canvas_is_clear_where_no_frame_is_when_a_webp_names_a_background() -> None:
    canvas = Image.new("RGBA", (90, 60))
    canvas.paste("red", (40, 30, 70, 50))
    frames = [canvas, Image.new("RGBA", (90, 60), "blue")]
    data = animation("WEBP", frames, 100, background=(0, 255, 0, 255))
    assert data[data.index(b"ANIM") + 8 :][:4] == bytes([0, 255, 0, 255])

    still = opened(rendered(data, width=90, format="png").data)
    made, _, _ = kept(data)

    for picture in (still, made[0]):
        assert picture.getchannel("A").getpixel((5, 5)) == 0
