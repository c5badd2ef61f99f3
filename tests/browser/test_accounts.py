"""What people do with their account: change its password, delete it, come back to it, make one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from local.cloud import LocalCloud
from local.run import CODE
from local.user import User, wait_for
from tests.browser.test_batches import weighty
from tests.browser.test_people import nothing_stored, stored
from tests.browser.test_uploads import Slowly
from tests.browser.visitor import PHRASE, Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
ANOTHER = "nine lanterns under snow"
CLOUD = re.compile(r"^http://127\.0\.0\.1:\d+/$")  # every service but S3


def test_new_password_signs_in_when_its_owner_has_changed_it(
    visit: Visit, account: tuple[User, str]
) -> None:
    _, email = account
    visitor = visit(phone=True)
    visitor.expects_failures = True
    visitor.sign_in(email, PHRASE)
    dialog = visitor.open_account()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    dialog.get_by_role("button", name="Change my password").click()
    expect(dialog).to_be_focused()  # and so is heard: the button is gone
    dialog.get_by_label("Present password").fill("not at all my password")
    dialog.get_by_label("New password").fill("Password2026!")
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog.get_by_role("alert")).to_contain_text("one of those that are tried first")
    dialog.get_by_label("New password").fill(ANOTHER)
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog.get_by_role("alert")).to_have_text("This is not your present password.")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    dialog.get_by_label("Present password").fill(PHRASE)

    dialog.get_by_role("button", name="Change password").click()

    expect(dialog.get_by_role("status")).to_have_text("Your password is changed.")
    dialog.get_by_role("button", name="Sign out").click()
    visitor.fill_in_sign_in(email, PHRASE)
    expect(visitor.page.get_by_role("alert").first).to_contain_text("is not right")
    visitor.sign_in(email, ANOTHER)


_OPEN = """async (button) => {
  button.click();
  for (let turn = 0; turn < 5; turn += 1) await null; // drawn, with no frame since
  return document.querySelector("dialog[open]") !== null;
}"""


@pytest.mark.parametrize(("place", "button"), [("#/", "Account"), ("#/albums", "New album")])
def test_dialog_is_there_for_the_next_key(visit: Visit, place: str, button: str) -> None:
    """The key may come before the next frame: Escape would close nothing then."""
    visitor = visit()
    visitor.enter_as_guest()
    visitor.page.goto(f"{visitor.origin}/{place}")
    opens = visitor.page.get_by_role("button", name=button)
    opens.focus()
    assert opens.evaluate(_OPEN)
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(opens).to_be_focused()


def test_person_chooses_a_password_of_their_own_when_an_operator_made_their_account(
    visit: Visit, cloud: LocalCloud
) -> None:
    given, email = "an operator has chosen it", f"{secrets.token_hex(6)}@darkroom.example"
    cloud.client("cognito-idp").admin_create_user(
        UserPoolId=cloud.outputs["UserPoolId"],
        Username=email,
        TemporaryPassword=given,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    visitor = visit(phone=True)
    visitor.expects_failures = True
    page = visitor.page
    page.goto(visitor.origin)
    visitor.fill_in_sign_in(email, given)
    expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_focused()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    save = page.get_by_role("button", name="Save and sign in")
    page.get_by_label("New password").fill("Password2026!")
    save.click()
    expect(page.get_by_role("alert").first).to_contain_text("one of those that are tried first")
    page.get_by_label("New password").fill(ANOTHER)
    with no_session(page):
        save.click()
        expect(page.get_by_role("alert").first).to_contain_text("This took too long.")
    page.route(CLOUD, lose_identity)
    save.click()  # it is their password now, but they are not in yet
    expect(page.get_by_role("alert").first).to_contain_text("cannot be reached")
    page.unroute(CLOUD)

    save.click()

    expect(page.get_by_text("No files yet")).to_be_visible()
    visitor.sign_out()
    visitor.sign_in(email, ANOTHER)


def lose_identity(route: Route) -> None:
    """The connection breaks when somebody has signed in."""
    if route.request.headers.get("x-amz-target", "").endswith(".GetId"):
        route.abort()
    else:
        route.fallback()


@contextmanager
def no_session(page: Page) -> Iterator[None]:
    """Cognito's answer to whoever chooses a password minutes after it was asked for."""

    def refuse(route: Route) -> None:
        asked = route.request.headers.get("x-amz-target", "")
        if asked.endswith("RespondToAuthChallenge"):
            headers = {"Access-Control-Allow-Origin": "*"}
            body = {"__type": "NotAuthorizedException", "message": "Invalid session for the user."}
            route.fulfill(status=400, headers=headers, json=body)
        else:
            route.fallback()

    page.route(CLOUD, refuse)
    yield
    page.unroute(CLOUD)


