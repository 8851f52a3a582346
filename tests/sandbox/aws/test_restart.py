"""A cloud that is stopped leaves nothing behind: no state, no patch, no variable."""

import os

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
