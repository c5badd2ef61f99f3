"""Videos on the page: chosen, converted before one's eyes, played with seeking, shared."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Response, expect

from tests.browser.visitor import Visitor, payload
from tests.unit.media.clips import X265, encoded, mp4

Visit = Callable[..., Visitor]
SECONDS = 6
# Waits until a video has been sought and played on from there for half a second.
_SEEK_AND_PLAY = """async (video, at) => {
  const happens = (what) => new Promise((done, fail) => {
    video.addEventListener(what, done, {once: true});
    video.addEventListener('error', () => fail(new Error(video.error.message)), {once: true});
  });
  if (video.readyState < 1) await happens('loadedmetadata');
  video.currentTime = at;
  await happens('seeked');
  video.muted = true;
  await video.play();
  while (video.currentTime < at + 0.5) await happens('timeupdate');
  video.pause();
  return [video.duration, video.videoWidth, video.videoHeight];
}"""


def film() -> bytes:
    """A video as phones make them, which browsers do not play: HEVC, stored on its side."""
    return encoded("mov", "libx265", options=X265, turned=90, seconds=SECONDS)


class Ranges:
    """The answers that a page's player got: the status and the requested range of each."""

    def __init__(self, page: Page) -> None:
        self.answers: list[tuple[int, str | None]] = []
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if answer.request.resource_type == "media":
            self.answers.append((answer.status, answer.request.headers.get("range")))


def test_video_is_shown_moves_under_the_mouse_and_plays_from_where_one_seeks(
    visit: Visit,
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_as_guest()
    visitor.choose(payload("film.mov", film(), "video/quicktime"))
    tile = visitor.tile("film.mov")
    expect(tile).to_contain_text(re.compile("Developing|Converting"))
    visitor.expect_state("film.mov", "ready")
    expect(tile).to_contain_text("Video, 0:06")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your videos")
    tile.hover()
    expect(tile.locator("img[src*='preview.webp']")).to_have_count(0)  # who wants little motion
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    tile.hover()
    expect(tile.locator("img[src*='preview.webp']")).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    visitor.record("other.jpg", status="processed", steps={"quota": {"state": "done"}})
    tile.get_by_role("link").focus()
    page.keyboard.press("Enter")
    player = page.get_by_label("The video film.mov")
    ranges = Ranges(page)
    page.reload()

    length, *size = player.evaluate(_SEEK_AND_PLAY, 4)
    assert (round(length), size) == (SECONDS, [240, 320])  # upright
    assert {status for status, _ in ranges.answers} == {206}
    assert all(range_ for _, range_ in ranges.answers)
    expect(page.get_by_role("region", name="Metadata")).to_contain_text("Length0:06")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="For the web MP4").click()
    assert saved.value.suggested_filename == "film-web.mp4"
    assert saved.value.path().read_bytes()[4:8] == b"ftyp"
    newer = page.get_by_role("button", name="Newer file")
    expect(newer).to_have_attribute("aria-disabled", "false")
    player.focus()
    page.keyboard.press("ArrowLeft")  # goes back in the video, not to another one
    expect(page.get_by_role("heading", level=1)).to_have_text("film.mov")
    page.set_viewport_size({"width": 360, "height": 740})
    assert visitor.overlaps() == []


def test_original_is_played_when_browsers_play_it_as_it_is(visit: Visit) -> None:
    visitor = visit(phone=True, dark=True)
    page = visitor.page
    visitor.enter_as_guest()
    visitor.choose(payload("small.mp4", mp4(), "video/mp4"))
    visitor.expect_state("small.mp4", "ready")
    visitor.open_photo("small.mp4")

    player = page.get_by_label("The video small.mp4")
    expect(player).to_have_attribute(
        "src", re.compile(f"/{visitor.cloud.outputs['UploadsBucketName']}/.*/small.mp4")
    )
    assert player.evaluate(_SEEK_AND_PLAY, 1)[1:] == [320, 240]
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    # The browser saves by itself what is large, or said to be; the page stays where it is.
    [image] = visitor.items("Images")
    visitor.record("small.mp4", **{**image, "version": "9", "bytes": 60_000_000})
    page.reload()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the original").click()
    assert (saved.value.suggested_filename, saved.value.path().read_bytes()) == ("small.mp4", mp4())
    expect(page.get_by_role("heading", level=1)).to_have_text("small.mp4")


def test_progress_shows_live_and_what_is_not_converted_is_explained(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_as_guest()

    def record(name: str, convert: dict[str, Any], **more: Any) -> None:
        steps = {"probe": {"state": "done"}, "convert": convert, "quota": {"state": "done"}}
        visitor.record(name, kind="video", steps=steps, width=640, height=360, **more)

    record("long.mov", {"state": "pending", "percent": 35}, status="processing")
    page.reload()
    expect(visitor.tile("long.mov")).to_contain_text("Converting … 35 %")
    visitor.open_photo("long.mov")
    progress = page.get_by_role("progressbar", name="Conversion")
    expect(progress).to_have_attribute("value", "35")
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    record("long.mov", {"state": "pending", "percent": 60}, status="processing")
    expect(progress).to_have_attribute("value", "60")
    reason = "It is too long to be converted. The original is safe."
    too_long = {"state": "skipped", "reason": "too-long", "message": reason}
    record("long.mov", too_long, status="processed")
    expect(progress).to_have_count(0)
    expect(page.locator("article")).to_contain_text(reason)
    assert visitor.violations() == []
