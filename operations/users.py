"""Users as an operator names them, and the identities that their files and links are under."""

from __future__ import annotations

import re
from collections.abc import Mapping

from botocore.exceptions import ClientError
from darkroom.aws.errors import LoginGone, aws_errors
from darkroom.people.profiles import People

from operations.aws_errors import DENIED
from operations.command import CommandError
from operations.deployment import Deployment

# https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html
_IDENTITY = re.compile(r"[\w-]+:[0-9a-f-]+")
_NO_NAME = "InvalidParameterException"  # of what no user of any pool could be called


class Users:
    """The users of a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._pool = deployment.client("cognito-idp")
        self._pool_id = deployment.output("UserPoolId")
        self._people = People(
            deployment.client("dynamodb"), table=deployment.output("PeopleTableName")
        )

    def identities(self, owner: str) -> list[str]:
        """The identities of the owner whom OWNER names, those that they had before among them.

        `owner` is an identity itself, which need not be known; or the e-mail address of a user, or
        the name that the user pool has for one.

        Raises:
            CommandError: there is no such user, or nobody knows an identity of theirs.
        """
        if _IDENTITY.fullmatch(owner):
            return [owner]
        try:
            subject = self._account(owner)["sub"]
        except LoginGone:
            raise CommandError(
                f"OWNER={owner} is no user of the user pool: it takes an e-mail address, a user's "
                "name there, or an identity, region:…, as it is in the keys of their files"
            ) from None
        found = self._people.identities_of(subject)
        if not found:
            raise CommandError(
                f"OWNER={owner} has no identity that is known, and so no files: they have never "
                "signed in, or just now; if they have files, name the identity in their keys"
            )
        return found

    def describe(self, identity_id: str) -> str:
        """Who has an identity, for people: an e-mail address, or why none is told."""
        try:
            login = self._people.login_of(identity_id)
            if login is None:
                return "not known"
            email = self._account(login.subject).get("email", login.subject)
        except LoginGone:
            return "deleted"
        except ClientError as error:  # whoever may end a link need not be allowed to ask
            if error.response["Error"]["Code"] not in DENIED:
                raise
            return "not told: these credentials may not look at users"
        return f"{email}, whose identity is another by now" if login.is_former else email

    def _account(self, name: str) -> Mapping[str, str]:
        """The attributes of a user, by their name in the pool or their e-mail address.

        Raises:
            LoginGone: there is none.
        """
        try:
            with aws_errors():
                answer = self._pool.admin_get_user(UserPoolId=self._pool_id, Username=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_NAME:
                raise
            raise LoginGone(str(error)) from error
        return {each["Name"]: each["Value"] for each in answer["UserAttributes"]}
