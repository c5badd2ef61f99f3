"""Accounts, the quota at the door, and pages that follow what happens elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import Page, Response, Route, WebSocketRoute, expect

from local.run import CODE, RESET_CODE
from local.user import User, wait_for
from tests.browser.visitor import PHRASE, Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]


def test_account_is_made_and_found_again_when_somebody_signs_up(visit: Visit) -> None:
    visitor = visit(phone=True)
    page = visitor.page
    visitor.expects_failures = True
    page.goto(visitor.origin)
    expect(page.get_by_role("button", name="Create an account")).to_be_visible()
    assert visitor.violations() == []
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("E-mail address").fill("zoe@darkroom.example")
    page.get_by_label("Password").fill("Password2026!")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert")).to_contain_text("one of those that are tried first")
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("not the code that was sent")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("No files yet")).to_be_visible()
    visitor.choose(payload("mine.jpg", photo(200, (300, 200))))
    visitor.expect_state("mine.jpg", "ready")

    visitor.sign_out()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    page.get_by_label("E-mail address").fill("zoe@darkroom.example")
    page.get_by_label("Password").fill("something else")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The e-mail address or the password is not right."
    )
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Sign in").click()
    visitor.expect_state("mine.jpg", "ready")
    page.reload()
    visitor.expect_state("mine.jpg", "ready")


def test_session_ends_in_all_tabs_and_its_token_buys_nothing_when_its_user_signs_out(
    visit: Visit, account: tuple[User, str]
) -> None:
    _, email = account
    visitor = visit()
    visitor.sign_in(email, PHRASE)
    other = visitor.page.context.new_page()
    other.goto(visitor.origin)
    expect(other.get_by_role("button", name="Account")).to_be_visible()
    for _ in range(600):  # until it keeps what it knows of the photos
        if any("readAt" in each for each in stored(visitor.page)):
            break
        visitor.page.wait_for_timeout(100)
    assert any("readAt" in each for each in stored(visitor.page))
    [held] = [each for each in stored(visitor.page) if "refreshToken" in each]
    pool = visitor.cloud.client("cognito-idp")
    renew: dict[str, Any] = {
        "ClientId": visitor.cloud.outputs["UserPoolClientId"],
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": held["refreshToken"]},
    }
    assert pool.initiate_auth(**renew)["AuthenticationResult"]["IdToken"]

    with visitor.page.expect_response(is_revocation) as revoked:
        visitor.sign_out()

    assert revoked.value.ok
    for page in (visitor.page, other):
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        wait_for(partial(nothing_stored, page), what="all to be forgotten")
    with pytest.raises(ClientError, match="NotAuthorized"):
        pool.initiate_auth(**renew)
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def is_revocation(answer: Response) -> bool:
    return answer.request.headers.get("x-amz-target", "").endswith(".RevokeToken")


def nothing_stored(page: Page) -> bool | None:
    return True if stored(page) == [] else None


def stored(page: Page) -> list[Any]:
    """What the page keeps in this browser."""
    values: list[str] = page.evaluate(
        """async () => {
             const stored = Object.entries(localStorage).filter(([n]) => n.startsWith('darkroom.'));
             const cache = await caches.open('darkroom-photos');
             const kept = await Promise.all((await cache.keys()).map((one) => cache.match(one)));
             const texts = kept.map((answer) => answer.text());
             return [...stored.map(([, value]) => value), ...(await Promise.all(texts))];
           }"""
    )
    return [json.loads(value) for value in values]


def test_password_is_set_anew_with_a_code_that_was_asked_for_again(
    visit: Visit, account: tuple[User, str]
) -> None:
    _, email = account
    visitor = visit(phone=True)
    visitor.expects_failures = True
    page = visitor.page
    page.goto(visitor.origin)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("another one of mine entirely")
    page.get_by_role("button", name="Sign in").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()

    page.get_by_role("button", name="Forgot your password?").click()
    page.get_by_role("button", name="Send a code").click()
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_role("status")).to_have_text("A new code is on its way.")
    assert visitor.violations() == []
    page.get_by_label("Code").fill(RESET_CODE)
    page.get_by_label("New password").fill("seven otters juggle lanterns")
    page.get_by_role("button", name="Save and sign in").click()

    expect(page.get_by_text("No files yet")).to_be_visible()


def test_steps_are_told_live_in_every_page_of_a_user_when_a_phone_uploads(
    visit: Visit, account: tuple[User, str]
) -> None:
    user, email = account
    asked: list[str] = []
    tabs = [visit(), visit(phone=True)]
    for tab in tabs:
        tab.sign_in(email, PHRASE)
        expect(tab.page.locator("[data-live=true]")).to_be_attached()
        tab.page.wait_for_load_state("networkidle")
        tab.page.on("request", lambda request: asked.append(request.post_data or ""))

    user.upload("from-phone.jpg", photo(210, (400, 300)))

    for tab in tabs:
        tab.expect_state("from-phone.jpg", "ready")
        expect(tab.page.get_by_role("button", name="Notifications, 1 new")).to_be_visible()
    # Nobody had to ask: it all came through the socket.
    assert [body for body in asked if "newest-first" in body] == []


def test_page_asks_the_tables_when_there_is_no_live_connection(
    visit: Visit, account: tuple[User, str]
) -> None:
    user, email = account
    visitor = visit()
    visitor.expects_failures = True
    refuse_sockets(visitor.page)
    visitor.sign_in(email, PHRASE)

    user.upload("polled.jpg", photo(220, (400, 300)))

    visitor.expect_state("polled.jpg", "ready")
    expect(visitor.page.locator("[data-live=false]")).to_be_attached()


def test_page_catches_up_when_the_live_connection_was_lost(
    visit: Visit, account: tuple[User, str]
) -> None:
    user, email = account
    visitor = visit()
    sockets: list[WebSocketRoute] = []

    def keep(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    visitor.page.route_web_socket(re.compile("/live"), keep)
    visitor.sign_in(email, PHRASE)
    expect(visitor.page.locator("[data-live=true]")).to_be_attached()

    user.upload("unheard.jpg", photo(230, (400, 300)))
    sockets[-1].close()

    visitor.expect_state("unheard.jpg", "ready")
    expect(visitor.page.locator("[data-live=true]")).to_be_attached()
    assert len(sockets) > 1


def fill_up(visitor: Visitor, user: User, body: bytes) -> None:
    """Let a user store a photo, and then no more than a kilobyte."""
    user.wait_for_end(user.upload("large.jpg", body))
    visitor.cloud.wait_until_idle()
    visitor.limit_storage(1000, of=user.identity_id)


def test_upload_is_denied_with_the_reason_and_taken_again_when_storage_was_full(
    visit: Visit, account: tuple[User, str]
) -> None:
    user, email = account
    visitor = visit()
    visitor.expects_failures = True
    fill_up(visitor, user, photo(240, (1200, 900)))

    visitor.sign_in(email, PHRASE)
    page = visitor.page
    expect(page.get_by_role("alert")).to_contain_text("Your storage of 1 kB is full.")
    assert visitor.violations() == []
    visitor.choose(payload("more.jpg", photo(241, (300, 200))))
    expect(page.get_by_role("region", name="Uploads")).to_contain_text("is full")
    page.get_by_role("button", name="Dismiss", exact=True).click()

    # Room is made; what the page holds for credentials is still of somebody who is over quota.
    visitor.limit_storage(10_000_000, of=user.identity_id)
    visitor.open_photo("large.jpg")
    page.get_by_role("button", name="Delete this photo").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("is full")).to_have_count(0)
    visitor.choose(payload("more.jpg", photo(241, (300, 200))))
    visitor.expect_state("more.jpg", "ready")


def test_reason_is_asked_for_when_s3_denies_what_the_page_thought_there_was_room_for(
    visit: Visit, account: tuple[User, str]
) -> None:
    user, email = account
    visitor = visit()
    visitor.expects_failures = True
    fill_up(visitor, user, photo(250, (1200, 900)))
    page, denials = visitor.page, 0
    visitor.sign_in(email, PHRASE)
    expect(page.locator("[data-live=true]")).to_be_attached()  # whose account it is is known now
    visitor.sign_out()

    def pretend(route: Route) -> None:
        """The page hears of a limit that is not the user's."""
        answer = route.fetch()
        body = answer.json()
        for item in body.get("Items", []):
            if "limit_stored_bytes" in item:
                item["limit_stored_bytes"] = {"N": "10000000"}
        route.fulfill(response=answer, json=body)

    def note(response: Response) -> None:
        nonlocal denials
        denials += response.request.method == "PUT" and response.status == 403

    page.route(
        re.compile(r"^http://127\.0\.0\.1:\d+/$"),
        lambda route: (
            pretend(route)
            if route.request.headers.get("x-amz-target", "").endswith(".Query")
            else route.continue_()
        ),
    )
    page.route_web_socket(re.compile(".*"), lambda _: None)  # nor does it hear of it live
    page.on("response", note)
    visitor.sign_in(email, PHRASE)
    expect(page.locator(".usage-limit")).to_have_text("of 10 MB")
    visitor.choose(payload("more.jpg", photo(251, (300, 200))))
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("your session may not upload")
    assert denials == 2  # the second with new credentials

    page.unroute_all(behavior="ignoreErrors")
    with page.expect_response(lambda answer: answer.request.method == "PUT") as denied:
        page.get_by_role("button", name="Retry more.jpg").click()

    assert denied.value.status == 403
    expect(uploads).to_contain_text("Your storage of 1 kB is full.")


