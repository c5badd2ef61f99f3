"""The page in the stack: only where it is asked for, through CloudFront, with strict headers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.model import RESOURCES, TEMPLATE, names_in

PAGE = [name for name in RESOURCES if name.startswith("Page")]
HEADERS = RESOURCES["PageHeadersPolicy"]["Properties"]["ResponseHeadersPolicyConfig"]
DISTRIBUTION = RESOURCES["PageDistribution"]["Properties"]["DistributionConfig"]


def directives() -> dict[str, list[Any]]:
    """The Content-Security-Policy: the sources of each directive."""
    policy = HEADERS["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    separator, parts = policy["Fn::Join"]
    assert separator == "; "
    found: dict[str, list[Any]] = {}
    for part in parts:
        if isinstance(part, dict) and "Fn::Join" in part:
            first, *rest = part["Fn::Join"][1]
            name, *sources = first.split()
            found[name] = [*sources, *(each["Fn::Sub"] for each in rest)]
        else:
            text = part["Fn::Sub"] if isinstance(part, dict) else part
            name, *found_sources = text.split()
            found[name] = found_sources
    return found


@pytest.mark.parametrize("name", PAGE)
def test_page_costs_nothing_when_it_is_not_asked_for(name: str) -> None:
    assert RESOURCES[name]["Condition"] == "HostsPage"
    assert TEMPLATE["Parameters"]["HostPage"]["Default"] == "false"


def test_bucket_serves_its_distribution_only_when_it_is_asked() -> None:
    (statement,) = RESOURCES["PageBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    assert "PageDistribution" in names_in(statement["Condition"]["StringEquals"]["aws:SourceArn"])
    (origin,) = DISTRIBUTION["Origins"]
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["PageOriginAccessControl", "Id"]}
    access = RESOURCES["PageOriginAccessControl"]["Properties"]["OriginAccessControlConfig"]
    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")


def test_page_is_read_only_and_encrypted_when_it_is_served() -> None:
    behavior = DISTRIBUTION["DefaultCacheBehavior"]
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behavior["AllowedMethods"] == ["GET", "HEAD"]
    assert behavior["ResponseHeadersPolicyId"] == {"Ref": "PageHeadersPolicy"}


def test_nothing_but_its_own_code_runs_when_the_page_is_open() -> None:
    policy = directives()
    assert policy["default-src"] == ["'none'"]
    for name in ("script-src", "style-src"):
        assert policy[name] == ["'self'"]
    for name in ("base-uri", "form-action", "frame-ancestors"):
        assert policy[name] == ["'none'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    for source in policy["connect-src"]:
        assert source == "'self'" or "${AWS::Region}" in source


def test_browser_is_told_to_be_careful_when_it_gets_the_page() -> None:
    headers = HEADERS["SecurityHeadersConfig"]
    assert all(header["Override"] is True for header in headers.values())
    assert headers["FrameOptions"]["FrameOption"] == "DENY"
    assert headers["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert "ContentTypeOptions" in headers
