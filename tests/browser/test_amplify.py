"""Amplify's own libraries, unchanged, configured with amplify_outputs.json and no more."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from playwright.sync_api import Browser

from local.browser import ARGUMENTS
from local.cloud import LocalCloud
from local.login import sign_in
from local.paths import ROOT
from local.site import Site
from local.user import enter
from operations.deployment import Deployment
from operations.outputs import describe
from tests.browser.amazon import Amazon
from tests.browser.conftest import missing
from tests.e2e.photos import photo

BUNDLE = ROOT / "tests" / "amplify" / "dist" / "storage.js"
ACCOUNT = ("amplify@darkroom.example", "correct horse battery")
PADDING = 11_000_000  # more than two parts of an upload


def test_amplify_uploads_lists_and_fetches_when_it_knows_the_outputs_alone(
    browser: Browser, executable: Path, served: tuple[LocalCloud, Site], tmp_path: Path
) -> None:
    if not BUNDLE.exists():
        missing("Amplify's libraries are not bundled: `make test-browser` does it, with Node.js")
    cloud, site = served
    cloud.new_user(*ACCOUNT)
    outputs = describe(Deployment.of_local(cloud.running))
    del outputs["custom"]  # nothing but what Amplify defines
    body = photo(95, (800, 600))
    with (
        Amazon(cloud.server.port, tmp_path) as amazon,
        browser.browser_type.launch(
            executable_path=executable,
            args=[*ARGUMENTS, *amazon.arguments],
            chromium_sandbox=os.geteuid() != 0,
        ) as chromium,
    ):
        context = chromium.new_context(bypass_csp=True, ignore_https_errors=True)
        page = context.new_page()
        page.goto(f"{site.origin}/robots.txt")
        page.add_script_tag(content=BUNDLE.read_text(encoding="utf-8"))
        told = page.evaluate(
            "args => uploadWithAmplify(...args)",
            [outputs, *ACCOUNT, base64.b64encode(body).decode(), PADDING],
        )

        size = len(body) + PADDING
        assert (told["size"], told["fetched"]) == (size, size)
        key = f"users/{told['identityId']}/from-amplify.jpg"
        assert told["listed"] == [{"path": key, "size": size}]
        assert len(told["progress"]) > 2
        assert told["progress"] == sorted(told["progress"])
        assert told["progress"][-1] == size

        user = enter(
            cloud.endpoint, cloud.outputs, sign_in(cloud.endpoint, cloud.outputs, *ACCOUNT)
        )
        assert user.wait_for_end(key)["status"] == "processed"
        results = page.evaluate("() => fetchResultsWithAmplify()")
        assert results["type"] == "image/webp"
        assert all(path.startswith(f"{key}/") for path in results["paths"])
