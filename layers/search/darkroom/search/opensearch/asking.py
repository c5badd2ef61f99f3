"""The half of the engine that answers owners."""

from __future__ import annotations

from darkroom.observability import logger
from darkroom.search.contract import Reply
from darkroom.search.opensearch.answers import Answers
from darkroom.search.opensearch.client import Client, IndexMissing
from darkroom.search.opensearch.part import Part
from darkroom.search.opensearch.states import States
from darkroom.search.requests import Request


class Asking:
    """Answers from the index that an owner's state names."""

    def __init__(self, client: Client, states: States) -> None:
        self._client = client
        self._states = states

    def answer(self, owner: str, request: Request) -> Reply | None:
        """What an owner's documents say; None where there is no state or no index.

        Raises:
            TransientError: nobody answers.
        """
        stored = self._states.read(owner)
        if stored is None or stored.state is None:
            return None
        part = Part(self._client, stored.state.index, owner)
        try:
            answer = Answers(part, owner).answer(request)
        except IndexMissing as error:
            logger.warning("index missing", extra={"owner": owner, "reason": str(error)})
            return None
        if not stored.state.is_building:
            return Reply(answer)
        return Reply({**answer, "building": True}, stored.modified)
