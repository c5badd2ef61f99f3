"""What a soak plans, measures and draws."""

from __future__ import annotations

import io
from collections import Counter
from xml.etree import ElementTree

import pytest
from PIL import Image

from local.soak.__main__ import percentiles
from local.soak.gauges import growth
from local.soak.plan import USERS, jobs
from local.soak.plot import backlog_plot
from operations.arguments import Arguments
from operations.command import CommandError


def test_plan_has_its_shares_of_trouble_and_is_the_same_when_it_is_made_again() -> None:
    planned = list(jobs(100))
    assert sum(job.hostile for job in planned) == 2
    assert sum(job.duplicate for job in planned) == 5
    assert sum(job.overwrite is not None for job in planned) == 3
    assert sum(job.delete for job in planned) == 3
    assert set(Counter(job.user for job in planned).values()) == {100 // USERS}
    assert len({job.body for job in planned}) == len({job.path for job in planned}) == 100
    assert planned == list(jobs(100))


def test_honest_photos_decode_when_they_are_made() -> None:
    for job in jobs(20):
        if not job.hostile:
            assert Image.open(io.BytesIO(job.body)).format == "JPEG"


def test_percentiles_are_of_nearest_rank_when_values_are_few() -> None:
    told = percentiles([float(n) for n in range(1, 101)])
    assert told == {"p50": 50, "p95": 95, "p99": 99, "most": 100}
    assert percentiles([7.0]) == {"p50": 7, "p95": 7, "p99": 7, "most": 7}


def test_growth_compares_the_last_third_with_the_second_when_memory_is_judged() -> None:
    memory = [(float(second), {"quota": size}) for second, size in enumerate([9, 9, 5, 6, 8, 7])]
    assert growth(memory) == {"quota": (6, 8)}


def test_plot_is_a_picture_with_a_line_for_each_busy_queue_when_it_is_drawn() -> None:
    samples = [(float(n), {"Quota": n, "Idle": 0, "QuotaDeadLetter": 10 - n}) for n in range(11)]
    svg = ElementTree.fromstring(backlog_plot(samples, title="a < b & c", outage=(0, 5)))
    texts = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert "a < b & c" in texts
    assert {"Quota", "QuotaDeadLetter"} <= set(texts)
    assert "Idle" not in texts


@pytest.mark.parametrize("text", ["many", "-5", "3", "1.5"])
def test_number_of_photos_is_refused_when_it_makes_no_soak(
    text: str,
) -> None:
    with pytest.raises(CommandError, match=f"N={text} is not a whole number from 20 on"):
        Arguments({"N": text}).whole("N", 5000, least=20)
