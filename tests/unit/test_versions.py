"""Stand-ins order between the version they follow and every later one, whatever S3 gives."""

from __future__ import annotations

from darkroom.pipeline.events import version_of
from darkroom.pipeline.versions import UNKNOWN, is_stand_in, same_object, stand_in_after
from hypothesis import given
from hypothesis import strategies as st

SEQUENCERS = st.integers(0, 16**18 - 1).flatmap(
    lambda n: st.sampled_from([f"{n:018X}", f"{n:018x}", f"{n:X}", f"{n:032X}"])
)


@given(SEQUENCERS, SEQUENCERS, st.integers(1, 40))
def test_stand_in_lies_between_what_is_known_and_what_comes_when_s3_goes_on(
    one: str, other: str, times: int
) -> None:
    before, later = sorted((version_of(one), version_of(other)))
    stand_in = before
    for _ in range(times):
        following = stand_in_after(stand_in)
        assert following > stand_in
        stand_in = following
    assert is_stand_in(stand_in)
    if before != later:
        assert stand_in < later


@given(SEQUENCERS)
def test_stand_in_is_the_same_when_it_travels_as_an_event_s_sequencer(one: str) -> None:
    stand_in = stand_in_after(version_of(one))
    assert version_of(stand_in) == stand_in


@given(SEQUENCERS)
def test_first_stand_in_is_below_every_real_version_when_nothing_is_known(one: str) -> None:
    version = version_of(one)
    assert stand_in_after(UNKNOWN) < version or version == UNKNOWN
    assert not is_stand_in(version)


def test_only_a_stand_in_is_the_same_object_when_etags_are_equal() -> None:
    first, second = "0066AA", "0066AB"
    assert not same_object(first, "e", second, "e")  # the same photo, uploaded twice
    assert same_object(stand_in_after(first), "e", second, "e")
    assert not same_object(stand_in_after(first), "e", second, "f")
    assert not same_object(stand_in_after(first), "", second, "")
