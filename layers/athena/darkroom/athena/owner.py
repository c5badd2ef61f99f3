"""Acting as an owner: credentials that reach one owner's tables and answers, and nothing else.

The function itself may neither ask Athena nor read a table. It may take a role whose policy says
`${aws:PrincipalTag/owner}` where an owner stands, and gives it the owner that API Gateway has told
it of. Athena reads with the rights of whoever asks, so SQL that names another's table is refused by
IAM (https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_attribute-based-access-control.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

_SECONDS = 900  # the shortest there is
_LONGEST_NAME = 64


def credentials_of(
    client: STSClient, role_arn: str, owner: str, database: str
) -> Mapping[str, str]:
    """Credentials of the role for one owner, as botocore's clients take them."""
    answer = client.assume_role(
        RoleArn=role_arn,
        RoleSessionName=database[-_LONGEST_NAME:],
        DurationSeconds=_SECONDS,
        Tags=[{"Key": "owner", "Value": owner}, {"Key": "database", "Value": database}],
    )["Credentials"]
    return {
        "aws_access_key_id": answer["AccessKeyId"],
        "aws_secret_access_key": answer["SecretAccessKey"],
        "aws_session_token": answer["SessionToken"],
    }
