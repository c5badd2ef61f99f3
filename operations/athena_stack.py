"""The stack in which owners ask their tables: where these are."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.athena.feed import Feed
from darkroom.athena.shelf import Shelf
from darkroom.aws.glue import GlueCatalog

from operations.beside import StackBeside


@dataclass(frozen=True)
class AthenaStack(StackBeside):
    """Tables in Glue beside a deployment."""

    kind = "athena"

    @property
    def shelf(self) -> Shelf:
        """All tables that can be asked, with the operator's rights."""
        client = self.deployment.client
        return Shelf(
            GlueCatalog(client("glue")),
            client("s3"),
            prefix=self.outputs["DatabasePrefix"],
            processed_bucket=self.deployment.output("ProcessedBucketName"),
            tables_bucket=self.outputs["TablesBucketName"],
        )

    def feed(self, shelf: Shelf) -> Feed:
        """What brings the shelf up to the records."""
        deployment = self.deployment
        return Feed(
            shelf,
            deployment.client("dynamodb"),
            images_table=deployment.output("ImagesTableName"),
        )
