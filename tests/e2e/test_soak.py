"""A small burst with hostile files, duplicates, overwrites, deletes and an outage adds up."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from darkroom.kinds import Kind, kind_of

from local.cloud import LocalCloud
from local.soak.__main__ import soak
from local.soak.plan import jobs

PHOTOS, OUTAGE_SECONDS = 100, 10.0
FILES_OF_ALL_KINDS = 60


@pytest.fixture(scope="module")
def empty(built: None) -> Iterator[LocalCloud]:
    """A cloud of its own: the audit is of everything that there is."""
    with LocalCloud("soak-test") as deployed:
        deployed.deploy({"DigestSeconds": "3"})
        yield deployed


@pytest.fixture(scope="module")
def mixed(built: None) -> Iterator[LocalCloud]:
    """Another cloud of its own, for files of all kinds."""
    with LocalCloud("soak-kinds") as deployed:
        deployed.deploy({"DigestSeconds": "3"})
        yield deployed


def test_files_of_all_kinds_add_up_when_they_are_sent_at_once(mixed: LocalCloud) -> None:
    kinds = (Kind.PICTURE, Kind.VIDEO, Kind.TABLE)
    plan = list(jobs(FILES_OF_ALL_KINDS, kinds))
    kept = [job for job in plan if not job.delete]
    assert {job.kind for job in kept if not job.hostile} == set(kinds)

    report, plot = soak(mixed, FILES_OF_ALL_KINDS, threads=4, outage_seconds=0, kinds=kinds)

    audit = report["audit"]
    assert (audit["findings"], report["stalled"], audit["dead_letters"]) == ([], 0, {})
    assert audit["ends"] == {
        "processed": sum(not job.hostile for job in kept),
        "rejected": sum(job.hostile for job in kept),
    }
    assert audit["kinds"] == Counter(str(kind_of(job.overwrite or job.body)) for job in kept)
    if sys.platform == "linux":  # which lists the functions' processes
        assert {"probe", "convert", "profile", "thumbnail"} <= report["memory_bytes"].keys()
    assert {">Probe<", ">Convert<", ">Profile<", ">Thumbnail<"} <= set(
        re.findall(">[A-Z][a-z]+<", plot)
    )


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
