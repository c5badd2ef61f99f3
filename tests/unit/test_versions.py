"""Synthetic versions order between the one they follow and every later one of S3's."""

from __future__ import annotations

from darkroom.pipeline.events import version_of
from darkroom.pipeline.versions import (
    NO_VERSION,
    is_synthetic,
    of_one_event,
    same_object,
    synthetic_after,
)
from hypothesis import given
from hypothesis import strategies as st

SEQUENCERS = st.integers(0, 16**18 - 1).flatmap(
    lambda n: st.sampled_from([f"{n:018X}", f"{n:018x}", f"{n:X}", f"{n:032X}"])
)


@given(SEQUENCERS, SEQUENCERS, st.integers(1, 40))
def test_synthetic_lies_between_what_is_known_and_what_comes_when_s3_goes_on(
    one: str, other: str, times: int
) -> None:
    before, later = sorted((version_of(one), version_of(other)))
    synthetic = before
    for _ in range(times):
        following = synthetic_after(synthetic)
        assert following > synthetic
        synthetic = following
    assert is_synthetic(synthetic)
    if before != later:
        assert synthetic < later


@given(SEQUENCERS)
def test_synthetic_is_the_same_when_it_travels_as_an_event_s_sequencer(one: str) -> None:
    synthetic = synthetic_after(version_of(one))
    assert version_of(synthetic) == synthetic


@given(SEQUENCERS)
def test_first_synthetic_is_below_every_real_version_when_nothing_is_known(one: str) -> None:
    version = version_of(one)
    assert synthetic_after(NO_VERSION) < version or version == NO_VERSION
    assert not is_synthetic(version)


def test_synthetic_has_the_form_of_those_that_are_stored() -> None:
    known, zeros = "0066AB12CD34EF5678", 14 * "0"
    first = synthetic_after(known)
    assert first == f"{known}{zeros}00000001"
    assert synthetic_after(first) == f"{known}{zeros}00000002"
    assert (is_synthetic(first), is_synthetic(first[:32])) == (True, False)
    assert synthetic_after(f"{known}{zeros}0000001") == f"{known}{zeros}00000011"  # behind 16


def test_versions_are_of_one_event_when_all_but_one_are_synthetic_behind_it() -> None:
    real, later = "0066AB12CD34EF5678", "0066AB12CD34EF5679"
    first = synthetic_after(real)
    second = synthetic_after(first)
    for one, other in ((real, real), (real, first), (first, second)):
        assert of_one_event(one, other)
        assert of_one_event(other, one)
    for each in (real, first, second):
        assert not of_one_event(each, later)
        assert not of_one_event(synthetic_after(later), each)


def test_only_a_synthetic_version_is_the_same_object_when_etags_are_equal() -> None:
    first, second = "0066AA", "0066AB"
    assert not same_object(first, "e", second, "e")  # the same photo, uploaded twice
    assert same_object(synthetic_after(first), "e", second, "e")
    assert not same_object(synthetic_after(first), "e", second, "f")
    assert not same_object(synthetic_after(first), "", second, "")
    assert same_object(first, "e", synthetic_after(second), "e")
    assert not same_object(synthetic_after(first), "e", synthetic_after(first), "e")
