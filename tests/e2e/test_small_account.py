"""A rush of uploads in an account that may run few functions at once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.login import Login, sign_in
from local.server import Server
from local.user import User
from tests.e2e.photos import photo

ACCOUNT = ("ann@darkroom.example", "correct horse battery")
PHOTOS = 24
ATTEMPTS = 8
# What a new account may run, and what docs/deploy.md asks for.
NEW, ENOUGH = 10, 40


@pytest.fixture
def cloud(built: None, request: pytest.FixtureRequest) -> Iterator[LocalCloud]:
    """Darkroom in an account that may run so many functions at once."""
    name = f"account-of-{request.param}"
    server = Server(name, account_concurrency=request.param)
    with LocalCloud(name, server=server) as deployed:
        # Mails are part of the rush, and of its end.
        small = str(request.param == NEW).lower()
        deployed.deploy({"DigestSeconds": "0", "SmallAccount": small})
        yield deployed


def rush(user: User) -> list[str]:
    """The keys of photos that were uploaded all at once."""
    with ThreadPoolExecutor(8) as senders:
        return list(senders.map(lambda n: user.upload(f"{n}.jpg", photo(n)), range(PHOTOS)))


def sign_in_if_quick(cloud: LocalCloud) -> Login | None:
    """Ann's login; None where this machine is too busy to run `admit` in the time that it has.

    Where the account has no room for a run, the error is another one.
    """
    try:
        return sign_in(cloud.endpoint, cloud.outputs, *ACCOUNT)
    except ClientError as error:
        if "timed out" not in error.response["Error"]["Message"]:
            raise
    return None


def patient_sign_in(cloud: LocalCloud) -> tuple[Login, int]:
    """Ann's login, and how often it was asked for: as web/src/cloud/patience.ts does."""
    pause = 1.0
    for attempt in range(1, ATTEMPTS):
        try:
            return sign_in(cloud.endpoint, cloud.outputs, *ACCOUNT), attempt
        except ClientError as error:
            if error.response["Error"]["Code"] != "UnexpectedLambdaException":
                raise
        time.sleep(pause * random.uniform(0.5, 1))
        pause = min(pause * 1.5, 5)
    return sign_in(cloud.endpoint, cloud.outputs, *ACCOUNT), ATTEMPTS


@pytest.mark.parametrize("cloud", [ENOUGH], indirect=True)
def test_people_sign_in_during_a_rush_when_the_account_has_room_for_them(
    cloud: LocalCloud,
) -> None:
    ann = cloud.new_user(*ACCOUNT)
    signed_in = 0
    with ThreadPoolExecutor(1) as beside:
        uploading = beside.submit(rush, ann)
        while (not uploading.done() or cloud.depth("ThumbnailQueue")) and signed_in < PHOTOS:
            if login := sign_in_if_quick(cloud):
                assert login.claims["admission"] == "open"
                signed_in += 1
        keys = uploading.result()

    assert signed_in
    assert {ann.wait_for_end(key, 300)["status"] for key in keys} == {"processed"}
    cloud.wait_until_idle()
    assert cloud.dead_letters() == {}


@pytest.mark.parametrize("cloud", [NEW], indirect=True)
def test_people_sign_in_during_a_rush_when_the_account_is_new(cloud: LocalCloud) -> None:
    """One photo follows another there. Who is refused tries again, as the page does."""
    ann = cloud.new_user(*ACCOUNT)
    keys = rush(ann)

    attempts: list[int] = []
    while cloud.depth("RelayQueue") > 2:  # two photos have been taken from it
        login, tries = patient_sign_in(cloud)
        assert login.claims["admission"] == "open"
        attempts.append(tries)

    assert len(attempts) > PHOTOS  # people sign in more often than photos are done
    assert attempts.count(1) > len(attempts) / 2
    assert {ann.wait_for_end(key, 300)["status"] for key in keys} == {"processed"}
    cloud.wait_until_idle()
    assert cloud.dead_letters() == {}
