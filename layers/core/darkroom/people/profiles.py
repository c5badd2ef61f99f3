"""People: which login an identity belongs to, and which mails its person has muted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table
from darkroom.people.answers import mail_kinds
from darkroom.states import MailKind

if TYPE_CHECKING:
    from darkroom.model import PersonItem
    from mypy_boto3_dynamodb import DynamoDBClient


class People:
    """The people table. `subject` is the user pool's name for a login: the claim `sub`."""

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._people: Table[PersonItem] = Table(client, table)

    def link(self, *, identity_id: str, subject: str) -> None:
        """Note which login an identity belongs to, unless that login has another one already."""
        if self.identity_of(subject) in (None, identity_id):
            self._people.update({"identity_id": identity_id}).set(subject=subject).write()

    def move(self, *, identity_id: str, subject: str) -> bool:
        """Whether a login has another identity from now on than was known: this one."""
        known = self.identity_of(subject)
        if known == identity_id:
            return False
        if known is not None:
            self._people.update({"identity_id": known}).remove("subject").write()
        self._people.update({"identity_id": identity_id}).set(subject=subject).write()
        return True

    def identity_of(self, subject: str) -> str | None:
        """The identity of a login; None before the login was seen with one."""
        found = next(self._people.query(index="by-subject", subject=subject), None)
        return found["identity_id"] if found is not None else None

    def is_known(self, identity_id: str) -> bool:
        """Whether it is known which login an identity belongs to. A guest's belongs to none."""
        return self.subject_of(identity_id) is not None

    def subject_of(self, identity_id: str) -> str | None:
        """The login that an identity belongs to, as far as it is known."""
        person = self._people.get({"identity_id": identity_id})
        return person.get("subject") if person is not None else None

    def muted(self, identity_id: str) -> frozenset[MailKind]:
        """The kinds of mails that a person does not want."""
        person = self._people.get({"identity_id": identity_id})
        return mail_kinds(person.get("muted")) if person is not None else frozenset()

    def mute(self, identity_id: str, kinds: frozenset[MailKind]) -> None:
        """Note which kinds of mails a person does not want."""
        person = self._people.update({"identity_id": identity_id})
        # DynamoDB has no empty sets.
        (person.set(muted=kinds) if kinds else person.remove("muted")).write()
