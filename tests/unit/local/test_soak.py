"""What a soak plans, measures and draws."""

from __future__ import annotations

import io
import random
from collections import Counter
from xml.etree import ElementTree

import pytest
from darkroom.kinds import Kind, kind_of
from PIL import Image

from local.soak.__main__ import kinds_of, percentiles
from local.soak.burst import FAILING
from local.soak.files import FILES
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


def test_kinds_take_turns_and_files_differ_when_several_are_sent() -> None:
    kinds = (Kind.PICTURE, Kind.VIDEO, Kind.TABLE)
    planned = list(jobs(120, kinds))

    assert [job.kind for job in planned[:4]] == [*kinds, Kind.PICTURE]
    assert len({job.body for job in planned}) == len({job.path for job in planned}) == 120
    assert {kind_of(job.body) for job in planned if not job.hostile} == set(kinds)
    assert all(kind_of(job.body) is job.kind for job in planned if not job.hostile)
    assert planned == list(jobs(120, kinds))


@pytest.mark.parametrize("kind", [Kind.VIDEO, Kind.TABLE])
def test_hostile_file_is_taken_for_its_kind_when_it_begins_as_one(kind: Kind) -> None:
    chance = random.Random(1)
    hostile = {FILES[kind].hostile(number, chance) for number in range(12)}
    assert len(hostile) == 12
    assert {kind_of(body) for body in hostile} == {kind}


def test_pictures_alone_are_sent_when_nothing_else_is_wanted() -> None:
    assert kinds_of(Arguments({})) == kinds_of(Arguments({"KINDS": " "})) == (Kind.PICTURE,)
    assert {job.kind for job in jobs(20)} == {Kind.PICTURE}


def test_kinds_are_sent_in_the_order_in_which_they_are_named() -> None:
    wanted = Arguments({"KINDS": "video, picture,table"})
    assert kinds_of(wanted) == (Kind.VIDEO, Kind.PICTURE, Kind.TABLE)


@pytest.mark.parametrize("text", ["film", "other", "picture,picture", "picture,,table", "Video"])
def test_kinds_are_refused_when_a_soak_has_no_such_files(text: str) -> None:
    with pytest.raises(CommandError, match="give each of picture,video,table once"):
        kinds_of(Arguments({"KINDS": text}))


def test_every_kind_has_a_function_that_fails_when_it_is_the_first() -> None:
    assert set(FAILING) == set(FILES) == set(Kind) - {Kind.OTHER}


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
