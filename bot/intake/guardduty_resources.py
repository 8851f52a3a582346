"""What a GuardDuty finding is about: the resource's ARN or best name, its details, and the ids that remedies need."""

from __future__ import annotations

from collections.abc import Callable

from bot.intake import guardduty_sequence
from bot.intake.guardduty_actions import few, lines
from bot.intake.guardduty_place import Resource, Where
from bot.intake.shapes import Node


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
    return guardduty_sequence.resource(finding, where, family) or Resource(
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
    tags = _tags(instance)
    network = networks[0] if networks else Node({})
    return Resource(
        kind="Instance",
        name=where.arn("ec2", f"instance/{number}"),
        details=lines(
            ("Instance", _named(number, tags.get("Name", ""))),
            *_container(resource),
            ("Public address", network.text("publicIp")),
            ("Security groups", few([_named(each.text("groupId"), each.text("groupName")) for each in groups])),
            ("Role", instance.node("iamInstanceProfile").text("arn")),
            ("Private address", network.text("privateIpAddress")),
            ("VPC", network.text("vpcId")),
            ("Image", _named(instance.text("imageId"), instance.text("imageDescription"))),
            ("Instance type", instance.text("instanceType")),
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
        details=lines(("Access key", number)),
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
        details=lines(
            ("Also buckets", few(others)),
            ("Objects", few([each for each in objects if each])),
            ("Object's hash", next((found for each in first.nodes("s3ObjectDetails") if (found := each.text("hash"))),
                                   "")),
            ("Public access", _public(first)),
            *((label, value) for label, value in (caller.details if caller else [])),
        ),
        ids={**(caller.ids if caller else {}), "bucket": name, "tags": _tags(first)},
    )  # fmt: skip


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
    other = user.node("impersonatedUser").text("username")
    who = f"Kubernetes user {user.text('username')}" + (f" as {other}" if other else "")
    return Resource(
        kind="EKSCluster",
        name=arn,
        who=who if user.text("username") else "",
        details=lines(
            ("Workload", workload),
            ("Runs with", few(_powers(load))),
            ("Service account", load.text("serviceAccountName")),
            ("Groups", few(user.texts("groups"))),
            *_container(resource),
        ),
        ids={"cluster": name or arn.rpartition("/")[2], "tags": _tags(cluster)},
    )


def _powers(load: Node) -> list[str]:
    """What lets a workload out of its containers."""
    shared = [label for name, label in (("hostNetwork", "the node's network"), ("hostPID", "the node's processes"),
                                        ("hostIPC", "the node's memory")) if load.flag(name)]  # fmt: skip
    contexts = [each.node("securityContext") for each in load.nodes("containers")]
    privileged = ["all privileges"] if any(each.flag("privileged") for each in contexts) else []
    paths = [path for each in load.nodes("volumes") if (path := each.node("hostPath").text("path"))]
    return [*privileged, *shared, *(f"the node's {path}" for path in paths)]


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
        details=lines(
            *_container(resource),
            ("Task", task.text("arn").rpartition("/")[2]),
            ("Task definition", task.text("definitionArn").rpartition("/")[2]),
            ("Runs on", task.text("launchType")),
        ),
        ids={"cluster": name or arn.rpartition("/")[2], "tags": {**_tags(cluster), **_tags(task)}},
    )


def _alone(resource: Node, _where: Where) -> Resource | None:
    own = resource.node("containerDetails")
    name = own.text("id", "name")
    return Resource(kind="Container", name=name, details=lines(*_container(resource))) if name else None


def _function(resource: Node, where: Where) -> Resource | None:
    function = resource.node("lambdaDetails")
    name = function.text("functionName")
    arn = function.text("functionArn") or (where.arn("lambda", f"function:{name}") if name else "")
    if not arn:
        return None
    return Resource(
        kind="Lambda",
        name=arn,
        details=lines(
            ("Version", function.text("functionVersion")),
            ("Role", function.text("role")),
            ("VPC", function.node("vpcConfig").text("vpcId")),
        ),
        ids={"function": name or arn, "tags": _tags(function)},
    )


def _database(resource: Node, where: Where) -> Resource | None:
    database = resource.node("rdsDbInstanceDetails") or resource.node("rdsLimitlessDbDetails")
    user = resource.node("rdsDbUserDetails")
    name = database.text("dbInstanceIdentifier", "dbShardGroupIdentifier", "dbClusterIdentifier")
    arn = database.text("dbInstanceArn", "dbShardGroupArn") or (where.arn("rds", f"db:{name}") if name else "")
    if not arn:
        return None
    engine = f"{database.text('engine')} {database.text('engineVersion')}".strip()
    cluster = database.text("dbClusterIdentifier")
    return Resource(
        kind="RDSDBInstance",
        name=arn,
        who=f"database user {user.text('user')}" if user.text("user") else "",
        details=lines(
            ("Cluster", cluster if cluster != name else ""),
            ("Engine", engine),
            ("Application", user.text("application")),
            ("Schema", user.text("database")),
            ("Signed in by", user.text("authMethod")),
            ("TLS", user.text("ssl")),
        ),
        ids={"database": name or arn, "tags": _tags(database)},
    )


def _copy(part: str, field: str, label: str) -> Callable[[Node, Where], Resource | None]:
    """Of a copy of disks that malware was looked for in: a snapshot, an image, a backup."""

    def tell(resource: Node, _where: Where) -> Resource | None:
        copy = resource.node(part)
        arn = copy.text(field)
        details = lines((label, arn.rpartition("/")[2]), ("Vault", copy.text("backupVaultName")))
        return Resource(kind=label, name=arn, details=details) if arn else None

    return tell


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


def _tags(part: Node) -> dict[str, str]:
    return {key: each.text("value") for each in part.nodes("tags") if (key := each.text("key"))}


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
    "EBSSnapshot": ("ebsSnapshotDetails", _copy("ebsSnapshotDetails", "snapshotArn", "Snapshot")),
    "EC2Image": ("ec2ImageDetails", _copy("ec2ImageDetails", "imageArn", "Image")),
    "RecoveryPoint": ("recoveryPointDetails", _copy("recoveryPointDetails", "recoveryPointArn", "Backup")),
}
