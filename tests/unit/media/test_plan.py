"""Whether a version is made, at which size, and what that is going to take."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from darkroom.media.facts import Facts
from darkroom.media.limits import MediaLimits
from darkroom.media.plan import plan_of
from darkroom.media.size import fitted, upright
from darkroom.media.timing import TICKS, Pace
from hypothesis import given, settings
from hypothesis import strategies as st

PHONE = Facts(
    format="mov", bytes=40_000_000, width=1920, height=1080, stored_width=1920, stored_height=1080,
    turned_degrees=0, seconds=20.0, frame_rate=30.0, bit_rate=16_000_000, video_codec="hevc",
    pixel_format="yuv420p10le", hdr=None, audio_codec="aac", audio_channels=2, index_first=False,
    taken_at=None, camera=None, place=None,
)  # fmt: skip
WEB = replace(
    PHONE, format="mp4", width=1280, height=720, stored_width=1280, stored_height=720,
    bit_rate=2_500_000, video_codec="h264", pixel_format="yuv420p", index_first=True,
)  # fmt: skip
SIZES = st.integers(2, 8192)


def reason(facts: Facts, limits: MediaLimits | None = None) -> str | None:
    return plan_of(facts, limits or MediaLimits(), 720).reason


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"width": 720, "height": 1280}, {"width": 640, "height": 360}, {"audio_codec": None},
        {"format": "webm", "video_codec": "vp9", "audio_codec": "opus"}, {"seconds": 7200.0},
    ],
    ids=str,
)  # fmt: skip
def test_no_version_is_made_when_browsers_play_the_video_as_it_is(changes: dict[str, Any]) -> None:
    assert reason(replace(WEB, **changes)) == "web-ready"


def test_marked_video_has_a_version_though_browsers_play_it_unless_it_is_too_long() -> None:
    assert plan_of(WEB, MediaLimits(), 720).reason == "web-ready"
    assert plan_of(WEB, MediaLimits(), 720, is_marked=True).reason is None
    long = plan_of(replace(WEB, seconds=601.0), MediaLimits(), 720, is_marked=True)
    assert (long.reason, long.message is None) == ("too-long", False)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "mov"}, {"format": "mkv"}, {"video_codec": "hevc"}, {"video_codec": "mpeg4"},
        {"audio_codec": "ac3"}, {"pixel_format": "yuv422p"}, {"pixel_format": "yuv420p10le"},
        {"hdr": "hlg"}, {"index_first": False}, {"bit_rate": 20_000_000}, {"bit_rate": None},
        {"width": 1920, "height": 1080}, {"width": 1282, "height": 720}, {"frame_rate": 120.0},
        {"format": "webm", "video_codec": "h264"},
    ],
    ids=str,
)  # fmt: skip
def test_version_is_made_when_a_browser_would_not_play_the_video(changes: dict[str, Any]) -> None:
    assert reason(replace(WEB, **changes)) is None


def test_video_is_too_long_at_the_limit_alone() -> None:
    assert reason(replace(PHONE, seconds=600.0)) is None
    assert reason(replace(PHONE, seconds=600.1)) == "too-long"


def test_video_is_too_long_when_its_work_does_not_fit_the_time() -> None:
    large = replace(
        PHONE, width=7680, height=4320, stored_width=7680, stored_height=4320, seconds=300.0
    )
    plan = plan_of(large, MediaLimits(), 720)

    assert plan.reason == "too-long"
    assert plan.message is not None
    assert plan.message.startswith("This video of 5:00 is too large to be converted in the time")
    assert plan.work_seconds is not None
    assert plan.work_seconds > 840
    assert reason(replace(large, seconds=30.0)) is None


def test_video_is_too_long_when_its_bytes_do_not_come_in_the_time() -> None:
    assert reason(replace(PHONE, seconds=60.0, bytes=4_000_000_000)) is None
    assert reason(replace(PHONE, seconds=60.0, bytes=40_000_000_000)) == "too-long"


def test_more_work_is_predicted_for_more_pixels_frames_codecs_and_hdr() -> None:
    def work(**changes: Any) -> float:
        return plan_of(replace(PHONE, **changes), MediaLimits(), 720).work_seconds or 0.0

    usual = work()
    assert work(seconds=40.0) == pytest.approx(2 * usual, abs=0.1)
    assert work(frame_rate=60.0) == pytest.approx(2 * usual, abs=0.1)
    assert work(video_codec="h264") < usual < work(video_codec="unheard-of")
    assert work(hdr="hlg") > usual
    assert work(stored_width=3840, stored_height=2160) > usual
    # Frames above 60 a second are read and left out.
    assert work(frame_rate=240.0) < 8 * usual
    assert plan_of(replace(PHONE, seconds=None), MediaLimits(), 720).work_seconds is None


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((3840, 2160), (1280, 720)), ((2160, 3840), (720, 1280)), ((1440, 1080), (960, 720)),
        ((3840, 1600), (1280, 534)), ((320, 240), (320, 240)), ((641, 361), (640, 360)),
        ((8192, 2), (1280, 2)),
    ],
    ids=str,
)  # fmt: skip
def test_version_fits_a_screen(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert fitted(*size, 720) == expected


@settings(deadline=None)
@given(SIZES, SIZES, st.integers(100, 2160))
def test_version_is_even_and_never_larger(width: int, height: int, edge: int) -> None:
    made = fitted(width, height, edge)
    assert not made[0] % 2
    assert not made[1] % 2
    assert made[0] <= width + 1
    assert made[1] <= height + 1
    assert min(made) <= edge + 1
    assert max(made) <= edge * 16 / 9 + 1


@pytest.mark.parametrize(
    ("aspect", "turn", "expected"),
    [
        (None, 0, (720, 576)), (Fraction(16, 15), 0, (768, 576)),
        (Fraction(16, 15), 90, (576, 768)),
        (Fraction(0), 0, (720, 576)), (Fraction(1000), 0, (720, 576)), (None, 270, (576, 720)),
        (None, 180, (720, 576)),
    ],
    ids=str,
)  # fmt: skip
def test_size_is_as_people_see_it(
    aspect: Fraction | None, turn: int, expected: tuple[int, int]
) -> None:
    assert upright(720, 576, aspect, turn) == expected


TIMES = st.lists(st.fractions(0, 3, max_denominator=1000), max_size=300)


@settings(deadline=None)
@given(TIMES, st.sampled_from([1, 24, 60]))
def test_times_rise_and_no_second_has_more_frames_than_it_may(
    times: list[Fraction], most: int
) -> None:
    pace = Pace(most)
    kept = [ticks for ticks in map(pace.ticks, times) if ticks is not None]
    assert kept == sorted(set(kept))
    for first in kept:
        assert sum(first <= ticks < first + TICKS for ticks in kept) <= most + 2


@settings(deadline=None)
@given(st.integers(1, 60))
def test_every_frame_is_kept_when_there_are_no_more_than_may_be(rate: int) -> None:
    pace = Pace(60)
    times = [Fraction(n, rate) for n in range(100)]
    assert [pace.ticks(time) for time in times] == [round(time * TICKS) for time in times]
    rounded = Pace(60)  # as Matroska writes them
    assert None not in [rounded.ticks(Fraction(round(time * 1000), 1000)) for time in times]
