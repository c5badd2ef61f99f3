"""The events in events/: which function each is tried on, and how many of its messages fail."""

from __future__ import annotations

from pathlib import Path

EVENTS = Path(__file__).parents[1] / "events"
CREATED = ["overwrite", "key-with-spaces", "several-records", "test-event", "poison"]
FILES = {
    "thumbnail": ["thumbnail", *CREATED],
    "watermark": ["watermark"],
    "transcode": ["transcode"],
    "metadata": ["metadata"],
    "profile": ["profile"],
    "probe": ["probe"],
    "convert": ["convert"],
    "quota": ["quota", "delete"],
    "notify": ["notify"],
    "cleanup": ["cleanup", "expiry", "over-quota"],
    # Last, as the others hear of what it passes on; so only photos that nothing has removed.
    "relay": ["relay", "key-with-spaces", "test-event", "delete", "expiry"],
}
RUNS = [(function, name) for function, names in FILES.items() for name in names]
FAILURES = {"poison": 2}
# Of functions that are not told of uploads: by a schedule, a stream, Cognito, API Gateway, a topic.
OTHERS = [
    "fail",
    "remind",
    "reconcile",
    "admit",
    "introduce",
    "vouch",
    "connect",
    "live",
    "accept",
    "empty",
    "retry",
    "digest",
]
# Of functions in stacks beside the main one, each of which has a test of its own.
BESIDE = ["describe", "ask"]
