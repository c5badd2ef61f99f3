"""CloudFormation's events of a custom resource, each of which has to be answered at its URL."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

_LONGEST_REASON = 1000  # characters: the answer has 4 KB in all
_SECONDS = 10


def answered(event: Mapping[str, Any], work: Callable[[], object]) -> None:
    """Do the work for whatever is not a deletion, and tell CloudFormation how that ended.

    It never raises what the work does: without an answer CloudFormation would wait for an hour.
    """
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": event["LogicalResourceId"], "Status": "SUCCESS"}
    if event["RequestType"] != "Delete":
        try:
            work()
        except Exception as error:  # noqa: BLE001  # of any type: it is the answer
            reason = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
            answer |= {"Status": "FAILED", "Reason": reason}
    request = urllib.request.Request(  # noqa: S310  # the URL is CloudFormation's
        event["ResponseURL"], data=json.dumps(answer).encode(), method="PUT"
    )
    urllib.request.urlopen(request, timeout=_SECONDS).close()  # noqa: S310
