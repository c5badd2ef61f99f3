"""Somebody who uses the page, in the words of what they do and see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from darkroom.aws.attribute_values import to_item
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from local.cloud import LocalCloud
from local.paths import ROOT
from local.user import plain, wait_for

NOWHERE = "about:blank"
PHRASE = "four words nobody guesses"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


# What is written when a request fails.
_NETWORK = (
    "Failed to load resource",
    "blocked by CORS policy",
    "WebSocket connection to",
    # Uppy's:
    "] unreachable",  # of a request for credentials
    "Network error during S3 request",
    "S3 returned 400",
    "S3 returned 403",
    'Refused to get unsafe header "x-amz-error-code"',
)


class Payload(TypedDict):
    name: str
    mimeType: str
    buffer: bytes


def payload(name: str, body: bytes, content_type: str = "image/jpeg") -> Payload:
    """A file as a person chooses it."""
    return {"name": name, "mimeType": content_type, "buffer": body}


class Finger:
    """A finger on the screen of a page."""

    def __init__(self, page: Page) -> None:
        self._protocol = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._send("touchStart", {"x": x, "y": y})

    def move(self, x: float, y: float) -> None:
        self._send("touchMove", {"x": x, "y": y})

    def pinch(self, x: float, y: float) -> None:
        """Put a second one down beside it, and move both apart."""
        apart = ({"x": x - step, "y": y, "id": 0} for step in (0, 20))
        other = ({"x": x + 40 + step, "y": y, "id": 1} for step in (0, 20))
        for kind, *points in zip(("touchStart", "touchMove"), apart, other, strict=True):
            self._send(kind, *points)

    def up(self) -> None:
        self._send("touchEnd")

    def _send(self, kind: str, *points: dict[str, float]) -> None:
        self._protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [*points]})


def touch(
    page: Page, *points: tuple[float, float], until: Callable[[], None] = lambda: None
) -> None:
    """Put a finger down, move it from point to point, and lift it when `until` returns."""
    finger = Finger(page)
    first, *others = points
    finger.down(*first)
    for point in others:
        finger.move(*point)
    until()
    finger.up()


class Visitor:
    """A page that is open, and everything in its console that should not be there."""

    def __init__(self, page: Page, origin: str, cloud: LocalCloud) -> None:
        self.page = page
        self.origin = origin
        self.cloud = cloud
        self.faults: list[str] = []
        self.expects_failures = False
        self._left_as = ""
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))

    def _listen(self, message: ConsoleMessage) -> None:
        expected = self.expects_failures and any(sign in message.text for sign in _NETWORK)
        if message.type == "error" and not expected:
            self.faults.append(message.text)

    def enter_as_guest(self) -> None:
        """Open the page, and go in without an account."""
        self.page.goto(self.origin)
        self.page.get_by_role("button", name="Continue as a guest").click()
        expect(self.page.get_by_text(re.compile("No (files|photos) yet"))).to_be_visible()

    def enter_with(self, photos: int) -> None:
        """Go in without an account, and have so many photos, `1.jpg` the newest."""
        self.enter_as_guest()
        self.record_many(photos)
        self.page.reload()

    def sign_in(self, email: str, password: str) -> None:
        """Open the page, and sign in."""
        self.page.goto(self.origin)
        self.fill_in_sign_in(email, password)
        expect(self.page.get_by_role("button", name="Account", exact=True)).to_be_visible()

    def fill_in_sign_in(self, email: str, password: str) -> None:
        """Ask to be let in, on the page that is open."""
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def open_account(self) -> Locator:
        self.page.get_by_role("button", name="Account", exact=True).click()
        return self.page.get_by_role("dialog")

    def sign_out(self) -> None:
        """Say so; a question may come first."""
        self.open_account().get_by_role("button", name="Sign out").click()

    @property
    def identity_id(self) -> str:
        """Who this is to the cloud."""
        if self.page.url == NOWHERE:
            return self._left_as
        found: str = self.page.evaluate(
            "Object.entries(localStorage).find(([name]) => name.startsWith('darkroom.guest'))[1]"
        )
        return found

    def leave(self) -> None:
        """Leave the page, which hears of nothing any more."""
        self._left_as = self.identity_id
        self.page.goto(NOWHERE)

    def choose(self, *files: Payload) -> None:
        """Pick files as with the button."""
        self.page.locator("#chooser").set_input_files(list(files))

    def tile(self, name: str) -> Locator:
        """A photo in the list that is shown: what is behind it is hidden, and has the same ones."""
        caption = self.page.locator(".tile-caption", has_text=re.compile(f"^{re.escape(name)}$"))
        return self.page.locator(".gallery li").filter(has=caption).filter(visible=True)

    def check(self, name: str) -> None:
        """Select a photo with the mouse, or no longer."""
        self.tile(name).hover()
        self.tile(name).get_by_role("checkbox").click()

    def scroll_to(self, name: str) -> None:
        """Turn the wheel until a photo is drawn, and bring it into view."""
        for _ in range(1000):
            if self.tile(name).count():
                break
            self.page.mouse.wheel(0, 400)
            self.page.wait_for_timeout(50)
        self.tile(name).scroll_into_view_if_needed()

    def wait_until(self, condition: str, what: str) -> None:
        """Wait until a function of the page says true, or promises it.

        To Playwright's own `wait_for_function` any promise is true.
        """
        wait_for(lambda: self.page.evaluate(condition) or None, what=what)

    def expect_state(self, name: str, state: str) -> None:
        """Wait until a photo is `ready`, or `could not be processed`, for example."""
        expect(self.tile(name).locator(".tile-state")).to_have_text(f", {state}")

    def open_photo(self, name: str) -> None:
        self.tile(name).get_by_role("link").click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def open_notifications(self) -> Locator:
        self.page.get_by_role("button", name="Notifications").click()
        return self.page.get_by_role("dialog", name="Notifications")

    def go_to(self, room: str) -> Locator:
        """Choose a room in the library's menu; the heading of the page then."""
        self.page.get_by_role("button", name="Library").click()
        menu = self.page.get_by_role("navigation", name="Library")
        menu.get_by_role("link", name=re.compile(f"^{room}")).click()
        expect(menu).to_have_count(0)
        return self.page.get_by_role("heading", level=1)

    @property
    def notice(self) -> Locator:
        """What has just been done, or could not be."""
        return self.page.locator(".notice-bar")

    def names(self, where: str) -> Locator:
        """The names of the photos that a list shows."""
        return self.page.locator(f"{where} .tile-caption")

    def items(self, table: str) -> list[dict[str, Any]]:
        """What a table says of this visitor, read as the cloud's owner."""
        answer = self.cloud.client("dynamodb").query(
            TableName=self.cloud.outputs[f"{table}TableName"],
            KeyConditionExpression="identity_id = :me",
            ExpressionAttributeValues={":me": {"S": self.identity_id}},
            ConsistentRead=True,
        )
        return [plain(item) for item in answer["Items"]]

    def record(self, name: str, **attributes: Any) -> None:
        """Write an image of this visitor into the table, as a function would."""
        self.cloud.client("dynamodb").put_item(
            TableName=self.cloud.outputs["ImagesTableName"], Item=self._image(name, **attributes)
        )

    def _image(self, name: str, **attributes: Any) -> dict[str, Any]:
        """An image of this visitor, as it is stored."""
        image = {
            "identity_id": self.identity_id,
            "image": f"users/{self.identity_id}/{name}",
            "version": "1",
            "bytes": 1000,
            "uploaded_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "renditions": {},
            **attributes,
        }
        return to_item(image)

    def record_many(self, count: int, album: str | None = None) -> None:
        """Write so many images as they are after processing, `1.jpg` the newest.

        They are in the album of that id, in the same order.
        """
        newest = datetime(2026, 11, 1, tzinfo=UTC)
        for first in range(1, count + 1, 25):  # as many as one request may write
            images = [
                self._image(
                    f"{number}.jpg",
                    status="processed",
                    steps={"quota": {"state": "done"}},
                    uploaded_at=(newest - timedelta(minutes=number)).isoformat(
                        timespec="milliseconds"
                    ),
                    dominant_colour=f"#{number * 9999 % 0xFFFFFF:06x}",
                    **({"albums": {album: f"{number:04}"}} if album else {}),
                )
                for number in range(first, min(first + 25, count + 1))
            ]
            puts = [{"PutRequest": {"Item": image}} for image in images]
            answer = self.cloud.client("dynamodb").batch_write_item(
                RequestItems={self.cloud.outputs["ImagesTableName"]: puts}
            )
            assert not answer["UnprocessedItems"]

    def limit_storage(self, limit_bytes: int, *, of: str | None = None) -> None:
        """Give a user, by default this guest, a storage limit of their own."""
        self.cloud.client("dynamodb").update_item(
            TableName=self.cloud.outputs["UsageTableName"],
            Key={"identity_id": {"S": of or self.identity_id}, "period": {"S": "total"}},
            UpdateExpression="SET limit_stored_bytes = :limit",
            ExpressionAttributeValues={":limit": {"N": str(limit_bytes)}},
        )

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG (A and AA) and its own best practices, as it is now."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def overlaps(self) -> list[str]:
        """Visible controls and texts that lie over one another, or stick out of the page."""
        found: list[str] = self.page.evaluate(OVERLAPS)
        return found

    def layout_shift(self) -> float:
        """The page's cumulative layout shift so far."""
        shift: float = self.page.evaluate(
            """new Promise((done) => {
                 let sum = 0;
                 new PerformanceObserver((list) => {
                   for (const {hadRecentInput, value} of list.getEntries())
                     if (!hadRecentInput) sum += value;
                 }).observe({type: 'layout-shift', buffered: true});
                 setTimeout(() => done(sum), 100);
               })"""
        )
        return shift


