"""A cloud that is stopped leaves nothing behind: no state, no patch, no variable."""

import os
import socket

import pytest

from sandbox.aws import Cloud


def test_a_cloud_starts_again_empty_and_leaves_moto_as_it_was() -> None:
    from moto.guardduty import urls
    from moto.iam.models import IAMBackend

    before = (dict(os.environ), IAMBackend.get_credential_report, dict(urls.url_paths))
    for _ in range(2):
        with Cloud() as cloud:
            iam = cloud.client("iam", "111122223333")
            assert iam.list_users()["Users"] == []
            iam.create_user(UserName="anna")
            assert IAMBackend.get_credential_report is not before[1]
            cloud.client("organizations", "111122223333").create_organization(FeatureSet="ALL")
    assert (dict(os.environ), IAMBackend.get_credential_report, dict(urls.url_paths)) == before


def test_a_port_that_is_taken_is_said_and_nothing_is_left_running() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="is taken"):
            Cloud(port=taken.getsockname()[1]).start()
    with Cloud() as cloud:
        assert cloud.client("iam").list_users()["Users"]
