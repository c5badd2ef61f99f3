"""A small burst with hostile files, duplicates, overwrites, deletes and an outage adds up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud
from local.soak.__main__ import soak
from local.soak.plan import jobs

PHOTOS, OUTAGE_SECONDS = 100, 10.0


@pytest.fixture(scope="module")
def empty(built: None) -> Iterator[LocalCloud]:
    """A cloud of its own: the audit is of everything that there is."""
    with LocalCloud("soak-test") as deployed:
        deployed.deploy({"DigestSeconds": "3"})
        yield deployed


def test_everything_adds_up_when_a_burst_meets_an_outage(empty: LocalCloud) -> None:
    plan = list(jobs(PHOTOS))
    kept = [job for job in plan if not job.delete]

    report, plot = soak(empty, PHOTOS, threads=4, outage_seconds=OUTAGE_SECONDS)

    audit = report["audit"]
    assert (audit["findings"], report["stalled"]) == ([], 0)
    assert (report["kept"], audit["uploads"]) == (len(kept), len(kept))
    assert audit["uploaded_bytes"] == sum(len(job.overwrite or job.body) for job in kept)
    assert audit["ends"] == {
        "processed": sum(not job.hostile for job in kept),
        "rejected": sum(job.hostile for job in kept),
    }
    assert report["redelivered"] == sum(job.duplicate for job in plan) > 0
    assert report["redriven"] > 0  # the outage outlasted all attempts of some messages
    assert audit["dead_letters"] == {}
    assert ">Watermark<" in plot
