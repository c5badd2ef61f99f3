"""The webhook of docs/examples believes what Amazon signed, and nothing else."""

from __future__ import annotations

import base64
import json
from email.message import Message
from io import BytesIO
from typing import Any
from urllib.error import HTTPError
from urllib.request import BaseHandler, Request, build_opener
from urllib.response import addinfourl

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from docs.examples import webhook
from tests.certificates import self_signed

TOPIC = "arn:aws:sns:eu-central-1:123456789012:darkroom-NotificationsTopic-ABC"
PEM_NAME = "SimpleNotificationService-1f2e3d4c.pem"
CERTIFICATE_URL = f"https://sns.eu-central-1.amazonaws.com/{PEM_NAME}"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = self_signed("sns.amazonaws.com", KEY)
ORDER = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn"]


def signed(version: str = "2", **changes: Any) -> dict[str, Any]:
    """A message as SNS delivers it."""
    message = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": TOPIC,
        "Subject": "Your photo is ready",
        "Message": json.dumps({"kind": "processed", "image": "users/ann/a.jpg"}),
        "Timestamp": "2026-11-24T08:30:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
        **changes,
    }
    text = "".join(f"{name}\n{message[name]}\n" for name in [*ORDER, "Type"] if name in message)
    digest = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = KEY.sign(text.encode(), padding.PKCS1v15(), digest)
    return {**message, "Signature": base64.b64encode(signature).decode()}


class Amazon(BaseHandler):
    """Amazon's servers: they have one certificate, and remember what they were asked for."""

    handler_order = 0  # before the one that would use the network

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.moved_to = ""

    def https_open(self, request: Request) -> addinfourl:
        self.asked.append(request.full_url)
        headers = Message()
        if self.moved_to:
            headers["Location"] = self.moved_to
        answer = addinfourl(BytesIO(PEM), headers, request.full_url, 302 if self.moved_to else 200)
        answer.msg = "moved" if self.moved_to else "OK"  # type: ignore[attr-defined]
        return answer


@pytest.fixture(autouse=True)
def amazon(monkeypatch: pytest.MonkeyPatch) -> Amazon:
    servers = Amazon()
    opener = build_opener(webhook._NoRedirects, servers)
    monkeypatch.setattr(webhook, "_OPENER", opener)
    webhook.certificate.cache_clear()
    return servers


@pytest.mark.parametrize("version", ["1", "2"])
def test_notification_is_believed_when_amazon_signed_it(version: str) -> None:
    body = json.dumps(signed(version)).encode()

    assert webhook.receive(body, TOPIC) == {"kind": "processed", "image": "users/ann/a.jpg"}


@pytest.mark.parametrize(
    "change",
    [
        {"Message": json.dumps({"kind": "processed", "image": "users/bob/b.jpg"})},
        {"Timestamp": "2026-11-25T08:30:00.000Z"},
        {"Signature": base64.b64encode(b"forged").decode()},
        {"SignatureVersion": "3"},
        {"Type": "UnsubscribeConfirmation"},
        {"TopicArn": TOPIC.replace("123456789012", "999999999999")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_notification_is_refused_when_anything_was_changed(change: dict[str, str]) -> None:
    body = json.dumps({**signed(), **change}).encode()

    with pytest.raises(webhook.NotFromSnsError):
        webhook.receive(body, TOPIC)


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.eu-central-1.amazonaws.com.evil.example/key.pem",
        "https://evil.example/sns.eu-central-1.amazonaws.com/key.pem",
        "http://sns.eu-central-1.amazonaws.com/key.pem",
        "https://evil@sns.eu-central-1.amazonaws.com/key.pem",
        f"https://sns.s3.amazonaws.com/{PEM_NAME}",
        f"https://sns.s3-us-west-2.amazonaws.com/{PEM_NAME}",
        f"https://sns.us-east-1.amazonaws.com/{PEM_NAME}",  # not the topic's region
        f"https://sns.eu-central-1.amazonaws.com:8443/{PEM_NAME}",
        f"https://sns.eu-central-1.amazonaws.com./{PEM_NAME}",
        f"https://sns.eu-central-1.amazonaws.com\\@evil.example/{PEM_NAME}",
        f"https://sns.eu-central-1.amazonaws.com/../{PEM_NAME}",
        f"https://sns.eu-central-1.amazonaws.com/{PEM_NAME}?x",
        f"https://sns.eu-central-1.amazonaws.com/{PEM_NAME}#x",
        f"https://sns.eu-central-1.amazonaws.com/{PEM_NAME}\n",
        f"HTTPS://sns.eu-central-1.amazonaws.com/{PEM_NAME}",
    ],
)
def test_certificate_is_not_fetched_when_its_host_is_not_sns_s_own(
    amazon: Amazon, url: str
) -> None:
    body = json.dumps(signed(SigningCertURL=url)).encode()

    with pytest.raises(webhook.NotFromSnsError):
        webhook.receive(body, TOPIC)
    assert amazon.asked == []


def test_no_other_host_is_asked_when_sns_s_own_points_to_it(amazon: Amazon) -> None:
    amazon.moved_to = "https://evil.example/key.pem"

    with pytest.raises(HTTPError, match="302"):
        webhook.receive(json.dumps(signed()).encode(), TOPIC)
    assert amazon.asked == [CERTIFICATE_URL]


def asked_to_confirm(url: str) -> bytes:
    """A message of SNS that asks whether a subscription is wanted."""
    message = signed(Type="SubscriptionConfirmation", Token="t", SubscribeURL=url)
    del message["Subject"]
    text = "".join(f"{n}\n{message[n]}\n" for n in [*ORDER, "Type"] if n in message)
    signature = KEY.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return json.dumps({**message, "Signature": base64.b64encode(signature).decode()}).encode()


def test_subscription_is_confirmed_when_amazon_asks(amazon: Amazon) -> None:
    url = f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=t"

    assert webhook.receive(asked_to_confirm(url), TOPIC) is None
    assert amazon.asked[-1] == url


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/?Action=ConfirmSubscription&Token=t",
        "http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
        "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&Token=t",
        "https://sns.s3.amazonaws.com/?Action=ConfirmSubscription&Token=t",
        "file:///etc/passwd",
    ],
)
def test_nothing_is_fetched_when_a_subscription_is_not_confirmed_at_sns_s_own_host(
    amazon: Amazon, url: str
) -> None:
    with pytest.raises(webhook.NotFromSnsError):
        webhook.receive(asked_to_confirm(url), TOPIC)
    assert amazon.asked == [CERTIFICATE_URL]


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b"{}", b"null"])
def test_anything_else_is_refused_when_it_is_posted(body: bytes) -> None:
    with pytest.raises(webhook.NotFromSnsError):
        webhook.receive(body, TOPIC)