def test_nothing_of_a_person_is_left_when_they_delete_their_account(
    visit: Visit, account: tuple[User, str], cloud: LocalCloud
) -> None:
    user, email = account
    keys = [user.upload(f"{n}.jpg", photo(600 + n, (300, 200))) for n in range(3)]
    for key in keys:
        user.wait_for_end(key)
    user.upload("unknown/to any.table", b"an upload that no photo came of")
    user.answer("album/0a1b2c3d4e5f", name={"S": "Summer"})
    wait_for(lambda: albums(cloud, user) or None, what="the album")
    visitor = visit(phone=True)
    visitor.expects_failures = True
    visitor.sign_in(email, PHRASE)
    visitor.expect_state("2.jpg", "ready")
    dialog = visitor.open_account()
    dialog.get_by_role("button", name="Delete my account").click()
    expect(dialog).to_contain_text("deleted for good")
    dialog.get_by_label("Your password").fill("not my password at all")
    dialog.get_by_role("button", name="Delete for good").click()
    expect(dialog.get_by_role("alert")).to_have_text("This is not your password.")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    assert user.image(keys[0])
    dialog.get_by_label("Your password").fill(PHRASE)
    page = visitor.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Keep the last request of the deletion waiting."""
        if is_deletion(route.request):
            held.append(route)
        else:
            route.fallback()

    page.route(re.compile(r"^http://127\.0\.0\.1:\d+/"), hold)

    with page.expect_request(is_deletion):
        dialog.get_by_role("button", name="Delete for good").click()

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_contain_text("4 photos deleted")  # it stays, and says how it ends
    held[0].fallback()
    expect(page.get_by_text("Your account and your photos are deleted.")).to_be_visible()
    wait_for(lambda: nothing_stored(page), what="all to be forgotten")
    assert objects(cloud, "Uploads", user) == []
    pool = cloud.client("cognito-idp")
    with pytest.raises(pool.exceptions.UserNotFoundException):
        pool.admin_get_user(UserPoolId=cloud.outputs["UserPoolId"], Username=email)
    wait_for(
        lambda: (objects(cloud, "Processed", user) == [] and user.images() == []) or None,
        what="what was made of the photos to be gone",
    )
    wait_for(lambda: albums(cloud, user) == [] or None, what="the album to be gone")
    visitor.fill_in_sign_in(email, PHRASE)
    expect(page.get_by_role("alert").first).to_contain_text("is not right")


def albums(cloud: LocalCloud, user: User) -> list[str]:
    """The names of a user's albums."""
    answer = cloud.client("dynamodb").query(
        TableName=cloud.outputs["AlbumsTableName"],
        KeyConditionExpression="identity_id = :me",
        ExpressionAttributeValues={":me": {"S": user.identity_id}},
        ConsistentRead=True,
    )
    return [item["name"]["S"] for item in answer["Items"]]


def is_deletion(request: Request) -> bool:
    return request.headers.get("x-amz-target", "").endswith(".DeleteUser")


def objects(cloud: LocalCloud, bucket: str, user: User) -> list[str]:
    """The keys of all that a bucket holds of a user, read as the cloud's owner."""
    answer = cloud.client("s3").list_objects_v2(
        Bucket=cloud.outputs[f"{bucket}BucketName"], Prefix=user.key("")
    )
    return [item["Key"] for item in answer.get("Contents", [])]


def test_page_goes_on_where_it_was_when_its_owner_signs_in_again_after_the_session_has_ended(
    visit: Visit, account: tuple[User, str]
) -> None:
    user, email = account
    user.wait_for_end(user.upload("here.jpg", photo(610, (300, 200))))
    visitor = visit()
    visitor.expects_failures = True
    page = visitor.page
    visitor.sign_in(email, PHRASE)
    visitor.expect_state("here.jpg", "ready")
    visitor.open_photo("here.jpg")
    end_session(visitor)

    visitor.choose(payload("waits.jpg", photo(611, (300, 200))))

    again = page.get_by_role("button", name="Sign in again")
    expect(again).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="here.jpg")).to_be_visible()
    again.click()
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password").fill("not my password at all")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_have_text("This is not your password.")
    assert visitor.violations() == []
    dialog.get_by_label("Password").fill(PHRASE)
    dialog.get_by_role("button", name="Sign in").click()
    expect(again).to_have_count(0)
    expect(page.get_by_role("heading", level=1, name="here.jpg")).to_be_visible()
    page.keyboard.press("Escape")
    visitor.expect_state("waits.jpg", "ready")


def end_session(visitor: Visitor) -> None:
    """Let the login be revoked and the present credentials be refused, as when both are too old."""
    page = visitor.page
    old = [each for each in stored(page) if "refreshToken" in each or "credentials" in each]
    [token] = [each["refreshToken"] for each in old if "refreshToken" in each]
    [key] = [each["credentials"]["accessKeyId"] for each in old if "credentials" in each]
    visitor.cloud.client("cognito-idp").revoke_token(
        ClientId=visitor.cloud.outputs["UserPoolClientId"], Token=token
    )

    def refuse(route: Route) -> None:
        request = route.request
        if key not in request.url + request.headers.get("authorization", ""):
            route.fallback()
            return
        headers = {"access-control-allow-origin": "*", "content-type": "application/x-amz-json-1.0"}
        body = '{"__type": "ExpiredTokenException", "message": "It is too old."}'
        route.fulfill(status=400, headers=headers, body=body)

    page.route(re.compile(r"^http://127\.0\.0\.1:\d+/"), refuse)


