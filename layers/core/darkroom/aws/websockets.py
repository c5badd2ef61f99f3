"""Sending to and closing the connections of API Gateway's WebSockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.errors import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient


def send(client: ApiGatewayManagementApiClient, connection_id: str, text: str) -> None:
    """Send a text to one connection.

    Raises:
        ConnectionGone: it is closed, or not open yet.
    """
    with aws_errors():
        client.post_to_connection(ConnectionId=connection_id, Data=text.encode())


def close(client: ApiGatewayManagementApiClient, connection_id: str) -> None:
    """Close one connection.

    Raises:
        ConnectionGone: it is closed, or not open yet.
    """
    with aws_errors():
        client.delete_connection(ConnectionId=connection_id)
