"""Uploads that are interrupted, refused, paused: they go on, or say why not."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from random import Random
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.sync_api import Request, Route, expect

from local.user import User
from tests.browser.visitor import PHRASE, Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
MIB = 1024 * 1024
_GET_CREDENTIALS = ".GetCredentialsForIdentity"


def large(seed: int, parts: int) -> bytes:
    """A JPEG that takes so many parts of 5 MiB: noise follows its end, as with motion photos."""
    picture = photo(seed, (640, 480))
    return picture + Random(seed).randbytes(parts * 5 * MIB - 1000 - len(picture))


class Slowly:
    """A visitor's connection, slowed down, cut and restored; and the parts that were sent."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.parts: list[int] = []
        self._protocol = self.page.context.new_cdp_session(self.page)
        self.page.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        query = parse_qs(urlsplit(request.url).query)
        if request.method == "PUT" and "partNumber" in query:
            self.parts.append(int(query["partNumber"][0]))

    def set_speed(self, bytes_a_second: int) -> None:
        self._protocol.send("Network.enable")
        self._protocol.send(
            "Network.emulateNetworkConditions",
            {
                "offline": bytes_a_second == 0,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": bytes_a_second,
            },
        )

    def set_free(self) -> None:
        self.set_speed(-1)

    def wait_for_part(self, number: int) -> None:
        for _ in range(4000):
            if number in self.parts:
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"part {number} was not sent; sent were {self.parts}")


def test_upload_goes_on_with_the_part_it_was_at_when_the_connection_comes_back(
    visit: Visit,
) -> None:
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    visitor.expects_failures = True
    page = visitor.page
    line = Slowly(visitor)
    line.set_speed(2 * MIB)
    visitor.choose(payload("train.jpg", large(1, 3)))
    line.wait_for_part(1)

    line.set_speed(0)
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.get_by_role("button", name=re.compile("1 photo")).click()
    expect(page.get_by_role("region", name="Uploads")).to_contain_text(
        re.compile("Waiting for the connection|continues when it is back")
    )
    assert visitor.overlaps() == []
    sent_before = sorted(line.parts)
    page.context.set_offline(False)
    line.set_free()

    visitor.expect_state("train.jpg", "ready")
    assert line.parts.count(1) == 1
    assert sorted(set(line.parts)) == [1, 2, 3]
    assert len(sent_before) < 3


def test_upload_goes_on_with_the_part_it_was_at_when_the_page_is_reloaded(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept())
    line = Slowly(visitor)
    line.set_speed(2 * MIB)
    visitor.choose(payload("night.jpg", large(2, 3)))
    line.wait_for_part(1)

    page.reload()
    line.set_free()

    visitor.expect_state("night.jpg", "ready")
    assert line.parts.count(1) == 1
    assert sorted(set(line.parts)) == [1, 2, 3]


# What an earlier visit left is not read before `goOn`, as from a slow disk.
_SLOW_RESTORE = """{
  const held = [];
  let isSlow = true;
  window.goOn = () => {
    isSlow = false;
    for (const now of held) now();
  };
  const own = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "onsuccess");
  const isOfFiles = (source) => (source?.objectStore ?? source)?.name === "files";
  Object.defineProperty(IDBRequest.prototype, "onsuccess", {...own, set(listener) {
    const late = (event) => {
      const now = () => listener.call(this, event);
      // A cursor cannot go on when its transaction has ended.
      if (!isSlow || event.target.result instanceof IDBCursor) now(); else held.push(now);
    };
    own.set.call(this, isOfFiles(this.source) ? late : listener);
  }});
}"""


def test_photo_is_uploaded_when_it_is_chosen_while_an_earlier_visit_s_are_being_restored(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept())
    line = Slowly(visitor)
    line.set_speed(2 * MIB)
    visitor.choose(payload("night.jpg", large(4, 3)))
    line.wait_for_part(1)
    page.add_init_script(_SLOW_RESTORE)

    page.reload()
    line.set_free()
    visitor.choose(payload("morning.jpg", photo(5, (640, 480))))

    page.get_by_role("button", name=re.compile("1 photo")).click()
    waiting = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    expect(waiting).to_have_count(1)  # the earlier one is not back yet
    expect(waiting).to_contain_text("morning.jpg")
    page.evaluate("window.goOn()")
    visitor.expect_state("night.jpg", "ready")
    visitor.expect_state("morning.jpg", "ready")
    assert line.parts.count(1) == 1


