"""What operators do with links: say whose one is, list an owner's, end them; and what they are told
when they name none."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from darkroom.aws.attribute_values import to_item
from darkroom.errors import TransientError
from darkroom.share.links import OwnersLinks

from operations import end_links, links
from operations.arguments import Arguments
from operations.command import run_command
from operations.deployment import Deployment
from operations.owners import owners
from operations.search_stack import SearchStack
from tests.functional.share import TABLES, Share, share

__all__ = ["share"]  # a fixture

ANN, BOB, FORMER = (f"eu-central-1:68a4fec8-c098-48e4-830d-92d9f40fbdd{n}" for n in "012")
SUB, EMAIL, POOL = "5f2b0c1e-0000-4000-8000-000000000001", "ann@example.com", "eu-central-1_A"
DENIED = "User: x is not authorized to perform: cognito-idp:AdminGetUser on resource: y"
SHOWN = "https://abc.execute-api.eu-central-1.amazonaws.com/v1/s"
ADDRESS = SHOWN + "/{}"
OUTPUTS = {
    "ShareUrl": "…",
    "ShowUrl": SHOWN,
    "LinksTableName": TABLES[0],
    "SharersTableName": TABLES[1],
}
Run = Callable[..., str]


def stacks(outputs: dict[str, str]) -> Any:
    """CloudFormation, which knows the stack of links and no other."""

    def describe(*, StackName: str) -> Any:  # noqa: N803
        if StackName != "darkroom-share":
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        told = [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]
        return {"Stacks": [{"Outputs": told}]}

    return SimpleNamespace(describe_stacks=describe)


class Pool:
    """A user pool whose users sign in by e-mail address. No emulator in memory has one."""

    def __init__(self) -> None:
        self.emails: dict[str, str] = {}  # by the user's name, which is the claim `sub`
        self.is_open = True

    def admin_get_user(self, *, UserPoolId: str, Username: str) -> Any:  # noqa: N803
        assert UserPoolId == POOL
        if not self.is_open:
            raise answer("AccessDeniedException", DENIED)
        if len(Username) > 128:
            raise answer("InvalidParameterException", "1 validation error detected")
        for sub, email in self.emails.items():
            if Username in (sub, email):
                told = {"sub": sub, "email": email}
                return {"UserAttributes": [{"Name": n, "Value": v} for n, v in told.items()]}
        raise answer("UserNotFoundException", "User does not exist.")


def answer(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "AdminGetUser")


@pytest.fixture
def pool() -> Pool:
    made = Pool()
    made.emails[SUB] = EMAIL
    return made


@pytest.fixture
def deployment(share: Share, pool: Pool) -> Deployment:
    """The main stack, where ann is a user, who has another identity than at first."""
    outputs = {"UserPoolId": POOL, "PeopleTableName": "PeopleTable"}
    clients: dict[str, Any] = {"cloudformation": stacks(OUTPUTS), "cognito-idp": pool}

    def client(service: str) -> Any:
        return boto3.client(service)  # type: ignore[call-overload]

    person = {"identity_id": ANN, "subject": SUB, "former_identities": {FORMER}}
    before = {"identity_id": FORMER, "former_subject": SUB}
    for item in (person, before):
        share.world.dynamodb.put_item(TableName="PeopleTable", Item=to_item(item))
    return Deployment("darkroom", "stack darkroom", outputs, client, _clients=clients)


@pytest.fixture
def run(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command with its options; what it printed, which ends with its status."""
    for module in (links, end_links):
        monkeypatch.setattr(module, "find_deployment", lambda: deployment)

    def run(command: Any, **options: str) -> str:
        capsys.readouterr()
        for name in ("OWNER", "LINK", "DRY_RUN", "SHARE"):
            monkeypatch.setenv(name, options.get(name, ""))
        with pytest.raises(SystemExit) as ended:
            run_command(command.main)
        printed = capsys.readouterr()
        return f"{printed.out}{printed.err}status {ended.value.code}"

    return run


def shown(share: Share, *links: dict[str, Any]) -> list[int]:
    """What the page and the first picture of each link are answered with."""
    answers = [share.visit(link["token"], *file) for link in links for file in ((), ("1", "small"))]
    return [answer.status for answer in answers]


