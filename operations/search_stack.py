"""The stack that the search is: where its indexes are, and what makes them."""

from __future__ import annotations

from dataclasses import dataclass

from operations.beside import StackBeside


@dataclass(frozen=True)
class SearchStack(StackBeside):
    """A search beside a deployment."""

    kind = "search"

    @property
    def queue_url(self) -> str:
        """The queue of what is to be indexed."""
        return self.outputs["IndexQueueUrl"]

    @property
    def bucket(self) -> str:
        """The bucket of all indexes."""
        return self.outputs["IndexBucketName"]
