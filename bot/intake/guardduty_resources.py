"""What a GuardDuty finding is about: the resource's ARN or best name, its details, and the ids that remedies need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.intake.shapes import Node

Lines = list[list[str]]


@dataclass(frozen=True, slots=True)
class Where:
    """The place that goes into an ARN."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, rest: str, *, region: bool = True, account: bool = True) -> str:
        """An ARN in this place."""
        place = f"{self.region if region else ''}:{self.account if account else ''}"
        return f"arn:{self.partition}:{service}:{place}:{rest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """As the finding tells of it."""

    kind: str
    name: str
    """The ARN where AWS has one."""
    who: str = ""
    """The actor, where the resource is one."""
    details: Lines = field(default_factory=list)
    ids: dict[str, Any] = field(default_factory=dict)
    """Some of `bot.intake.facts.Facts`."""
    everywhere: bool = False
    """Of a global service: GuardDuty reports it from every region."""


def read(finding: Node, where: Where) -> Resource:
    """The resource of a finding, whatever its kind; one that is unknown is named as well as can be."""
    resource = finding.node("resource")
    kind = resource.text("resourceType")
    part, tell = _KINDS.get(kind, ("", _other))
    told = tell(resource, where) if part == "" or _part(resource, part) else None
    if told is None:  # named as one kind, detailed as another or not at all
        told = next((t for _, (part, tell) in _KINDS.items() if _part(resource, part) and (t := tell(resource, where))),
                    None) or _other(resource, where)  # fmt: skip
    if told.name:
        return told
    family = finding.text("type").partition(":")[2].partition("/")[0]
    return _sequence(finding, where, family) or Resource(
        kind=kind or family,
        name=f"{kind or family or 'resource'} of finding {finding.text('id')}",
        everywhere=family in ("IAM", "IAMUser"),
    )


def _part(resource: Node, name: str) -> bool:
    return bool(resource.node(name)) or bool(resource.nodes(name))


def _instance(resource: Node, where: Where) -> Resource | None:
    instance = resource.node("instanceDetails")
    number = instance.text("instanceId")
    if not number:
        return None
    networks = instance.nodes("networkInterfaces")
    groups = [group for each in networks for group in each.nodes("securityGroups")]
    tags = {each.text("key"): each.text("value") for each in instance.nodes("tags")}
    network = networks[0] if networks else Node({})
    return Resource(
        kind="Instance",
        name=where.arn("ec2", f"instance/{number}"),
        details=_lines(
            ("Instance", _named(number, tags.get("Name", ""))),
            ("Instance type", instance.text("instanceType")),
            ("Public address", network.text("publicIp")),
            ("Private address", network.text("privateIpAddress")),
            ("VPC", network.text("vpcId")),
            (
                "Security groups",
                ", ".join(_named(each.text("groupId"), each.text("groupName")) for each in groups[:5]),
            ),
            ("Role", instance.node("iamInstanceProfile").text("arn")),
            ("Image", _named(instance.text("imageId"), instance.text("imageDescription"))),
        ),
        ids={
            "instance_id": number,
            "security_group_ids": sorted({each.text("groupId") for each in groups} - {""}),
            "instance_profile": instance.node("iamInstanceProfile").text("arn"),
            "tags": tags,
        },
    )


def _key(resource: Node, where: Where) -> Resource | None:
    key = resource.node("accessKeyDetails")
    name, kind, number = key.text("userName"), key.text("userType"), key.text("accessKeyId")
    principal = key.text("principalId")
    if kind == "Root" or name == "Root":
        arn, who = where.arn("iam", "root", region=False), "the root user"
    elif kind in ("Role", "AssumedRole") and name:
        session = principal.partition(":")[2]
        arn = where.arn("iam", f"role/{name}", region=False)
        who = f"role {name}" + (f" (session {session})" if session else "")
    elif kind in ("IAMUser", "") and name:
        arn, who = where.arn("iam", f"user/{name}", region=False), f"IAM user {name}"
    else:
        arn, who = name or principal or number, f"{kind} {name or principal}".strip()
    if not arn:
        return None
    ids = {"access_key_id": number, "user_name": name, "user_type": kind, "principal_id": principal}
    return Resource(
        kind="AccessKey",
        name=arn,
        who=who,
        details=_lines(("Access key", number)),
        ids={label: value for label, value in ids.items() if value},
        everywhere=True,
    )


def _bucket(resource: Node, where: Where) -> Resource | None:
    buckets = resource.nodes("s3BucketDetails")
    first = next((each for each in buckets if each.text("name", "arn")), None)
    if first is None:
        return None
    arn = first.text("arn") or where.arn("s3", first.text("name"), region=False, account=False)
    name = first.text("name") or arn.rpartition(":")[2]
    caller = _key(resource, where)
    objects = [each.text("key") for each in first.nodes("s3ObjectDetails")]
    others = [each.text("name") for each in buckets[1:]]
    return Resource(
        kind="S3Bucket",
        name=arn,
        who=caller.who if caller else "",
        details=_lines(
            ("Bucket", name),
            ("Also buckets", ", ".join(others[:5])),
            ("Objects", ", ".join(objects[:5])),
            ("Public access", _public(first)),
            *((label, value) for label, value in (caller.details if caller else [])),
        ),
        ids={**(caller.ids if caller else {}), "bucket": name},
    )


def _public(bucket: Node) -> str:
    words = {"PUBLIC": "public", "NOT_PUBLIC": "not public"}
    return words.get(bucket.node("publicAccess").text("effectivePermission"), "")


def _cluster(resource: Node, where: Where) -> Resource | None:
    cluster, inside = resource.node("eksClusterDetails"), resource.node("kubernetesDetails")
    name, user, load = (
        cluster.text("name"), inside.node("kubernetesUserDetails"), inside.node("kubernetesWorkloadDetails"),
    )  # fmt: skip
    arn = cluster.text("arn") or (where.arn("eks", f"cluster/{name}") if name else "")
    if not arn:
        return None
    workload = "/".join(part for part in (load.text("type"), load.text("namespace"), load.text("name")) if part)
    return Resource(
        kind="EKSCluster",
        name=arn,
        who=f"Kubernetes user {user.text('username')}" if user.text("username") else "",
        details=_lines(
            ("Cluster", name or arn),
            ("Workload", workload),
            ("Groups", ", ".join(user.texts("groups")[:5])),
            *_container(resource),
        ),
        ids={"cluster": name or arn.rpartition("/")[2]},
    )


def _container(resource: Node) -> list[tuple[str, str]]:
    inside = resource.node("kubernetesDetails").node("kubernetesWorkloadDetails").nodes("containers")
    task = resource.node("ecsClusterDetails").node("taskDetails").nodes("containers")
    own = resource.node("containerDetails")
    each = next(iter([*([own] if own else []), *inside, *task]), Node({}))
    return [("Container", each.text("name", "id")), ("Container image", each.text("image"))]


def _ecs(resource: Node, where: Where) -> Resource | None:
    cluster = resource.node("ecsClusterDetails")
    name = cluster.text("name")
    arn = cluster.text("arn") or (where.arn("ecs", f"cluster/{name}") if name else "")
    if not arn:
        return None
    task = cluster.node("taskDetails")
    return Resource(
        kind="ECSCluster",
        name=arn,
        details=_lines(
            ("Cluster", name or arn),
            ("Task", task.text("arn")),
            ("Task definition", task.text("definitionArn")),
            *_container(resource),
        ),
        ids={"cluster": name or arn.rpartition("/")[2]},
    )


def _alone(resource: Node, _where: Where) -> Resource | None:
    own = resource.node("containerDetails")
    name = own.text("id", "name")
    return Resource(kind="Container", name=name, details=_lines(*_container(resource))) if name else None


def _function(resource: Node, where: Where) -> Resource | None:
    function = resource.node("lambdaDetails")
    name = function.text("functionName")
    arn = function.text("functionArn") or (where.arn("lambda", f"function:{name}") if name else "")
    details = _lines(("Function", name or arn), ("Role", function.text("role")))
    return Resource(kind="Lambda", name=arn, details=details, ids={"function": name or arn}) if arn else None


def _database(resource: Node, where: Where) -> Resource | None:
    database = resource.node("rdsDbInstanceDetails") or resource.node("rdsLimitlessDbDetails")
    user = resource.node("rdsDbUserDetails")
    name = database.text("dbInstanceIdentifier", "dbShardGroupIdentifier", "dbClusterIdentifier")
    arn = database.text("dbInstanceArn", "dbShardGroupArn") or (where.arn("rds", f"db:{name}") if name else "")
    if not arn:
        return None
    engine = f"{database.text('engine')} {database.text('engineVersion')}".strip()
    return Resource(
        kind="RDSDBInstance",
        name=arn,
        who=f"database user {user.text('user')}" if user.text("user") else "",
        details=_lines(
            ("Database", name or arn),
            ("Engine", engine),
            ("Application", user.text("application")),
            ("Schema", user.text("database")),
        ),
        ids={"database": name or arn},
    )


def _other(resource: Node, _where: Where) -> Resource:
    """A kind that came after this was written: the first ARN, id or name among its details."""
    parts = [resource.node(name) for name in resource.value] + [
        each for name in resource.value for each in resource.nodes(name)
    ]
    names = [name for part in parts if (name := _arn_in(part))] or [
        name for part in parts if (name := part.text("id", "name"))
    ]
    return Resource(kind=resource.text("resourceType"), name=names[0] if names else "")


def _arn_in(part: Node) -> str:
    return next((value for value in part.value.values() if isinstance(value, str) and value.startswith("arn:")), "")


def _sequence(finding: Node, where: Where, family: str) -> Resource | None:
    """An attack sequence names its resources and actors in the detection."""
    sequence = finding.node("service").node("detection").node("sequence")
    resources, actors = sequence.nodes("resources"), sequence.nodes("actors")
    if not resources and not actors:
        return None
    user = next((each.node("user") for each in actors if each.node("user")), Node({}))
    names = [name for each in resources if (name := each.text("uid", "name"))]
    if family == "IAM" and user.text("name"):
        kind = "role" if user.text("type") in ("Role", "AssumedRole") else "user"
        name = where.arn("iam", f"{kind}/{user.text('name')}", region=False)
    else:
        name = sorted(names)[0] if names else user.text("name", "uid")
    return Resource(
        kind="AttackSequence",
        name=name or f"attack sequence {finding.text('id')}",
        who=f"{user.text('type')} {user.text('name')}".strip(),
        details=_lines(("Resources", ", ".join(names[:5]) + (f" and {len(names) - 5} more" if names[5:] else ""))),
        ids={"user_name": user.text("name"), "user_type": user.text("type")} if user.text("name") else {},
        everywhere=family == "IAM",
    )


def _lines(*pairs: tuple[str, str] | list[str]) -> Lines:
    return [[label, value] for label, value in pairs if value]


def _named(number: str, name: str) -> str:
    return f"{number} ({name})" if number and name else number or name


_KINDS: dict[str, tuple[str, Callable[[Node, Where], Resource | None]]] = {
    "Instance": ("instanceDetails", _instance),
    "AccessKey": ("accessKeyDetails", _key),
    "S3Bucket": ("s3BucketDetails", _bucket),
    "S3Object": ("s3BucketDetails", _bucket),
    "EKSCluster": ("eksClusterDetails", _cluster),
    "KubernetesCluster": ("eksClusterDetails", _cluster),
    "ECSCluster": ("ecsClusterDetails", _ecs),
    "Lambda": ("lambdaDetails", _function),
    "RDSDBInstance": ("rdsDbInstanceDetails", _database),
    "RDSLimitlessDB": ("rdsLimitlessDbDetails", _database),
    "Container": ("containerDetails", _alone),
}
