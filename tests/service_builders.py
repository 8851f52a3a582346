"""Records of roles, databases, certificates, distributions, Config, GuardDuty and EventBridge, with good defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from checks.inventory import Record
from checks.inventory.account import Account, AccountRegion
from checks.inventory.acm import Certificate
from checks.inventory.cloudfront import Behavior, Distribution, Origin
from checks.inventory.config import DeliveryBucket, DeliveryChannel, Recorder
from checks.inventory.events import Bus, EventRule, Target
from checks.inventory.guardduty import Detector, OpenFinding
from checks.inventory.iam import Role, SamlProvider, ServerCertificate
from checks.inventory.rds import DbCluster, DbInstance, DbSnapshot
from checks.inventory.redshift import RedshiftCluster
from checks.inventory.sns import Subscription, Topic
from tests.builders import ACCOUNT, ADMIN_DOCUMENT, NOW, REGION, a_bucket, a_group, a_user, ago

STRANGER = "999988887777"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/picket-events"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:picket-events"


def in_days(days: float) -> Any:
    """So many days after the builders' now."""
    return NOW + timedelta(days=days)


def a_document(*actions: str, on: Any = "*", **facts: Any) -> dict[str, Any]:
    """A policy that allows these actions: `a_document("s3:*", on="arn:…")`."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": on, **facts}]}


def a_trust(principal: Any, condition: Mapping[str, Any] | None = None, **facts: Any) -> dict[str, Any]:
    """A trust policy that lets `principal` assume the role."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **facts}
    return {"Version": "2012-10-17", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]}


def a_role(name: str = "web", path: str = "/", **facts: Any) -> Role:
    """A role for EC2 without policies."""
    facts = {
        "arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}",
        "created": ago(100),
        "trust": a_trust({"Service": "ec2.amazonaws.com"}),
        **facts,
    }
    return Role(name=name, **facts)


def a_saml_provider(name: str = "okta") -> SamlProvider:
    """A SAML provider."""
    return SamlProvider(arn=f"arn:aws:iam::{ACCOUNT}:saml-provider/{name}")


def a_server_certificate(name: str = "elb", **facts: Any) -> ServerCertificate:
    """A certificate of IAM with a year left."""
    arn = f"arn:aws:iam::{ACCOUNT}:server-certificate/{name}"
    return ServerCertificate(**{"id": "ASCAEXAMPLE", "name": name, "arn": arn, "expires": in_days(365), **facts})


def a_certificate(domain: str = "www.acme.example", region: str = REGION, **facts: Any) -> Certificate:
    """A certificate of ACM with a year left, used by nothing."""
    arn = f"arn:aws:acm:{region}:{ACCOUNT}:certificate/{domain}"
    facts = {"arn": arn, "status": "ISSUED", "expires": in_days(365), **facts}
    return Certificate(domain=domain, region=region, **facts)


def a_behavior(path: str = "default", viewers: str = "redirect-to-https", **facts: Any) -> Behavior:
    """A behaviour that sends viewers to HTTPS."""
    return Behavior(**{"path": path, "viewers": viewers, "origins": ("origin",), **facts})


def a_distribution(*behaviors: Behavior, **facts: Any) -> Distribution:
    """An enabled distribution that is right throughout."""
    facts = {
        "id": "E1EXAMPLE",
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1EXAMPLE",
        "domain": "d1.cloudfront.net",
        "enabled": True,
        "minimum_tls": "TLSv1.2_2021",
        "origins": (Origin(id="origin", domain="origin.acme.example", protocol="https-only"),),
        **facts,
    }
    return Distribution(behaviors=behaviors or (a_behavior(),), **facts)


def a_database(id_: str = "orders", region: str = REGION, **facts: Any) -> DbInstance:
    """An encrypted, private PostgreSQL in the builders' security group."""
    facts = {
        "arn": f"arn:aws:rds:{region}:{ACCOUNT}:db:{id_}",
        "engine": "postgres",
        "encrypted": True,
        "public": False,
        "port": 5432,
        "groups": ("sg-0a1b2c3d",),
        **facts,
    }
    return DbInstance(id=id_, region=region, **facts)