def test_owners_links_are_listed_when_operator_has_a_users_name(share: Share, run: Run) -> None:
    lake, hill = share.photo(ANN, "album/lake.jpg"), share.photo(ANN, "hill.jpg")
    old = share.make(FORMER, share.photo(FORMER, "old.jpg"), title="Before")
    both, one = share.make(ANN, lake, hill, title="Summer", days=1), share.make(ANN, hill)
    other = share.make(BOB, share.photo(BOB, "b.jpg"))

    printed = run(links, OWNER=EMAIL)

    for link in (old, both, one):
        assert link["id"] in printed
        assert link["token"] not in printed
    assert other["id"] not in printed
    summer = printed[printed.index(both["id"]) :]
    assert summer.startswith(
        f"{both['id']}\n"
        f"  owner   {ANN}\n"
        "  user    ann@example.com\n"
        "  title   Summer\n"
        f"  made    {both['made_at'][:10]} {both['made_at'][11:16]} UTC\n"
        f"  ends    {both['ends_at'][:10]} {both['ends_at'][11:16]} UTC\n"
        "  files   2\n"
        "          album/lake.jpg\n"
        "          hill.jpg\n"
    )
    assert printed.endswith("3 links are open: make end-links, with OWNER=… or LINK=…\nstatus 0")
    assert shown(share, old, both, one) == [200] * 6  # to look changes nothing


@pytest.mark.parametrize("owner", [ANN, SUB, f" {EMAIL} "])
def test_owner_is_found_by_identity_by_name_and_by_address(
    share: Share, run: Run, owner: str
) -> None:
    link = share.make(ANN, share.photo(ANN, "a.jpg"))
    assert link["id"] in run(links, OWNER=owner)


def test_owner_is_named_for_search_as_for_links(deployment: Deployment) -> None:
    search = SearchStack("darkroom-search", deployment, {})
    assert list(owners(search, Arguments({"OWNER": EMAIL}))) == [ANN, FORMER]


@pytest.mark.parametrize(
    "form",
    [
        ADDRESS + "/3/large?x=1#here",
        "{}",
        " hxxps://abc[.]execute-api[.]amazonaws[.]com/v1/s/{}/ ",
        "{id}",
    ],
)
def test_whose_a_link_is_is_told_when_there_is_its_address(
    share: Share, run: Run, form: str
) -> None:
    names = [f"{number}.jpg" for number in range(7)]
    link = share.make(ANN, *(share.photo(ANN, name) for name in names))
    share.make(ANN, share.photo(ANN, "another.jpg"))

    printed = run(links, LINK=form.format(link["token"], id=link["id"]))

    for told in (ANN, EMAIL, *names):
        assert told in printed
    assert ("another.jpg" in printed, link["token"] in printed) == (False, False)
    assert printed.endswith("1 link is open: make end-links, with OWNER=… or LINK=…\nstatus 0")


def test_one_link_shows_nothing_when_operator_ends_it(share: Share, run: Run) -> None:
    ended, kept = (share.make(ANN, share.photo(ANN, "a.jpg"), title=name) for name in "ek")
    assert shown(share, ended) == [200, 200]

    address = ADDRESS.format(ended["token"])
    dry = run(end_links, LINK=address, DRY_RUN="1")
    assert "1 link would be ended; nothing was done\nstatus 0" in dry
    assert shown(share, ended) == [200, 200]

    printed = run(end_links, LINK=address)

    assert printed.index(ended["id"]) < printed.index("1 link ended")
    assert printed.endswith("status 0")
    assert shown(share, ended, kept) == [404, 404, 200, 200]
    # As its owner ends it: it is gone from their list, too.
    assert [link["id"] for link in share.links(ANN)] == [kept["id"]]

    again = run(end_links, LINK=address)
    assert "no such link is open here: it has ended, or it is of another stack." in again
    assert f"begin with\n  {SHOWN}/\n" in again
    assert again.endswith("0 links ended\nstatus 0")
    assert shown(share, kept) == [200, 200]


def test_all_links_of_an_owner_show_nothing_when_operator_ends_them(share: Share, run: Run) -> None:
    mine = [share.make(ANN, share.photo(ANN, "a.jpg")) for _ in range(3)]
    mine.append(share.make(FORMER, share.photo(FORMER, "a.jpg")))
    other = share.make(BOB, share.photo(BOB, "b.jpg"))

    assert "4 links would be ended" in run(end_links, OWNER=EMAIL, DRY_RUN="yes")
    assert set(shown(share, *mine)) == {200}
    printed = run(end_links, OWNER=EMAIL)

    assert "4 links ended" in printed
    assert printed.endswith("status 0")
    assert set(shown(share, *mine)) == {404}
    assert shown(share, other) == [200, 200]
    assert share.items("LinksTable") == [
        link for link in share.items("LinksTable") if link["identity_id"] == BOB
    ]
    assert run(end_links, OWNER=EMAIL).endswith(
        "no link of this owner's is open:\n"
        f"  {ANN}\n  user    {EMAIL}\n"
        f"  {FORMER}\n  user    {EMAIL}, whose identity is another by now\n"
        "0 links ended\nstatus 0"
    )


