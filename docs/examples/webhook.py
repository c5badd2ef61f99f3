"""An HTTPS endpoint for Darkroom's notifications: believes a message only when Amazon signed it.

It needs `cryptography`. Give `receive` the body of each POST request; it returns what happened to a
photo, or None for the message with which SNS asks whether the subscription is wanted.
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import json
import re
import urllib.request
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

# Whoever serves a certificate signs whatever they like: only Amazon's own hosts are asked for one.
_AMAZON = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[^?#]*")
_SIGNED = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ],
}  # fmt: skip


class NotFromSnsError(Exception):
    """The message is not one that Amazon SNS signed, or not of the expected topic."""


def receive(body: bytes, topic_arn: str) -> dict[str, Any] | None:
    """What a message of the notifications topic says; confirms the subscription when asked to.

    Raises:
        NotFromSnsError: it is somebody else's; answer 403 and do nothing.
    """
    try:
        message = json.loads(body)
        verify(message, topic_arn)
    except (ValueError, TypeError, KeyError, AttributeError, InvalidSignature) as error:
        raise NotFromSnsError("the message is not signed by SNS") from error
    if message["Type"] == "SubscriptionConfirmation":
        fetch(message["SubscribeURL"])
        return None
    notification: dict[str, Any] = json.loads(message["Message"])
    return notification


def verify(message: dict[str, Any], topic_arn: str) -> None:
    """Check topic and signature; raises InvalidSignature or NotFromSnsError."""
    if message["TopicArn"] != topic_arn:
        raise NotFromSnsError("the message is of another topic")
    names = [name for name in _SIGNED[message["Type"]] if name in message]
    text = "".join(f"{name}\n{message[name]}\n" for name in names)
    digest = {"1": hashes.SHA1, "2": hashes.SHA256}[message["SignatureVersion"]]()
    key = certificate(message["SigningCertURL"]).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotFromSnsError("the certificate holds no RSA key")
    signature = base64.b64decode(message["Signature"])
    key.verify(signature, text.encode(), padding.PKCS1v15(), digest)


@lru_cache(maxsize=8)
def certificate(url: str) -> x509.Certificate:
    """Amazon's certificate at a URL; it changes every few months, under a new one."""
    return x509.load_pem_x509_certificate(fetch(url))


def fetch(url: str) -> bytes:
    """What Amazon SNS serves at a URL of its own; nothing else is asked."""
    if not _AMAZON.fullmatch(url.partition("?")[0]):
        raise NotFromSnsError(f"{url} is not a URL of Amazon SNS")
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # https, see above
        content: bytes = answer.read()
    return content