def test_sign_in_page_says_why_when_a_session_has_ended_before_the_visit(
    visit: Visit, account: tuple[User, str]
) -> None:
    _, email = account
    visitor = visit(phone=True)
    visitor.expects_failures = True
    visitor.sign_in(email, PHRASE)
    end_session(visitor)
    # What the browser keeps of it is too old, too.
    visitor.page.evaluate(
        """for (const [name, value] of Object.entries(localStorage))
             if (/^darkroom\\.(credentials|login)/.test(name))
               localStorage.setItem(name, JSON.stringify({...JSON.parse(value), until: 0}));"""
    )

    visitor.page.reload()

    expect(visitor.page.get_by_role("status")).to_have_text(
        "Your session has ended. Please sign in again."
    )
    expect(visitor.page.get_by_label("E-mail address")).to_have_value(email)
    assert visitor.violations() == []
    assert visitor.overlaps() == []


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "dropped"])
def test_uploads_go_on_at_the_next_sign_in_when_their_owner_signs_out_and_keeps_them(
    visit: Visit, account: tuple[User, str], *, keeps: bool
) -> None:
    user, email = account
    visitor = visit()
    page = visitor.page
    visitor.sign_in(email, PHRASE)
    connection = Slowly(visitor)
    connection.set_speed(3_000_000)
    visitor.choose(
        weighty("large.jpg", 620, 12_000_000),
        *(weighty(f"{n}.jpg", 621 + n, 600_000) for n in range(6)),
    )
    connection.wait_for_part(1)
    connection.set_speed(100_000)
    visitor.sign_out()
    dialog = page.get_by_role("dialog", name="Sign out now?")
    expect(dialog).to_contain_text("when you sign in here again")
    assert visitor.violations() == []

    dialog.get_by_role("button", name="Keep" if keeps else "Drop").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    connection.set_free()
    before = len(connection.parts)
    if keeps:
        visitor.sign_in(email, PHRASE)
        for name in ("large.jpg", *(f"{n}.jpg" for n in range(6))):
            visitor.expect_state(name, "ready")
        # What had arrived is not sent again.
        assert 1 not in connection.parts[before:]
        assert len(user.images()) == 7
    else:
        visitor.sign_in(email, PHRASE)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("region", name="Uploads")).to_have_count(0)
        assert not user.image(user.key("large.jpg"))


def test_guest_keeps_all_photos_when_they_make_an_account(visit: Visit, cloud: LocalCloud) -> None:
    email = f"{secrets.token_hex(6)}@darkroom.example"
    visitor = visit(phone=True)
    visitor.expects_failures = True
    visitor.enter_as_guest()
    visitor.choose(payload("first.jpg", photo(640, (300, 200))))
    visitor.expect_state("first.jpg", "ready")
    identity_id = visitor.identity_id
    visitor.sign_out()
    dialog = visitor.page.get_by_role("dialog", name="Leave your photos behind?")
    assert visitor.overlaps() == []
    dialog.get_by_role("button", name="Create an account").click()
    fill_in(visitor.page, email)
    visitor.page.keyboard.press("Escape")  # before the code is there
    visitor.open_account().get_by_role("button", name="Create an account").click()
    fill_in(visitor.page, email)

    visitor.page.get_by_role("button", name="Confirm").click()

    expect(visitor.page.get_by_role("status").first).to_contain_text("are in your account now")
    assert visitor.violations() == []
    visitor.page.get_by_role("button", name="Close", exact=True).click()
    visitor.choose(payload("second.jpg", photo(641, (300, 200))))
    visitor.expect_state("second.jpg", "ready")
    visitor.page.reload()
    visitor.expect_state("first.jpg", "ready")
    elsewhere = visit()
    elsewhere.sign_in(email, PHRASE)
    elsewhere.expect_state("first.jpg", "ready")
    elsewhere.expect_state("second.jpg", "ready")
    # The stack knows whose identity it is: its owner has a whole quota, and is let in by no other.
    cloud.wait_until_idle()
    assert person(cloud, identity_id).get("subject")


def fill_in(page: Page, email: str) -> None:
    """Everything that a new account takes, up to the last button."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Code").fill(CODE)


def person(cloud: LocalCloud, identity_id: str) -> dict[str, Any]:
    """What the people table says of an identity."""
    answer = cloud.client("dynamodb").get_item(
        TableName=cloud.outputs["PeopleTableName"], Key={"identity_id": {"S": identity_id}}
    )
    item: dict[str, Any] = answer.get("Item", {})
    return item
