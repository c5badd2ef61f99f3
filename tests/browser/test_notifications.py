"""What people are told: together, counted right, and all of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from darkroom.aws.attribute_values import to_item
from playwright.sync_api import expect

from local.user import wait_for
from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
NEWEST = datetime(2026, 11, 1, 12, tzinfo=UTC)


def tell(visitor: Visitor, number: int, **attributes: Any) -> None:
    """Write a notification about a photo of this visitor, as a function would; 1 is the newest."""
    sent_at = (NEWEST - timedelta(minutes=number)).isoformat(timespec="milliseconds")
    notification = {
        "identity_id": visitor.identity_id,
        "notification_id": f"{sent_at}-{number:012}",
        "kind": "processed",
        "file_kind": "picture",
        "image": f"users/{visitor.identity_id}/{number}.jpg",
        "version": "1",
        "message": "Your photo is ready.",
        "sent_at": sent_at,
        **attributes,
    }
    visitor.cloud.client("dynamodb").put_item(
        TableName=visitor.cloud.outputs["NotificationsTableName"], Item=to_item(notification)
    )


def test_all_are_counted_reached_and_seen_when_there_are_more_than_a_page(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    page = visitor.page
    for number in range(1, 101):  # a page of them, told by four mails
        tell(visitor, number, told_in=f"mail {(number - 1) // 25}")
    for number in range(101, 122):
        tell(visitor, number, kind="rejected", message="Part of the file is missing.")
    page.reload()

    expect(page.get_by_role("button", name="Notifications, 121 new")).to_be_visible()
    panel = visitor.open_notifications()
    rows = panel.get_by_role("listitem")
    together = [re.compile("^25 photos are ready.")] * 4
    expect(rows).to_have_text(together)
    assert visitor.overlaps() == []
    panel.get_by_role("button", name="Show older ones").click()
    expect(rows).to_have_text(together + [re.compile("Part of the file is missing.")] * 21)
    expect(panel.get_by_role("button", name="Show older ones")).to_have_count(0)
    assert visitor.violations() == []

    panel.get_by_role("button", name="Mark all as seen").click()

    expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()
    wait_for(
        lambda: all("seen_at" in row for row in visitor.items("Notifications")) or None,
        what="all to be seen",
    )
    page.reload()
    expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()


def test_what_was_told_can_be_answered_when_its_photo_is_far_down_the_gallery(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.record_many(60)
    steps = {"quota": {"state": "over_quota"}}
    visitor.record(
        "old.jpg", status="over_quota", steps=steps, uploaded_at="2026-10-01T08:00:00.000Z"
    )
    image = f"users/{visitor.identity_id}/old.jpg"
    tell(visitor, 1, kind="over_quota", image=image, message="There was no room.")
    page.reload()
    expect(page.get_by_text("61 photos")).to_be_visible()

    panel = visitor.open_notifications()

    expect(panel.get_by_role("button", name="Retry old.jpg")).to_be_visible()
    expect(visitor.tile("old.jpg")).to_have_count(0)
    assert visitor.violations() == []
    panel.get_by_role("link", name="old.jpg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("old.jpg")


def test_photo_is_processed_again_when_its_owner_says_so_beside_it(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.choose(payload("first.jpg", photo(700, (300, 200))))
    visitor.expect_state("first.jpg", "ready")
    visitor.limit_storage(1000)
    key = f"users/{visitor.identity_id}/large.jpg"
    visitor.cloud.client("s3").put_object(
        Bucket=visitor.cloud.outputs["UploadsBucketName"], Key=key, Body=photo(701, (300, 200))
    )
    visitor.expect_state("large.jpg", "over quota")
    visitor.open_photo("large.jpg")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    visitor.limit_storage(10_000_000)

    page.get_by_role("main").get_by_role("button", name="Try again").click()

    expect(page.locator(".photo-picture img.shown")).to_be_visible(timeout=60_000)
