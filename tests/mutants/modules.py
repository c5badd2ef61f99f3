"""Which modules are mutated, and the tests that decide over each: the quickest that suffice."""

from __future__ import annotations

_CORE, _IMAGING = "layers/core/darkroom", "layers/imaging/darkroom/imaging"
_SHARE, _SEARCH = "layers/share/darkroom/share", "layers/search/darkroom/search"
_LEDGER = ("functional/test_ledger.py",)
_OWN_FILES = ("functional/test_own_files.py",)
_ACCEPTED = ("functional/test_accept.py", *_OWN_FILES)
_SHARED = ("unit/share/test_requests.py", "unit/share/test_shown.py", "functional/test_share.py")

_TESTS: dict[str, tuple[str, ...]] = {
    f"{_IMAGING}/limits.py": ("unit/imaging/test_limits.py",),
    f"{_IMAGING}/animation.py": ("unit/imaging/test_animation.py",),
    f"{_IMAGING}/pixels/orientation.py": ("unit/imaging/test_orientation.py",),
    f"{_IMAGING}/pixels/crop.py": ("unit/imaging/pixels/test_crop.py",),
    f"{_IMAGING}/pixels/colour.py": ("unit/imaging/pixels/test_modes.py",),
    f"{_CORE}/people/once.py": ("functional/test_once.py", "functional/test_steps.py"),
    f"{_CORE}/pipeline/steps.py": ("functional/test_steps.py",),
    f"{_CORE}/pipeline/join.py": ("functional/test_conclusion.py",),
    f"{_CORE}/pipeline/tombstones.py": ("functional/test_tombstones.py",),
    f"{_CORE}/repair/reconcile/diagnosis.py": ("unit/reconcile/test_diagnosis.py",),
    f"{_CORE}/repair/reconcile/progress.py": ("functional/test_progress.py",),
    f"{_CORE}/repair/reconcile/remedies.py": ("functional/test_remedies.py",),
    f"{_CORE}/repair/reconcile/usage.py": ("functional/test_usage_repair.py",),
    f"{_CORE}/quota/admission.py": (
        "unit/quota/test_admission.py",
        "functional/test_gate.py",
        "functional/test_newcomers.py",
    ),
    f"{_CORE}/quota/over_quota_tags.py": ("functional/test_over_quota_tags.py",),
    f"{_CORE}/quota/tally.py": _LEDGER,
    f"{_CORE}/quota/ledger.py": _LEDGER,
    f"{_CORE}/pipeline/records.py": ("functional/test_records.py",),
    f"{_CORE}/repair/reconcile/survey.py": ("functional/test_survey.py",),
    f"{_CORE}/repair/reconcile/sweep.py": ("functional/test_sweep.py",),
    f"{_CORE}/repair/retry.py": ("functional/test_retrying.py",),
    f"{_CORE}/people/notifications.py": ("functional/test_notifications.py",),
    f"{_CORE}/people/digests.py": ("functional/test_digest.py",),
    f"{_CORE}/people/inbox.py": ("functional/test_inbox.py",),
    f"{_CORE}/people/live.py": ("unit/test_live_messages.py", "functional/test_live.py"),
    f"{_CORE}/pipeline/relay.py": (
        "unit/test_message_groups.py",
        "functional/test_relay.py",
    ),
    f"{_CORE}/pipeline/versions.py": ("unit/test_versions.py", *_LEDGER),
    f"{_CORE}/people/acceptance.py": _ACCEPTED,
    f"{_CORE}/people/own_files.py": _OWN_FILES,
    f"{_CORE}/people/answers.py": ("unit/people/test_answers.py", *_ACCEPTED),
    f"{_CORE}/people/bin.py": ("functional/test_bin.py",),
    f"{_CORE}/people/newcomers.py": ("functional/test_newcomers.py",),
    f"{_SHARE}/links.py": _SHARED,
    f"{_SHARE}/shown.py": _SHARED,
    f"{_SHARE}/visits.py": _SHARED,
    f"{_SHARE}/desk.py": _SHARED,
    f"{_SHARE}/requests.py": _SHARED,
    f"{_SEARCH}/cells.py": ("unit/search/test_cells.py",),
    f"{_SEARCH}/requests.py": ("unit/search/test_requests.py",),
    f"{_SEARCH}/updates.py": (
        "functional/test_index_updates.py",
        "functional/test_index_parts.py",
    ),
}
MODULES = {
    path: [f"tests/{test}" for test in dict.fromkeys(tests)] for path, tests in _TESTS.items()
}
