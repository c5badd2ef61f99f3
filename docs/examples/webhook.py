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

# What SNS has messages fetch from its host. Whoever serves a certificate signs whatever they like.
_CERTIFICATE = re.compile(r"SimpleNotificationService-[0-9A-Za-z]+\.pem")
_CONFIRMATION = re.compile(r"\?Action=ConfirmSubscription&[\w%&=.:~-]+", re.ASCII)
_SIGNED = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ],
}  # fmt: skip


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow none: it could lead to another host."""


_OPENER = urllib.request.build_opener(_NoRedirects)


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
        fetch(message["SubscribeURL"], topic_arn, _CONFIRMATION)
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
    key = certificate(message["SigningCertURL"], topic_arn).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotFromSnsError("the certificate holds no RSA key")
    signature = base64.b64decode(message["Signature"])
    key.verify(signature, text.encode(), padding.PKCS1v15(), digest)


@lru_cache(maxsize=8)
def certificate(url: str, topic_arn: str) -> x509.Certificate:
    """Amazon's certificate at a URL; it changes every few months, under a new one."""
    return x509.load_pem_x509_certificate(fetch(url, topic_arn, _CERTIFICATE))


def fetch(url: str, topic_arn: str, expected: re.Pattern[str]) -> bytes:
    """What the host of a topic's own region serves at a URL; no other host is asked.

    A pattern for all regions would let others in: `sns.s3.amazonaws.com` is a bucket named `sns`.
    """
    _, partition, _, region, _ = topic_arn.split(":", 4)
    domain = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    host, _, rest = url.removeprefix("https://").partition("/")
    https = url.startswith("https://")
    if not https or host != f"sns.{region}.{domain}" or not expected.fullmatch(rest):
        raise NotFromSnsError(f"{url} is not a URL of Amazon SNS in {region}")
    with _OPENER.open(url, timeout=10) as answer:
        content: bytes = answer.read()
    return content
