"""People: which login an identity belongs to, and which mails its person has muted.

A login belongs to one identity at a time. Those that it had before are noted beside it, for what
is counted under all of them together is what the login uses.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table, transact
from darkroom.people.answers import mail_kinds
from darkroom.states import MailKind

if TYPE_CHECKING:
    from darkroom.model import PersonItem
    from mypy_boto3_dynamodb import DynamoDBClient


# How many identities a login may have had. In ordinary life it has one; whoever changes it on
# purpose keeps the last one.
MOST_FORMER = 5


@dataclass(frozen=True)
class Login:
    """The login that an identity belongs to, or belonged to before the login had another."""

    subject: str
    is_former: bool = False


@dataclass(frozen=True)
class Standing:
    """What an identity may use: whether it is known as a login's own, and what counts besides it.

    `others` are the other identities that its login has or had.
    """

    is_known: bool = False
    others: Set[str] = frozenset()


class People:
    """The people table. `subject` is the user pool's name for a login: the claim `sub`."""

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._client = client
        self._people: Table[PersonItem] = Table(client, table)

    def link(self, *, identity_id: str, subject: str) -> None:
        """Note which login an identity belongs to, unless that login has another one already."""
        if self.identity_of(subject) in (None, identity_id):
            self._people.update({"identity_id": identity_id}).set(subject=subject).write()

    def move(self, *, identity_id: str, subject: str) -> bool:
        """Whether a login has another identity from now on than was known: this one.

        One that has had MOST_FORMER others keeps the identity that is known.

        Raises:
            ConditionFailed: another run has just moved it.
        """
        known = self.identity_of(subject)
        if known == identity_id:
            return False
        if known is None:
            self._people.update({"identity_id": identity_id}).set(subject=subject).write()
            return True
        former = {known, *self._former_of(known)} - {identity_id}
        if len(former) > MOST_FORMER:
            return False
        leave = self._people.update({"identity_id": known}).set(former_subject=subject)
        take = self._people.update({"identity_id": identity_id})
        transact(
            self._client,
            [
                leave.remove("subject", "former_identities").when(subject=subject),
                take.set(subject=subject, former_identities=former).remove("former_subject"),
            ],
        )
        return True

    def identity_of(self, subject: str) -> str | None:
        """The identity of a login; None before the login was seen with one."""
        return next(iter(self._own(subject)), None)

    def identities_of(self, subject: str) -> list[str]:
        """The identities of a login: its own, then those that it had before.

        The index may be behind, so two runs may each have given it one. Then one of them counts as
        one that it had before.
        """
        own = self._own(subject)
        former = set(own[1:]).union(*map(self._former_of, own)) - set(own[:1])
        return [*own[:1], *sorted(former)]

    def login_of(self, identity_id: str) -> Login | None:
        """The login that an identity belongs or belonged to, as far as it is known."""
        return _login(self._people.get({"identity_id": identity_id}))

    def standing(self, identity_id: str) -> Standing:
        """What an identity may use, and which others that is shared with.

        A guest's is not known, nor is one that its login has left.
        """
        person = self._people.get({"identity_id": identity_id})
        login = _login(person)
        if person is None or login is None:
            return Standing()
        # Also of one that is former: credentials outlive what they were given for by an hour.
        others = set(self._own(login.subject)) - {identity_id}
        former = person.get("former_identities", frozenset()).union(*map(self._former_of, others))
        return Standing(is_known=not login.is_former, others=(others | former) - {identity_id})

    def muted(self, identity_id: str) -> frozenset[MailKind]:
        """The kinds of mails that a person does not want."""
        person = self._people.get({"identity_id": identity_id})
        return mail_kinds(person.get("muted")) if person is not None else frozenset()

    def mute(self, identity_id: str, kinds: frozenset[MailKind]) -> None:
        """Note which kinds of mails a person does not want."""
        person = self._people.update({"identity_id": identity_id})
        # DynamoDB has no empty sets.
        (person.set(muted=kinds) if kinds else person.remove("muted")).write()

    def _own(self, subject: str) -> list[str]:
        """The identity of a login; more than one where the index was behind."""
        return [
            each["identity_id"] for each in self._people.query(index="by-subject", subject=subject)
        ]

    def _former_of(self, identity_id: str) -> Set[str]:
        """The identities that the login of this one had before."""
        person = self._people.get({"identity_id": identity_id})
        return frozenset() if person is None else person.get("former_identities", frozenset())


def _login(person: PersonItem | None) -> Login | None:
    if person is None:
        return None
    if "subject" in person:
        return Login(person["subject"])
    return Login(person["former_subject"], is_former=True) if "former_subject" in person else None
