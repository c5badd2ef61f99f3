"""Acting as an owner: credentials that reach one owner's tables and answers, and nothing else.

The function itself may neither ask Athena nor read a table. It may take a role whose policy says
`${aws:PrincipalTag/database}` where an owner's database stands, and gives it that of the owner whom
API Gateway has told it of. Athena reads with the rights of whoever asks, so SQL that names
another's table is refused by IAM
(https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_attribute-based-access-control.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from darkroom.aws.athena import Athena
from darkroom.aws.clients import athena_client, glue_client
from darkroom.aws.glue import GlueCatalog

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

_SECONDS = 900  # the shortest there is
_LONGEST_NAME = 64


class OwnersRole:
    """The role of owners. Its credentials are made anew for each request, and kept nowhere."""

    def __init__(self, client: STSClient, role_arn: str, *, workgroup: str) -> None:
        self._client = client
        self._role_arn = role_arn
        self._workgroup = workgroup

    def athena(self, database: str) -> Athena:
        """Athena with the rights of the owner of a database."""
        return Athena(athena_client(self._credentials(database)), self._workgroup)

    def catalog(self, database: str) -> GlueCatalog:
        """Glue with these rights."""
        return GlueCatalog(glue_client(self._credentials(database)))

    def _credentials(self, database: str) -> Mapping[str, str]:
        """What botocore's clients take."""
        answer = self._client.assume_role(
            RoleArn=self._role_arn,
            RoleSessionName=database[-_LONGEST_NAME:],
            DurationSeconds=_SECONDS,
            Tags=[{"Key": "database", "Value": database}],
        )["Credentials"]
        return {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
            "aws_session_token": answer["SessionToken"],
        }
