"""Which modules are mutated, and the tests that decide over each: the quickest that suffice."""

from __future__ import annotations

_CORE, _IMAGING = "layers/core/darkroom", "layers/imaging/darkroom/imaging"
_USAGE = ("functional/test_quota.py", "functional/test_races.py", "functional/test_retry.py")
_ENDS = ("functional/test_join.py", "functional/test_crashes.py", "functional/test_fail.py")
_REPAIR = ("unit/reconcile/test_diagnosis.py", "functional/test_reconcile.py")

_TESTS: dict[str, tuple[str, ...]] = {
    f"{_IMAGING}/limits.py": ("unit/imaging/test_limits.py",),
    f"{_IMAGING}/animation.py": ("unit/imaging/test_animation.py",),
    f"{_IMAGING}/pixels/orientation.py": ("unit/imaging/test_orientation.py",),
    f"{_IMAGING}/pixels/crop.py": ("unit/imaging/pixels/test_crop.py",),
    f"{_IMAGING}/pixels/colour.py": ("unit/imaging/pixels/test_modes.py",),
    f"{_CORE}/pipeline/records.py": ("functional/test_records.py",),
    f"{_CORE}/pipeline/steps.py": ("functional/test_steps.py",),
    f"{_CORE}/pipeline/join.py": ("functional/test_conclusion.py",),
    f"{_CORE}/pipeline/tombstones.py": ("functional/test_records.py",),
    f"{_CORE}/people/once.py": ("functional/test_once.py",),
    f"{_CORE}/people/notifications.py": (*_ENDS, "functional/test_retry.py"),
    f"{_CORE}/people/digests.py": ("functional/test_digest.py",),
    f"{_CORE}/people/inbox.py": ("functional/test_digest.py",),
    f"{_CORE}/people/live.py": ("functional/test_live.py",),
    f"{_CORE}/repair/retry.py": ("functional/test_retry.py", "functional/test_fail.py"),
    f"{_CORE}/repair/reconcile/diagnosis.py": ("unit/reconcile/test_diagnosis.py",),
    f"{_CORE}/repair/reconcile/progress.py": _REPAIR,
    f"{_CORE}/repair/reconcile/remedies.py": _REPAIR,
    f"{_CORE}/repair/reconcile/survey.py": _REPAIR,
    f"{_CORE}/repair/reconcile/sweep.py": _REPAIR,
    f"{_CORE}/repair/reconcile/usage.py": _REPAIR,
    f"{_CORE}/quota/ledger.py": (*_USAGE, "functional/test_crashes.py"),
    f"{_CORE}/quota/admission.py": ("functional/test_live.py",),
    f"{_CORE}/quota/over_quota_tags.py": (*_USAGE, "functional/test_crashes.py"),
}
MODULES = {
    path: [f"tests/{test}" for test in dict.fromkeys(tests)] for path, tests in _TESTS.items()
}
