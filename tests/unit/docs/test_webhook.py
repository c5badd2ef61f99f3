"""The webhook of docs/examples believes what Amazon signed, and nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from docs.examples import webhook
from tests.certificates import self_signed

TOPIC = "arn:aws:sns:eu-central-1:123456789012:darkroom-NotificationsTopic-ABC"
CERTIFICATE_URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
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


@pytest.fixture(autouse=True)
def amazon(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Amazon's servers: they have one certificate, and remember what was asked for."""
    asked: list[str] = []
    pem = self_signed("sns.amazonaws.com", KEY)

    class Answer:
        def __enter__(self) -> Answer:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self) -> bytes:
            return pem

    def urlopen(url: str, timeout: float) -> Answer:
        asked.append(url)
        return Answer()

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    webhook.certificate.cache_clear()
    return lambda: asked


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
    ],
)
def test_certificate_is_not_fetched_when_its_host_is_not_amazon_s(
    amazon: Callable[[], list[str]], url: str
) -> None:
    body = json.dumps(signed(SigningCertURL=url)).encode()

    with pytest.raises(webhook.NotFromSnsError):
        webhook.receive(body, TOPIC)
    assert amazon() == []


def test_subscription_is_confirmed_when_amazon_asks(amazon: Callable[[], list[str]]) -> None:
    url = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    message = signed(Type="SubscriptionConfirmation", Token="t", SubscribeURL=url)
    del message["Subject"]
    text = "".join(f"{n}\n{message[n]}\n" for n in [*ORDER, "Type"] if n in message)
    signature = KEY.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    message["Signature"] = base64.b64encode(signature).decode()

    assert webhook.receive(json.dumps(message).encode(), TOPIC) is None
    assert amazon()[-1] == url


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b"{}", b"null"])
def test_anything_else_is_refused_when_it_is_posted(body: bytes) -> None:
    with pytest.raises(webhook.NotFromSnsError):
        webhook.receive(body, TOPIC)