def a_database_cluster(id_: str = "shop", **facts: Any) -> DbCluster:
    """An encrypted Aurora cluster."""
    facts = {"engine": "aurora-postgresql", "encrypted": True, "port": 5432, **facts}
    return DbCluster(id=id_, arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:{id_}", region=REGION, **facts)


def a_database_snapshot(id_: str = "orders-2026", **facts: Any) -> DbSnapshot:
    """An encrypted snapshot of an instance."""
    facts = {"source": "orders", "of_cluster": False, "engine": "postgres", "encrypted": True, **facts}
    return DbSnapshot(id=id_, arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:snapshot:{id_}", region=REGION, **facts)


def a_warehouse(id_: str = "reports", **facts: Any) -> RedshiftCluster:
    """An encrypted, private Redshift cluster in the builders' security group."""
    facts = {"encrypted": True, "public": False, "port": 5439, "groups": ("sg-0a1b2c3d",), **facts}
    return RedshiftCluster(id=id_, arn=f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:{id_}", region=REGION, **facts)


def a_place(region: str = REGION) -> AccountRegion:
    """The account in one of its regions."""
    return AccountRegion(id=ACCOUNT, region=region)


def a_recorder(name: str = "default", region: str = REGION, **facts: Any) -> Recorder:
    """A recorder that records everything, global types too."""
    facts = {
        "arn": f"arn:aws:config:{region}:{ACCOUNT}:configuration-recorder/{name}",
        "recording": True,
        "last_status": "success",
        "strategy": "ALL_SUPPORTED_RESOURCE_TYPES",
        "all_supported": True,
        "global_types": True,
        **facts,
    }
    return Recorder(name=name, region=region, **facts)


def a_channel(name: str = "default", region: str = REGION, **facts: Any) -> DeliveryChannel:
    """A delivery channel with daily snapshots and no topic."""
    facts = {
        "arn": f"arn:aws:config:{region}:{ACCOUNT}:delivery-channel/{name}",
        "bucket": "logs",
        "snapshots": "TwentyFour_Hours",
        **facts,
    }
    return DeliveryChannel(name=name, region=region, **facts)


def a_delivery_bucket(**facts: Any) -> DeliveryBucket:
    """The bucket of the builders' channel, which is not public."""
    bucket = facts.setdefault("bucket", a_bucket())
    facts = {"name": "logs", "arn": "arn:aws:s3:::logs", "region": REGION, "regions": (REGION,), **facts}
    return DeliveryBucket(**{**facts, "bucket": bucket})


def a_subscription(confirmed: bool = True, **facts: Any) -> Subscription:
    """A confirmed subscription by mail."""
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts:0a1b" if confirmed else "PendingConfirmation"
    return Subscription(**{"arn": arn, "protocol": "email", "endpoint": "ops@acme.example", **facts})


def a_topic(*subscriptions: Subscription, **facts: Any) -> Topic:
    """A topic with these subscriptions."""
    facts = {"arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts", "region": REGION, **facts}
    return Topic(**{"subscriptions": subscriptions, **facts})


def a_target(arn: str = QUEUE_ARN, **facts: Any) -> Target:
    """A target of a rule, the bot's queue if nothing else is said."""
    return Target(arn=arn, **facts)


def a_topic_target(*subscriptions: Subscription, **facts: Any) -> Target:
    """A topic with these subscriptions as a target."""
    topic = a_topic(*subscriptions, **facts)
    return Target(arn=topic.arn, topic=topic)


def a_bus_target(*rules: EventRule, **facts: Any) -> Target:
    """Another account's bus with these rules as a target."""
    arn = f"arn:aws:events:{REGION}:{STRANGER}:event-bus/default"
    return Target(arn=arn, bus=Bus(**{"arn": arn, "rules": rules, **facts}))


def a_rule(pattern: Any = None, *targets: Target, region: str = REGION, **facts: Any) -> EventRule:
    """An enabled rule on everything of GuardDuty and Config, to the bot's queue."""
    name = facts.setdefault("name", "relay")
    facts = {"arn": f"arn:aws:events:{region}:{ACCOUNT}:rule/{name}", "enabled": True, **facts}
    wanted = {"source": ["aws.guardduty", "aws.config"]} if pattern is None else pattern
    text = wanted if isinstance(wanted, str) else json.dumps(wanted)
    return EventRule(**{"targets": targets or (a_target(),), **facts}, pattern=text, region=region)


def a_detector(region: str = REGION, **facts: Any) -> Detector:
    """An enabled detector."""
    arn = f"arn:aws:guardduty:{region}:{ACCOUNT}:detector/12abc"
    return Detector(**{"id": "12abc", "arn": arn, "region": region, "enabled": True, **facts})


def an_open_finding(age: float = 1, severity: float = 8.0, **facts: Any) -> OpenFinding:
    """A finding of high severity of yesterday."""
    facts = {
        "id": "f1",
        "arn": f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/12abc/finding/f1",
        "region": REGION,
        "type": "Backdoor:EC2/C&CActivity.B",
        "title": "A backdoor",
        "created": ago(age),
        **facts,
    }
    return OpenFinding(severity=severity, **facts)


def services_wrong() -> tuple[Record, ...]:
    """Each thing wrong that the checks of these services know of."""
    public = a_bucket(policy='{"Statement": []}', policy_public=True)
    plain = (Origin(id="origin", domain="origin.acme.example", protocol="http-only"),)
    return (
        Account(id=ACCOUNT),
        a_place(),
        a_place("us-east-1"),
        a_user("team-ops"),
        *(a_group(f"group-{number}") for number in range(31)),
        a_role("partner", trust=a_trust("*"), inline_policies={"all": ADMIN_DOCUMENT}),
        a_server_certificate(expires=ago(1)),
        a_server_certificate("next", expires=in_days(1)),
        a_certificate(expires=ago(1), status="EXPIRED"),
        a_certificate("next.acme.example", expires=in_days(1)),
        a_distribution(a_behavior(viewers="allow-all"), minimum_tls="TLSv1", origins=plain),
        a_database("open", encrypted=False, public=True),
        a_database_snapshot("open", encrypted=False, public=True),
        a_warehouse("open", encrypted=False, public=True),
        a_recorder(recording=False, strategy="", all_supported=False),
        a_channel(snapshots=""),
        a_delivery_bucket(bucket=public),
        a_detector("us-east-1"),
        an_open_finding(age=30),
    )
