"""Clients of AWS's services in a local cloud."""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.loaders import create_loader

# Shared: a client reads a service's description, up to 0.1 s of work, only if no other has yet.
_LOADER = create_loader()


def local_client(
    service: str,
    endpoint: str,
    region: str,
    credentials: Credentials | None = None,
    **options: Any,
) -> Any:
    """A client of a service at `endpoint`; without credentials it signs nothing.

    It connects directly, whatever proxy is set, and names buckets in the path.
    """
    if credentials is None:
        options["signature_version"] = UNSIGNED
    session = botocore.session.Session()
    session.register_component("data_loader", _LOADER)
    return session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=credentials.access_key if credentials else None,
        aws_secret_access_key=credentials.secret_key if credentials else None,
        aws_session_token=credentials.token if credentials else None,
        config=Config(proxies={}, s3={"addressing_style": "path"}, **options),
    )
