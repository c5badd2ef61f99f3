"""What people have stays when the stack is deleted, and is theirs again in a new one."""

from __future__ import annotations

import pytest

from local.cloud import STACK, LocalCloud
from local.login import sign_in
from local.server import Server
from local.user import enter
from operations.adopt import adopt
from operations.command import CommandError
from tests.e2e.photos import photo

ACCOUNT = ("ann@darkroom.example", "correct horse battery")


def test_owner_has_their_photos_again_when_a_new_stack_adopts_what_was_left(built: None) -> None:
    with Server("deletion") as server:
        cloud = LocalCloud("deletion", server=server)
        cloud.deploy()
        ann = cloud.new_user(*ACCOUNT)
        before = ann.wait_for_end(key := ann.upload("a.jpg", photo(1)))
        made = {name: ann.output(name) for name in ann.output_keys()}
        cloudformation, left = cloud.client("cloudformation"), dict(cloud.outputs)

        cloudformation.delete_stack(StackName=STACK)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1}
        )

        assert sign_in(cloud.endpoint, left, *ACCOUNT).claims["admission"] == "open"
        with pytest.raises(CommandError, match="no stack other was deleted"):
            adopt(cloudformation, "other", STACK)
        adopted = adopt(cloudformation, STACK, STACK)
        cloud.deploy()

        kept = ("UserPoolId", "UserPoolClientId", "IdentityPoolId", "UploadsBucketName")
        assert {name: cloud.outputs[name] for name in kept} == {name: left[name] for name in kept}
        assert {"UserPool", "IdentityPool", "UploadsBucket", "ImagesTable"} <= set(adopted)
        again = enter(
            cloud.endpoint, cloud.outputs, sign_in(cloud.endpoint, cloud.outputs, *ACCOUNT)
        )
        assert again.identity_id == ann.identity_id
        assert again.image(key) == before
        assert {name: again.output(name) for name in again.output_keys()} == made
        new = again.wait_for_end(again.upload("b.jpg", photo(2)))
        assert new["status"] == "processed"
