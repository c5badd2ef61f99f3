"""Tokens: what is secret of a link. It is in the link's address, and stored nowhere."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 18  # 144 random bits: nobody guesses one, so a hash of it needs neither salt nor slowness


def new_token() -> str:
    """A token that no link has had, of characters that an address holds as they are."""
    return secrets.token_urlsafe(_BYTES)


def id_of(token: str) -> str:
    """The id of the link with a token: its SHA-256. Any text has one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
