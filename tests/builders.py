"""Records with good defaults, so that a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from checks.inventory import GLOBAL, Gap, Inventory, Record
from checks.inventory.ec2 import NetworkInterface, PrefixList, Rule, SecurityGroup
from checks.inventory.iam import AccessKey, Group, PasswordPolicy, Policy, Root, User
from checks.inventory.s3 import Bucket, PublicAccessBlock

ACCOUNT = "111122223333"
REGION = "eu-west-1"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

ADMIN_DOCUMENT = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
READ_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}],
}


def ago(days: float, now: datetime = NOW) -> datetime:
    """So many days before `now`."""
    return now - timedelta(days=days)


def a_key(user: str = "alice", **facts: Any) -> AccessKey:
    """An active key, ten days old and used yesterday."""
    facts = {
        "id": "AKIAIOSFODNN7EXAMPLE",
        "user_arn": f"arn:aws:iam::{ACCOUNT}:user/{user}",
        "number": 1,
        "active": True,
        "created": ago(10),
        "last_used": ago(1),
        **facts,
    }
    return AccessKey(user=user, **facts)


def a_user(name: str = "alice", **facts: Any) -> User:
    """A console user with MFA who signed in yesterday, with no key and no policy."""
    facts = {
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "created": ago(400),
        "has_password": True,
        "password_last_used": ago(1),
        "mfa": True,
        **facts,
    }
    return User(name=name, **facts)


def a_root(**facts: Any) -> Root:
    """A root user with a hardware MFA device and no key, last used a year ago."""
    facts = {
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "password_last_used": ago(365),
        "keys": (),
        "mfa": True,
        "has_password": True,
        "virtual_mfa": False,
        **facts,
    }
    return Root(**facts)


def a_root_key(**facts: Any) -> AccessKey:
    """An active key of root, without an id, as AWS tells of it."""
    return a_key("<root_account>", **{"id": "", "user_arn": f"arn:aws:iam::{ACCOUNT}:root", **facts})


def a_group(name: str = "admins", **facts: Any) -> Group:
    """A group of users without policies."""
    return Group(name=name, **{"arn": f"arn:aws:iam::{ACCOUNT}:group/{name}", **facts})


def a_policy(
    name: str = "AdministratorAccess", document: Any = ADMIN_DOCUMENT, owner: str = "aws", **facts: Any
) -> Policy:
    """A managed policy, AWS's AdministratorAccess if nothing else is said."""
    facts = {"arn": f"arn:aws:iam::{owner}:policy/{name}", "attached": 1, **facts}
    return Policy(name=name, document=document, **facts)


def a_password_policy(**facts: Any) -> PasswordPolicy:
    """A password policy that is as strict as the practices ask."""
    facts = {
        "arn": f"AWS::::Account:{ACCOUNT}",
        "exists": True,
        "minimum_length": 14,
        "uppercase": True,
        "lowercase": True,
        "numbers": True,
        "symbols": True,
        "max_age": 90,
        "remembered": 24,
        **facts,
    }
    return PasswordPolicy(**facts)


def a_group_rule(
    *cidrs: str,
    protocol: str = "tcp",
    ports: int | tuple[int | None, int | None] | None = 22,
    description: str = "",
    **facts: Any,
) -> Rule:
    """One rule: `a_group_rule("0.0.0.0/0", ports=22)`; `ports` is one port, a pair, or None for all."""
    low, high = ports if isinstance(ports, tuple) else (ports, ports)
    if description:
        facts["descriptions"] = dict.fromkeys((*cidrs, *facts.get("prefix_lists", ())), description)
    return Rule(protocol=protocol, from_port=low, to_port=high, cidrs=cidrs, **facts)


def a_security_group(*ingress: Rule, region: str = REGION, **facts: Any) -> SecurityGroup:
    """A security group with these inbound rules and AWS's outbound one."""
    id_ = facts.setdefault("id", "sg-0a1b2c3d")
    facts = {
        "name": "web",
        "arn": f"arn:aws:ec2:{region}:{ACCOUNT}:security-group/{id_}",
        "vpc": "vpc-1",
        "egress": (a_group_rule("0.0.0.0/0", protocol="-1", ports=None),),
        **facts,
    }
    return SecurityGroup(region=region, ingress=ingress, **facts)


def an_interface(*groups: str, region: str = REGION, **facts: Any) -> NetworkInterface:
    """A network interface of an instance, with no public address; in the builders' own group if none is named."""
    id_ = facts.setdefault("id", "eni-1")
    facts = {
        "arn": f"arn:aws:ec2:{region}:{ACCOUNT}:network-interface/{id_}",
        "vpc": "vpc-1",
        "private_address": "10.0.0.5",
        "instance": "i-0a1b2c3d",
        **facts,
    }
    return NetworkInterface(region=region, groups=groups or ("sg-0a1b2c3d",), **facts)


def a_prefix_list(*cidrs: str, region: str = REGION, **facts: Any) -> PrefixList:
    """A customer-managed prefix list."""
    id_ = facts.setdefault("id", "pl-1")
    facts = {
        "name": "offices",
        "arn": f"arn:aws:ec2:{region}:{ACCOUNT}:prefix-list/{id_}",
        "owner": ACCOUNT,
        **facts,
    }
    return PrefixList(region=region, cidrs=cidrs, **facts)


CLOSED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)


def a_bucket(name: str = "logs", region: str = REGION, **facts: Any) -> Bucket:
    """A bucket of the account's own that nothing is public about, and nothing blocks from becoming so."""
    facts = {
        "arn": f"arn:aws:s3:::{name}",
        "account_block": PublicAccessBlock(),
        "block": PublicAccessBlock(),
        "ownership": "",
        **facts,
    }
    return Bucket(name=name, region=region, **facts)


def a_gap(kind: type[Record], region: str = GLOBAL, **facts: Any) -> Gap:
    """A refused read."""
    facts = {"reason": "AccessDenied: not allowed to read it", "permission": "x:DescribeIt", **facts}
    return Gap(account=ACCOUNT, region=region, record=kind.__name__, **facts)


def an_inventory(
    *records: Record, gaps: Iterable[Gap] = (), now: datetime = NOW, left_out: Mapping[str, str] | None = None
) -> Inventory:
    """An account that holds `records`, read at `now`; keys of its users are records too, as collected."""
    by_type: dict[type[Record], list[Record]] = {}
    keys = (key for user in records if isinstance(user, User) for key in user.keys)
    for record in (*records, *keys):
        held = by_type.setdefault(type(record), [])
        if record not in held:
            held.append(record)
    return Inventory(
        account=ACCOUNT,
        name="acme-test",
        collected_at=now,
        regions=(REGION,),
        left_out=left_out or {},
        records={kind: tuple(held) for kind, held in by_type.items()},
        gaps=tuple(gaps),
    )