_ENGINE = re.compile(r"/assets/engine-[^/]+\.js$")


def test_photo_is_uploaded_when_the_code_that_sends_it_could_not_be_loaded_at_first(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.expects_failures = True
    page = visitor.page
    refused = 0

    def refuse(route: Route) -> None:
        nonlocal refused
        refused += 1
        if refused > 2:
            route.continue_()
        else:
            route.abort("connectionreset")

    page.route(_ENGINE, refuse)
    visitor.enter_as_guest()
    visitor.choose(payload("early.jpg", photo(9, (640, 480))))

    visitor.expect_state("early.jpg", "ready")
    assert refused == 3


def test_file_is_refused_with_the_remedy_when_the_code_that_sends_it_is_gone(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.expects_failures = True
    page = visitor.page
    page.route(_ENGINE, lambda route: route.abort("failed"))
    visitor.enter_as_guest()

    visitor.choose(payload("late.jpg", photo(10, (640, 480))))

    row = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    expect(row).to_contain_text("could not be loaded. Load the page again")
    assert visitor.overlaps() == []
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    visitor.choose(payload("late.jpg", photo(10, (640, 480))))
    visitor.expect_state("late.jpg", "ready")


# Whether the browser keeps a file and what it needs to send it.
_KEEPS_A_FILE = """() => new Promise((done) => {
  const opening = indexedDB.open("uppy-blobs");
  opening.onupgradeneeded = () => opening.transaction.abort(); // there is none: make none
  opening.onerror = () => done(false);
  opening.onsuccess = () => {
    const database = opening.result;
    const finish = (found) => { database.close(); done(found); };
    const stores = ["files", "metadata"];
    if (!stores.every((name) => database.objectStoreNames.contains(name))) return finish(false);
    const reading = database.transaction(stores);
    const counts = stores.map((name) => reading.objectStore(name).count());
    reading.oncomplete = () => finish(counts.every(({result}) => result > 0));
  };
})"""


def test_photo_is_kept_when_its_owner_signs_out_before_the_code_that_sends_it_is_there(
    visit: Visit, account: tuple[User, str]
) -> None:
    _, email = account
    visitor = visit()
    page = visitor.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(_ENGINE, hold)
    visitor.sign_in(email, PHRASE)
    visitor.choose(payload("kept.jpg", photo(11, (640, 480))))
    visitor.sign_out()
    page.get_by_role("dialog", name="Sign out now?").get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    for route in held:
        route.continue_()
    visitor.wait_until(_KEEPS_A_FILE, "the browser to keep the file")
    page.unroute_all(behavior="ignoreErrors")

    visitor.sign_in(email, PHRASE)
    visitor.expect_state("kept.jpg", "ready")


def test_upload_goes_on_by_itself_when_a_connection_breaks_that_the_browser_thinks_is_there(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.expects_failures = True
    page = visitor.page
    refused = 0

    def refuse(route: Route) -> None:
        """Break the first attempts, those that Uppy makes at once included."""
        nonlocal refused
        if route.request.method == "PUT" and refused < 5:
            refused += 1
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/tunnel.jpg*", refuse)
    visitor.choose(payload("tunnel.jpg", photo(6, (640, 480))))

    page.get_by_role("button", name=re.compile("1 photo")).click()
    expect(page.get_by_role("region", name="Uploads")).to_contain_text("The connection was lost.")
    visitor.expect_state("tunnel.jpg", "ready")
    assert refused == 5


def test_attempts_end_when_the_browser_hides_that_each_one_is_refused(visit: Visit) -> None:
    """An answer without CORS headers looks like a broken connection, and never stops doing so."""
    visitor = visit()
    visitor.enter_as_guest()
    visitor.expects_failures = True
    page = visitor.page
    page.route(
        "**/hidden.jpg*",
        lambda route: route.abort("failed") if route.request.method == "PUT" else route.continue_(),
    )
    visitor.choose(payload("hidden.jpg", photo(8, (640, 480))))

    page.get_by_role("button", name=re.compile("^Uploading 1 photo")).click()
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("S3 refused this file, or cannot be reached")

    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Retry hidden.jpg").click()
    visitor.expect_state("hidden.jpg", "ready")


def test_photo_is_uploaded_when_the_browser_keeps_nothing(visit: Visit) -> None:
    visitor = visit()
    visitor.page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    visitor.enter_as_guest()

    visitor.choose(payload("private.jpg", photo(7, (640, 480))))

    visitor.expect_state("private.jpg", "ready")


def test_photo_stays_in_the_gallery_when_it_waits_long_for_its_turn(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page

    def find_nothing(route: Route) -> None:
        if not route.request.headers.get("x-amz-target", "").endswith(".Query"):
            route.continue_()
            return
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "Items": []})

    page.route(re.compile(r"^http://127\.0\.0\.1:\d+/$"), find_nothing)
    page.route_web_socket(re.compile("/live"), lambda _: None)
    page.reload()
    expect(page.get_by_text("No files yet")).to_be_visible()

    visitor.choose(payload("waits.jpg", photo(232, (300, 200))))
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("1 photo uploaded")
    expect(uploads).to_be_hidden()

    expect(visitor.tile("waits.jpg")).to_contain_text("Developing …")
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    visitor.expect_state("waits.jpg", "ready")


def test_nothing_is_sent_when_an_upload_is_paused(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    line = Slowly(visitor)
    line.set_speed(2 * MIB)
    visitor.choose(payload("pause.jpg", large(3, 3)))
    line.wait_for_part(1)

    page.get_by_role("button", name="Pause all").click()
    page.get_by_role("button", name=re.compile("1 photo")).click()
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("Paused")
    assert visitor.violations() == []
    line.set_free()
    sent = len(line.parts)
    page.wait_for_timeout(700)  # at full speed the rest would be there by now
    assert len(line.parts) == sent
    page.get_by_role("button", name="Resume all").click()

    visitor.expect_state("pause.jpg", "ready")
    assert line.parts.count(1) == 1


def test_parts_are_removed_when_an_upload_is_cancelled(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    line = Slowly(visitor)
    line.set_speed(2 * MIB)
    visitor.choose(payload("cancel.jpg", large(4, 3)))
    line.wait_for_part(1)

    page.get_by_role("button", name=re.compile("1 photo")).click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as aborted:
        page.get_by_role("button", name="Cancel cancel.jpg").click()

    assert aborted.value.ok
    expect(page.get_by_text("No files yet")).to_be_visible()
    uploads = visitor.cloud.client("s3").list_multipart_uploads(
        Bucket=visitor.cloud.outputs["UploadsBucketName"], Prefix=f"users/{visitor.identity_id}/"
    )
    assert uploads.get("Uploads", []) == []


def test_reason_and_remedy_are_given_when_the_quota_is_met(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    first = photo(160, (800, 600))
    visitor.choose(payload("first.jpg", first))
    visitor.expect_state("first.jpg", "ready")
    visitor.limit_storage(len(first) + 1000)
    page.reload()
    visitor.expect_state("first.jpg", "ready")

    second = photo(161, (800, 600))
    visitor.choose(payload("second.jpg", second))
    listed = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    refused = listed.filter(has_text="second.jpg")
    expect(refused).to_contain_text("only 1 kB of your storage")
    expect(refused).to_contain_text("Delete what you no longer need.")
    assert visitor.violations() == []
    assert [row["image"].rpartition("/")[2] for row in visitor.items("Images")] == ["first.jpg"]

    visitor.limit_storage(len(first) - 1)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("You can upload again as soon as you have")
    visitor.limit_storage(len(first) + len(second))
    page.reload()
    visitor.choose(payload("second.jpg", second))
    visitor.expect_state("second.jpg", "ready")


def test_photo_is_not_sent_when_it_is_chosen_before_the_quota_that_refuses_it_is_known(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.choose(payload("first.jpg", photo(162, (800, 600))))
    visitor.expect_state("first.jpg", "ready")
    visitor.limit_storage(1000)
    questions: list[Route] = []
    slow = True
    usage_table = visitor.cloud.outputs["UsageTableName"]

    def hold(route: Route) -> None:
        """Keep questions of the quota waiting, as on a slow line."""
        if slow and usage_table in (route.request.post_data or ""):
            questions.append(route)
        else:
            route.continue_()

    page.route(visitor.cloud.endpoint + "/**", hold)
    page.reload()
    visitor.expect_state("first.jpg", "ready")  # as this browser remembers it
    visitor.choose(payload("second.jpg", photo(163, (800, 600))))
    page.get_by_role("button", name=re.compile("1 photo")).click()
    listed = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    expect(listed.filter(has_text="second.jpg")).to_contain_text("Waiting")
    slow = False
    for route in questions:
        route.continue_()

    expect(listed.filter(has_text="second.jpg")).to_contain_text("Your storage of 1 kB is full.")
    assert [row["image"].rpartition("/")[2] for row in visitor.items("Images")] == ["first.jpg"]


def test_photo_over_quota_is_processed_when_there_is_room_and_its_owner_says_retry(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.choose(payload("kept.jpg", photo(170, (300, 200))))
    visitor.expect_state("kept.jpg", "ready")
    visitor.limit_storage(1000)

    # Another device of theirs, which does not look at the quota first.
    key = f"users/{visitor.identity_id}/from-phone.jpg"
    visitor.cloud.client("s3").put_object(
        Bucket=visitor.cloud.outputs["UploadsBucketName"], Key=key, Body=photo(171, (300, 200))
    )
    visitor.page.reload()
    visitor.expect_state("from-phone.jpg", "over quota")
    visitor.limit_storage(10_000_000)
    panel = visitor.open_notifications()
    told = panel.get_by_role("listitem").filter(has_text="is full")
    told.get_by_role("button", name="Retry from-phone.jpg").click()
    expect(told).to_contain_text("You asked for another attempt.")
    # It is told again, by itself or among others that are ready.
    expect(panel.get_by_role("link", name="from-phone.jpg")).to_have_count(2)
    rows = [row for row in visitor.items("Notifications") if row["image"] == key]
    assert {row["kind"]: row.get("response") for row in rows} == {
        "over_quota": "retry",
        "processed": None,
    }


def test_credentials_are_renewed_unseen_when_they_are_about_to_expire(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    issued: list[str] = []
    used: set[str] = set()

    def issue(route: Route) -> None:
        """Hand on real credentials as if they ended in five minutes, which is too soon."""
        answer = route.fetch()
        body = answer.json()
        issued.append(body["Credentials"]["AccessKeyId"])
        body["Credentials"]["Expiration"] = time.time() + 300
        route.fulfill(response=answer, json=body)

    def note(request: Request) -> None:
        signed = request.headers.get("authorization", "") + unquote(request.url)
        used.update(key for key in issued if f"Credential={key}/" in signed)

    page.route(
        re.compile(r"^http://127\.0\.0\.1:\d+/$"),
        lambda route: (
            issue(route)
            if route.request.headers.get("x-amz-target", "").endswith(_GET_CREDENTIALS)
            else route.continue_()
        ),
    )
    page.on("request", note)
    visitor.enter_as_guest()
    visitor.choose(payload("first.jpg", photo(180, (300, 200))))
    visitor.expect_state("first.jpg", "ready")
    visitor.choose(payload("second.jpg", photo(181, (300, 200))))
    visitor.expect_state("second.jpg", "ready")
    page.unroute_all(behavior="ignoreErrors")

    assert len(issued) > 2
    assert len(used) > 2
    expect(page.get_by_role("alert")).to_have_count(0)


def test_credentials_are_renewed_unseen_when_the_services_know_them_no_more(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.choose(payload("kept.jpg", photo(190, (300, 200))))
    visitor.expect_state("kept.jpg", "ready")
    visitor.expects_failures = True
    page = visitor.page
    page.evaluate(
        """() => {
             const name = Object.keys(localStorage).find((key) => /credentials/.test(key));
             const kept = JSON.parse(localStorage.getItem(name));
             kept.credentials.accessKeyId = 'ASIAFORGOTTENFORGOTT';
             localStorage.setItem(name, JSON.stringify(kept));
           }"""
    )

    page.reload()

    visitor.expect_state("kept.jpg", "ready")
    visitor.choose(payload("new.jpg", photo(191, (300, 200))))
    visitor.expect_state("new.jpg", "ready")
    expect(page.get_by_role("alert")).to_have_count(0)
