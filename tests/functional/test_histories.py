"""Whatever happens in whatever order, what is left in the end is what a ten-line model says.

The histories are random but always the same;
`make test-functional ARGS="-k histories_are_new --histories 200"` plays new ones.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from darkroom.aws.dynamodb import Write
from darkroom.model import ImageItem
from darkroom.observability import logger
from darkroom.people.once import Once
from darkroom.pipeline.join import End, FindEnd, conclude
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import unchanged
from darkroom.quota.ledger import Ledger, _Known
from darkroom.quota.tally import Tally, counter_deltas
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.functional.conftest import simulated
from tests.functional.history import QUEUES, Content, Deployment
from tests.functional.wire import FAULTS, Fault

# Two runs at once share one set of metrics here, as they never do in Lambda.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")

USERS = st.sampled_from(["ann", "ann", "bob"])
NAMES = st.sampled_from(["a.jpg", "b.jpg"])
SIZES = st.sampled_from([1000, 1200, 2500])
CONTENTS = st.sampled_from(["photo", "photo", "photo", "photo", "broken", "text"])
PICKS = st.integers(0, 5)
REQUESTS = st.integers(0, 14)
MESSAGES = st.sampled_from(QUEUES)


class Histories(RuleBasedStateMachine):
    """Users put, overwrite and delete; messages come late, twice, in any order; functions die."""

    deployment: ClassVar[Deployment]

    def __init__(self) -> None:
        super().__init__()
        self.deployment.reset()

    @rule(user=USERS, name=NAMES, size=SIZES, content=CONTENTS)
    def put(self, user: str, name: str, size: int, content: Content) -> None:
        self.deployment.put(user, name, size, content)

    @rule(user=USERS, name=NAMES)
    def delete(self, user: str, name: str) -> None:
        self.deployment.delete(user, name)

    @rule(queue=MESSAGES, pick=PICKS, count=st.integers(1, 3), again=st.booleans())
    def deliver(self, queue: str, pick: int, count: int, again: bool) -> None:
        self.deployment.deliver(queue, pick, count, again=again)

    @rule(queue=MESSAGES, pick=PICKS, fault=st.sampled_from(FAULTS), at=REQUESTS)
    def fail_once(self, queue: str, pick: int, fault: Fault, at: int) -> None:
        self.deployment.deliver(queue, pick, plan=lambda n, _: fault if n == at else "none")

    @rule(queue=MESSAGES, pick=PICKS, at=REQUESTS)
    def fail_from_then_on(self, queue: str, pick: int, at: int) -> None:
        self.deployment.deliver(queue, pick, plan=lambda n, _: "throttled" if n >= at else "none")

    @rule(
        queue=MESSAGES, pick=PICKS, at=REQUESTS, dies=st.booleans(),
        user=USERS, name=NAMES, deletes=st.sampled_from([True, False, None]),
        others=st.lists(st.tuples(MESSAGES, PICKS, st.booleans()), min_size=1, max_size=4),
    )  # fmt: skip
    def run_others_meanwhile(
        self,
        queue: str,
        pick: int,
        at: int,
        dies: bool,
        user: str,
        name: str,
        deletes: bool | None,
        others: list[tuple[str, int, bool]],
    ) -> None:
        """One run waits in a request while others run, and then goes on, or dies."""

        def plan(number: int, _: str) -> Fault:
            if number != at:
                return "none"
            if deletes is not None and deletes:
                self.deployment.delete(user, name)
            elif deletes is not None:
                self.deployment.put(user, name, 1000, "photo")
            for other, other_pick, again in others:
                self.deployment.deliver(other, other_pick, again=again)
            return "killed after" if dies else "none"

        self.deployment.deliver(queue, pick, plan=plan)

    def teardown(self) -> None:
        self.deployment.settle()
        self.deployment.audit()


@pytest.fixture(scope="module")
def deployment(tables: dict[str, Any]) -> Iterator[Deployment]:
    with pytest.MonkeyPatch.context() as patch, simulated(patch, tables) as world:
        patch.setattr("time.sleep", lambda _: None)  # the SDK's pauses between its attempts
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        logger.setLevel("CRITICAL")
        yield Deployment(world)
        logger.setLevel("INFO")


def play(deployment: Deployment, *, histories: int, steps: int = 30, new: bool = False) -> None:
    """Play random histories; raises what the first that goes wrong raises."""
    Histories.deployment = deployment
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            derandomize=not new,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink] if new else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_model_holds_when_anything_happens_in_any_order(deployment: Deployment) -> None:
    play(deployment, histories=25)


def test_model_holds_when_histories_are_new(
    deployment: Deployment, pytestconfig: pytest.Config
) -> None:
    histories: int = pytestconfig.getoption("--histories")
    if not histories:
        pytest.skip("plays new histories only when asked to: --histories 200")
    play(deployment, histories=histories, new=True)


def _usage_is_counted_per_message(deployment: Deployment, patch: pytest.MonkeyPatch) -> None:
    def count_again(ledger: Ledger, upload: Upload) -> Write:
        return ledger._marks.put({"id": f"charged#{upload.key}#{time.time_ns()}"})

    patch.setattr(Ledger, "_count_once", count_again)
    patch.setattr(_Known, "is_counted", lambda *_: False)


def _deletion_takes_whatever_is_there(deployment: Deployment, patch: pytest.MonkeyPatch) -> None:
    def release(self: Ledger, image: ImageVersion, tally: Tally) -> list[Write]:
        row = self.row(image)
        if row is None:
            return []
        tally.add(counter_deltas(row))
        key = {"identity_id": image.identity_id, "image": image.key}
        return [self._rows.delete(key).when(unchanged(row))]

    patch.setattr(Ledger, "_releasing", release)


def _each_step_leaves_a_receipt(patch: pytest.MonkeyPatch) -> None:
    """As in releases before 0.2.0, whose receipts notify still meets: it wakes more often."""
    patch.setattr("darkroom.pipeline.steps.is_pending", lambda _: False)


def _claim_is_never_done(deployment: Deployment, patch: pytest.MonkeyPatch) -> None:
    _each_step_leaves_a_receipt(patch)
    patch.setattr(Once, "_claim", lambda *_: True)


def _end_is_written_without_a_look(deployment: Deployment, patch: pytest.MonkeyPatch) -> None:
    _each_step_leaves_a_receipt(patch)

    def conclude_early(records: ImageRecords, image: ImageVersion, find_end: FindEnd) -> Any:
        def find_end_too_early(item: ImageItem) -> End | None:
            done = {n: s for n, s in item["steps"].items() if s["state"] != "pending"}
            return find_end({**item, "steps": done})

        return conclude(records, image, find_end_too_early)

    for app in deployment.app("notify"):
        patch.setattr(app, "conclude", conclude_early)


BUGS = {
    "quota": [
        (_usage_is_counted_per_message, "uploaded usage"),
        (_deletion_takes_whatever_is_there, "ledger"),
    ],
    "notify": [
        (_claim_is_never_done, "published twice"),
        (_end_is_written_without_a_look, "told before the end"),
    ],
}


@pytest.mark.parametrize(
    ("plant", "shows"),
    [bug for bugs in BUGS.values() for bug in bugs],
    ids=[f"{name}{bug[0].__name__}" for name, bugs in BUGS.items() for bug in bugs],
)
def test_model_finds_the_bug_when(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, plant: Any, shows: str
) -> None:
    plant(deployment, monkeypatch)
    with pytest.raises(AssertionError, match=shows):
        play(deployment, histories=1500)