OVERLAPS = """() => {
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
  const modal = document.querySelector('.panel') ?? document.querySelector('dialog[open]');
  const isShown = (element) => element.checkVisibility()
    && !element.closest('.visually-hidden, .upload-list ul') && (!modal || modal.contains(element));
  const kinds = 'a, button, h1, h2, p, dt, dd, li b, .tile-caption, .usage-meter';
  const parts = [...document.querySelectorAll(kinds)]
    .filter(isShown)
    .map((element) => ({element, box: element.getBoundingClientRect()}))
    .filter(({box}) => box.width > 0 && box.height > 0);
  const name = ({element: {tagName, className, textContent}}) =>
    `${tagName}.${className} "${textContent.slice(0, 30)}"`;
  // What stands still while the page scrolls, and a tile's box to tick, lie over others on purpose.
  // A map cuts off what is at its edge.
  const over =
    '.upload-list, .notice-bar, .header, .selection-bar, .tile-check, .on-picture, .map';
  const floating = [...document.querySelectorAll(over)];
  const floats = ({element}) => floating.some((one) => one.contains(element));
  const nested = (one, other) =>
    one.element.contains(other.element) || other.element.contains(one.element);
  const common = (a, b, from, to) => Math.min(a[to], b[to]) - Math.max(a[from], b[from]);
  parts.forEach((one, index) => {
    if (one.box.left < -0.5 || one.box.right > innerWidth + 0.5) {
      faults.push(`${name(one)} sticks out`);
    }
    for (const other of parts.slice(index + 1)) {
      if (nested(one, other) || floats(one) !== floats(other)) continue;
      const across = common(one.box, other.box, 'left', 'right');
      const down = common(one.box, other.box, 'top', 'bottom');
      if (across > 1 && down > 1) faults.push(`${name(one)} over ${name(other)}`);
    }
  });
  return faults;
}"""
