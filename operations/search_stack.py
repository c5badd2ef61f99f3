"""The stack that the search is: where its indexes are, and what makes them."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.search import FORMAT
from darkroom.search.opensearch.states import FORMAT as FORMAT_OF_STATES

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

    @property
    def is_opensearch(self) -> bool:
        """Whether OpenSearch answers, and the bucket has only how far each owner's part is made."""
        return self.outputs.get("SearchEngine") == "opensearch"

    @property
    def format(self) -> str:
        """How the keys begin of what is in use in the bucket."""
        return FORMAT_OF_STATES if self.is_opensearch else FORMAT
