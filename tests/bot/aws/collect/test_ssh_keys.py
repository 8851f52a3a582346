"""What is read of the SSH keys of IAM users."""

from datetime import UTC, datetime

from bot.aws.collect import ssh_keys
from sandbox.aws.accounts import HUB


def test_ssh_keys_are_read_with_their_users(cloud, source):
    iam = cloud.client("iam", HUB)
    iam.create_user(UserName="alice")
    body = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7vbqajDhA7l5gFmYQWmBmSGoXh8Iu0y0o2m4T5Wn0b0YlY8u1rC3h7m1Q a"
    id_ = iam.upload_ssh_public_key(UserName="alice", SSHPublicKeyBody=body)["SSHPublicKey"]["SSHPublicKeyId"]
    (one,) = ssh_keys.ssh_public_keys(source())
    assert (one.id, one.user, one.active) == (id_, "alice", True)
    assert one.arn == f"arn:aws:iam::{HUB.id}:user/alice/ssh-public-key/{id_}"
    assert one.uploaded <= datetime.now(UTC)
