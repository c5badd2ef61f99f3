"""Writes and queries: what is sent to DynamoDB of them."""

from __future__ import annotations

from typing import Any

from darkroom.aws.dynamodb import Table, absent, compare, either, every, fewer, present

KEY = {"id": "a"}


class Client:
    """Remembers the requests it was sent."""

    def __init__(self, *responses: dict[str, Any]) -> None:
        self.requests: list[dict[str, Any]] = []
        self._responses = list(responses)

    def update_item(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        return self._responses.pop(0) if self._responses else {}

    put_item = delete_item = query = scan = update_item


def table(client: Any) -> Table[dict[str, Any]]:
    return Table(client, "things")


def expression(request: dict[str, Any], name: str) -> str:
    """An expression with what its placeholders stand for."""
    text = str(request[name])
    placeholders = {
        **request.get("ExpressionAttributeNames", {}),
        **{
            name: str(next(iter(value.values())))
            for name, value in request.get("ExpressionAttributeValues", {}).items()
        },
    }
    for placeholder in sorted(placeholders, key=len, reverse=True):
        text = text.replace(placeholder, placeholders[placeholder])
    return text


def test_update_has_every_change_and_condition_when_it_is_sent() -> None:
    client = Client()
    changes = table(client).update(KEY).set(status="failed").set_at(("steps", "a-b"), "done")
    changes.add({"bytes": 5, "objects": 1}).remove("reason", ("renditions", "web"))

    changes.when(version="0066").when(absent("withdrawn")).write()

    [request] = client.requests
    assert (request["TableName"], request["Key"]) == ("things", {"id": {"S": "a"}})
    assert expression(request, "UpdateExpression") == (
        "SET status = failed, steps.a-b = done ADD bytes 5, objects 1 REMOVE reason, renditions.web"
    )
    assert expression(request, "ConditionExpression") == (
        "version = 0066 AND attribute_not_exists(withdrawn)"
    )


def test_write_is_sent_without_a_condition_when_none_is_named() -> None:
    client = Client()
    table(client).update(KEY).set(status="failed").when().write()
    assert "ConditionExpression" not in client.requests[0]


def test_alternatives_stay_together_when_other_conditions_stand_beside_them() -> None:
    client = Client()
    over = every(absent("done"), compare("until", "<=", 7))

    table(client).delete(KEY).when(either(absent("id"), over), present("id"), run="r").write()

    assert expression(client.requests[0], "ConditionExpression") == (
        "run = r AND ((attribute_not_exists(id)) OR (attribute_not_exists(done) AND until <= 7)) "
        "AND attribute_exists(id)"
    )


def test_entries_of_a_map_are_counted_when_it_is_to_have_fewer() -> None:
    client = Client()

    table(client).update(KEY).set_at(("albums", "a"), "0").when(fewer("albums", 50)).write()

    assert expression(client.requests[0], "ConditionExpression") == "size(albums) < 50"


def test_name_has_one_placeholder_when_it_is_used_twice() -> None:
    client = Client()

    table(client).update(KEY).set(state="stored").when(state="held").write()

    [request] = client.requests
    assert list(request["ExpressionAttributeNames"].values()) == ["state"]
    assert len(request["ExpressionAttributeValues"]) == 2


def test_new_item_comes_back_when_it_is_read_after_an_update() -> None:
    client = Client({"Attributes": {"id": {"S": "a"}, "count": {"N": "3"}}})

    assert table(client).update(KEY).add({"count": 1}).read() == {"id": "a", "count": 3}

    assert client.requests[0]["ReturnValues"] == "ALL_NEW"


def test_request_has_no_expression_when_nothing_is_asked() -> None:
    client = Client()

    table(client).put({"id": "a"}).write()

    assert client.requests == [{"TableName": "things", "Item": {"id": {"S": "a"}}}]


def test_entry_says_which_write_it_is_when_it_goes_into_a_transaction() -> None:
    things = table(Client())
    writes = (things.put({"id": "a"}), things.update(KEY), things.delete(KEY), things.check(KEY))

    assert [next(iter(write.entry())) for write in writes] == [
        "Put", "Update", "Delete", "ConditionCheck",
    ]  # fmt: skip


def test_page_says_whether_there_is_more_when_it_is_full() -> None:
    items = [{"id": {"S": "a"}}, {"id": {"S": "b"}}]
    client = Client({"Items": items, "LastEvaluatedKey": {"id": {"S": "b"}}}, {"Items": items})
    behind = compare("image", ">", "x")

    assert table(client).page(2, behind, user="ann") == ([{"id": "a"}, {"id": "b"}], True)
    assert table(client).page(2, behind, user="ann")[1] is False

    request = client.requests[0]
    assert (request["Limit"], request["ConsistentRead"]) == (2, True)
    assert expression(request, "KeyConditionExpression") == "user = ann AND image > x"


def test_scan_goes_on_where_it_stopped_when_there_is_more() -> None:
    client = Client({"Items": [], "LastEvaluatedKey": {"id": {"S": "b"}}}, {"Items": []})

    _, last = table(client).scan(10, None)
    assert table(client).scan(10, last) == ([], None)

    assert "ExclusiveStartKey" not in client.requests[0]
    assert client.requests[1]["ExclusiveStartKey"] == {"id": {"S": "b"}}
