"""The page is as restricted on this machine as where it is hosted."""

from __future__ import annotations

from local.site import security_headers
from tests.template.test_page import directives

ENDPOINT = "http://127.0.0.1:4566"
# What these name are the hosts of the cloud, which is another one here.
HOSTS = {"connect-src", "img-src", "media-src"}


def test_local_page_is_restricted_like_the_hosted_one_when_it_is_served() -> None:
    hosted = directives()
    policy = security_headers(ENDPOINT)["Content-Security-Policy"]
    local = {name: sources for name, *sources in (part.split() for part in policy.split("; "))}

    assert local.keys() == hosted.keys()
    assert {name: local[name] for name in local.keys() - HOSTS} == {
        name: hosted[name] for name in hosted.keys() - HOSTS
    }


def test_local_page_reaches_its_own_cloud_only_when_it_is_open() -> None:
    policy = security_headers(ENDPOINT)["Content-Security-Policy"]
    sources = {source for part in policy.split("; ") for source in part.split()[1:]}

    assert {source for source in sources if "//" in source} == {
        "http://127.0.0.1:4566",
        "ws://127.0.0.1:4566",
    }