def test_link_whose_item_was_deleted_by_hand_leaves_its_owners_list(share: Share, run: Run) -> None:
    link = share.make(ANN, share.photo(ANN, "a.jpg"))
    key = to_item({"link_id": link["id"]})
    share.world.dynamodb.delete_item(TableName="LinksTable", Key=key)

    assert "files   0" in run(links, OWNER=ANN)
    assert "1 link ended" in run(end_links, OWNER=ANN)
    assert share.links(ANN) == []


def test_link_that_has_ended_by_itself_is_not_listed(share: Share, run: Run) -> None:
    link = share.make(ANN, share.photo(ANN, "a.jpg"), days=1)
    share.wait(days=1, seconds=1)
    told = run(links, OWNER=ANN)
    assert told.endswith(f"is open:\n  {ANN}\n  user    {EMAIL}\nstatus 0")
    assert "no such link is open" in run(links, LINK=link["token"])


def test_link_that_its_owner_ends_at_the_same_moment_is_not_counted(
    share: Share, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (share.make(ANN, share.photo(ANN, "a.jpg")) for _ in range(2))
    end = OwnersLinks.end

    def end_after_the_owner(self: OwnersLinks, owner: str, link_id: str) -> None:
        if link_id == first["id"]:
            end(self, owner, link_id)
        end(self, owner, link_id)

    monkeypatch.setattr(OwnersLinks, "end", end_after_the_owner)
    printed = run(end_links, OWNER=ANN)
    assert "1 link ended" in printed
    assert printed.endswith("status 0")
    assert set(shown(share, first, second)) == {404}


def test_operator_is_told_to_run_it_again_when_a_link_was_made_meanwhile(
    share: Share, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = share.photo(ANN, "a.jpg")
    share.make(ANN, key)
    end = OwnersLinks.end

    def end_while_the_owner_makes_another(self: OwnersLinks, owner: str, link_id: str) -> None:
        end(self, owner, link_id)
        share.make(ANN, key)

    with monkeypatch.context() as patch:
        patch.setattr(OwnersLinks, "end", end_while_the_owner_makes_another)
        printed = run(end_links, OWNER=ANN)
    assert "1 link ended" in printed
    assert printed.endswith("1 link open, made meanwhile: run it again\nstatus 1")
    assert run(end_links, OWNER=ANN).endswith("status 0")
    assert share.links(ANN) == []


def test_what_was_ended_is_told_when_dynamodb_is_too_busy_for_the_rest(
    share: Share, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (share.make(ANN, share.photo(ANN, "a.jpg")) for _ in range(2))
    end, newest = OwnersLinks.end, second["id"]

    def end_one(self: OwnersLinks, owner: str, link_id: str) -> None:
        if link_id != newest:
            raise TransientError("The links are changed by too many at once.")
        end(self, owner, link_id)

    with monkeypatch.context() as patch:
        patch.setattr(OwnersLinks, "end", end_one)
        printed = run(end_links, OWNER=ANN)
    assert "error: 1 link of 2 ended, then: The links are changed by too many" in printed
    assert printed.endswith("Run it again for the rest.\nstatus 2")
    assert (shown(share, first), shown(share, second)) == ([200, 200], [404, 404])


MISTAKES = [
    ({}, "LINK=address names one link, and OWNER=e-mail or identity all of an owner's: give one"),
    ({"LINK": "x" * 24, "OWNER": ANN}, "give one of the two"),
    ({"LINK": "x" * 23}, f"LINK={'x' * 23} is not the whole of a link"),
    ({"LINK": ADDRESS.format("x" * 20)}, "is not the whole of a link: it takes its address"),
    ({"LINK": "\x1b[2J"}, "error: LINK=?[2J is not the whole"),
    ({"LINK": "\udcff" * 24}, "is not the whole of a link"),
    ({"OWNER": "eve@example.com"}, "OWNER=eve@example.com is no user of the user pool"),
    ({"OWNER": "[bold]"}, "OWNER=[bold] is no user of the user pool"),
    ({"OWNER": "x" * 200}, "is no user of the user pool: it takes an e-mail address"),
    ({"OWNER": ANN, "SHARE": "holiday"}, "stack darkroom has no share holiday"),
]


@pytest.mark.parametrize("command", [links, end_links])
@pytest.mark.parametrize(("options", "told"), MISTAKES)
def test_mistake_is_told_in_one_line(
    share: Share, run: Run, command: Any, options: dict[str, str], told: str
) -> None:
    link = share.make(ANN, share.photo(ANN, "a.jpg"))
    printed = run(command, **options)
    assert told in printed
    assert printed.endswith("status 2")
    assert len(printed[printed.index("error: ") :].splitlines()) == 2
    assert shown(share, link) == [200, 200]


def test_user_without_files_is_told_apart_from_one_who_is_not_there(
    share: Share, pool: Pool, run: Run
) -> None:
    pool.emails["5f2b0c1e-0000-4000-8000-000000000002"] = "new@example.com"
    assert "OWNER=new@example.com has no identity that is known" in run(
        links, OWNER="new@example.com"
    )


def test_user_is_told_when_owner_has_no_link_for_a_slip_names_somebody_else(
    share: Share, run: Run
) -> None:
    share.make(ANN, share.photo(ANN, "a.jpg"))
    told = run(end_links, OWNER=BOB)
    assert f"no link of this owner's is open:\n  {BOB}\n  user    not known\n" in told
    assert told.endswith("0 links ended\nstatus 0")


def test_flag_that_is_neither_yes_nor_no_ends_nothing(share: Share, run: Run) -> None:
    link = share.make(ANN, share.photo(ANN, "a.jpg"))
    assert "DRY_RUN=maybe is neither yes nor no" in run(end_links, OWNER=ANN, DRY_RUN="maybe")
    assert shown(share, link) == [200, 200]


def test_operator_is_told_to_update_a_share_of_another_version(
    share: Share, deployment: Deployment, run: Run
) -> None:
    older = {name: OUTPUTS[name] for name in ("ShareUrl", "ShowUrl")}
    deployment._clients["cloudformation"] = stacks(older)
    for command in (links, end_links):
        printed = run(command, OWNER=ANN)
        assert "is of another version: `sam deploy` updates it\nstatus 2" in printed


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        (ANN, "user    ann@example.com\n"),
        (FORMER, "user    ann@example.com, whose identity is another by now\n"),
        (BOB, "user    not known\n"),
    ],
)
def test_user_of_a_link_is_told_as_far_as_known(
    share: Share, run: Run, identity: str, told: str
) -> None:
    link = share.make(identity, share.photo(identity, "a.jpg"))
    assert told in run(links, LINK=link["token"])


def test_link_of_a_deleted_user_can_be_ended(share: Share, pool: Pool, run: Run) -> None:
    link = share.make(ANN, share.photo(ANN, "a.jpg"))
    del pool.emails[SUB]
    printed = run(end_links, LINK=link["token"])
    assert "user    deleted\n" in printed
    assert "1 link ended" in printed
    assert shown(share, link) == [404, 404]


def test_link_can_be_ended_by_whoever_may_not_look_at_users(
    share: Share, pool: Pool, run: Run
) -> None:
    pool.is_open = False
    link = share.make(ANN, share.photo(ANN, "a.jpg"))
    assert "these credentials may not do cognito-idp:AdminGetUser" in run(end_links, OWNER=EMAIL)
    printed = run(end_links, LINK=link["token"])
    assert "user    not told: these credentials may not look at users\n" in printed
    assert "1 link ended" in printed
    assert shown(share, link) == [404, 404]


def test_links_fit_eighty_columns_and_do_nothing_to_the_terminal(share: Share, run: Run) -> None:
    names = [f"{'long name ' * 40}{number}\x1b[31m.jpg" for number in range(9)]
    keys = [share.photo(ANN, name) for name in names]
    for title in ("[red]" + "T" * 90, "\x1b[2J"):
        share.make(ANN, *keys, title=title)

    printed = run(links, OWNER=ANN)

    told = printed[re.search(r"^[0-9a-f]{64}$", printed, re.MULTILINE).start() :]  # type: ignore[union-attr]
    assert max(map(len, told.splitlines())) <= 80
    assert "\x1b" not in printed
    assert "[red]TTT" in printed
    assert told.count("… and 4 more") == 2