def test_mails_are_not_offered_when_nobody_sends_them(
    visit: Visit, account: tuple[User, str]
) -> None:
    visitor = visit()
    visitor.sign_in(account[1], PHRASE)
    panel = visitor.open_notifications()
    expect(panel).to_contain_text("No notifications yet. They say when a file is ready")
    expect(panel).not_to_contain_text("mailed")


def test_kind_is_not_mailed_when_its_owner_says_so(visit: Visit, account: tuple[User, str]) -> None:
    user, email = account
    visitor = visit(phone=True, dark=True)
    mail_people(visitor.page)
    visitor.sign_in(email, PHRASE)
    panel = visitor.open_notifications()
    panel.locator("summary").click()
    choice = panel.get_by_role("checkbox", name="Files with a problem")
    expect(choice).to_be_checked()

    choice.click()

    expect(choice).not_to_be_checked()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    wait_for(
        lambda: muted(visitor, user) == {"rejected", "failed", "over_quota"} or None,
        what="what is muted",
    )
    visitor.page.reload()
    visitor.open_notifications().locator("summary").click()
    expect(choice).not_to_be_checked()
    choice.click()
    wait_for(lambda: muted(visitor, user) == set() or None, what="nothing muted")


def mail_people(page: Page) -> None:
    """Let a page be of a deployment whose operator mails people."""

    def say_so(route: Route) -> None:
        outputs = route.fetch().json()
        outputs["custom"]["mailsPeople"] = True
        route.fulfill(json=outputs)

    page.route("**/amplify_outputs.json", say_so)


def muted(visitor: Visitor, user: User) -> set[str]:
    """What a user's row of the people's table says."""
    answer = visitor.cloud.client("dynamodb").get_item(
        TableName=visitor.cloud.outputs["PeopleTableName"],
        Key={"identity_id": {"S": user.identity_id}},
        ConsistentRead=True,
    )
    return set(answer.get("Item", {}).get("muted", {}).get("SS", []))


def refuse_sockets(page: Page) -> None:
    """Let no WebSocket of a page be opened."""
    page.route_web_socket(re.compile("/live"), lambda socket: socket.close())
