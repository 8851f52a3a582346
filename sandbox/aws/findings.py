"""GuardDuty findings as they read in life: who, from where, against what, made for a seeded resource."""

from datetime import datetime
from typing import Any

from sandbox.aws.gaps import guardduty

SEVERITIES = {
    **guardduty.SAMPLES,
    "UnauthorizedAccess:IAMUser/AnomalousBehavior": 5.0,
    "Persistence:IAMUser/AnomalousBehavior": 5.0,
    "PrivilegeEscalation:IAMUser/AnomalousBehavior": 8.0,
    "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B": 5.0,
}


def write(account: str, region: str, kind: str, severity: float | None, now: datetime, **parts: Any) -> str:
    """Make a finding, keep it and let it flow; returns its id.

    `parts`: user, instance or bucket (names of what exists; a finding about AccessKey, Instance or S3Bucket
    that names none takes the first there is), ip, country, city, organisation, asn, api, domain, count,
    created, title, description, and resource or action to say either in full.
    """
    from moto.guardduty.models import guardduty_backends

    backend = guardduty_backends[account][region]
    family = guardduty.resource_type(kind)
    described = {
        "AccessKey": _access_key,
        "Instance": _instance,
        "S3Bucket": _bucket,
    }.get(family, _other)(account, region, kind, parts)
    finding = guardduty.build(
        backend, kind, SEVERITIES.get(kind, 5.0) if severity is None else severity, now, **{**described, **parts}
    )
    guardduty.put(backend, finding)
    return str(finding["id"])


def update(finding_id: str, now: datetime, count: int | None, severity: float | None) -> None:
    """Raise a finding's count and last-seen time, and send it again."""
    from moto.guardduty.models import guardduty_backends

    for backends in list(guardduty_backends.values()):
        for backend in list(backends.values()):
            finding = guardduty.findings_of(backend).get(finding_id)
            if finding is None:
                continue
            service = finding["service"]
            service["count"] = count or service["count"] + 1
            service["eventLastSeen"] = finding["updatedAt"] = now.strftime(guardduty.FORMAT)
            if severity is not None:
                finding["severity"] = severity
            guardduty.put(backend, finding)
            return
    raise LookupError(f"no GuardDuty finding {finding_id} in any account")


def _remote(parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "ipAddressV4": parts.get("ip", "198.51.100.23"),
        "organization": {
            "asn": str(parts.get("asn", "64500")),
            "asnOrg": parts.get("organisation", "Example Hosting B.V."),
            "isp": parts.get("organisation", "Example Hosting B.V."),
            "org": parts.get("organisation", "Example Hosting B.V."),
        },
        "country": {"countryName": parts.get("country", "Netherlands")},
        "city": {"cityName": parts.get("city", "Amsterdam")},
        "geoLocation": {"lat": 52.37, "lon": 4.89},
    }


def _access_key(account: str, region: str, kind: str, parts: dict[str, Any]) -> dict[str, Any]:
    from moto.iam.models import iam_backends

    users = iam_backends[account]["aws"].users
    name = parts.get("user") or next((name for name, user in users.items() if user.access_keys), None)
    if name not in users:
        raise LookupError(f"no IAM user {name!r} in account {account}")
    user = users[name]
    key = next((key.access_key_id for key in user.access_keys if key.status == "Active"), "")
    api = parts.get("api", "GetCallerIdentity")
    title = f"Unusual use of the credentials of {name}: {api} from {parts.get('country', 'Netherlands')}."
    if "InstanceCredentialExfiltration" in kind:
        title = f"Credentials for {name} are used from an address outside AWS."
    return {
        "title": title,
        "description": (
            f"Credentials of the user {name} were used from the IP address "
            f"{_remote(parts)['ipAddressV4']} ({parts.get('organisation', 'Example Hosting B.V.')})."
        ),
        "resource": {
            "resourceType": "AccessKey",
            "accessKeyDetails": {
                "accessKeyId": key,
                "principalId": user.id,
                "userType": "IAMUser",
                "userName": name,
            },
        },
        "action": {"actionType": "AWS_API_CALL", "awsApiCallAction": _api_call(api, region, parts)},
    }


def _api_call(api: str, region: str, parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "api": api,
        "serviceName": parts.get("service", "sts.amazonaws.com"),
        "callerType": "Remote IP",
        "remoteIpDetails": _remote(parts),
        "userAgent": parts.get("user_agent", "aws-cli/2.17.0 Python/3.11.8 Linux/6.1.0-kali9-amd64"),
        "affectedResources": {},
    }


def _instance(account: str, region: str, kind: str, parts: dict[str, Any]) -> dict[str, Any]:
    from moto.ec2.models import ec2_backends

    instances = ec2_backends[account][region].all_instances()
    wanted = parts.get("instance")
    instance = next((each for each in instances if wanted in (None, each.id, _name(each))), None)
    if instance is None:
        raise LookupError(f"no EC2 instance {wanted!r} in {region} of account {account}")
    label = f"{instance.id} ({_name(instance)})" if _name(instance) else instance.id
    resource = {"resourceType": "Instance", "instanceDetails": _instance_details(instance)}
    if kind.endswith("!DNS"):
        domain = parts.get("domain", "pool.minexmr.com")
        action = {"domain": domain, "protocol": "UDP", "blocked": False}
        return {
            "title": f"The EC2 instance {label} asks for a domain that is known for mining cryptocurrency.",
            "description": f"The EC2 instance {label} asked for the domain {domain}.",
            "resource": resource,
            "action": {"actionType": "DNS_REQUEST", "dnsRequestAction": action},
        }
    ip = _remote(parts)["ipAddressV4"]
    return {
        "title": f"{ip} is performing SSH brute force attacks against {label}.",
        "description": f"{ip} is trying passwords on port 22 of the EC2 instance {label}.",
        "resource": resource,
        "action": {
            "actionType": "NETWORK_CONNECTION",
            "networkConnectionAction": {
                "connectionDirection": "INBOUND",
                "protocol": "TCP",
                "blocked": False,
                "localPortDetails": {"port": 22, "portName": "SSH"},
                "localIpDetails": {"ipAddressV4": instance.private_ip},
                "remotePortDetails": {"port": 41122, "portName": "Unknown"},
                "remoteIpDetails": _remote(parts),
            },
        },
    }


def _instance_details(instance: Any) -> dict[str, Any]:
    interfaces = [
        {
            "networkInterfaceId": interface.id,
            "privateIpAddress": interface.private_ip_address,
            "publicIp": interface.public_ip or "",
            "subnetId": interface.subnet.id,
            "vpcId": interface.subnet.vpc_id,
            "securityGroups": [{"groupId": group.id, "groupName": group.name} for group in interface.group_set],
        }
        for interface in instance.nics.values()
    ]
    return {
        "instanceId": instance.id,
        "instanceType": instance.instance_type,
        "instanceState": instance.state,
        "imageId": instance.image_id,
        "availabilityZone": instance._placement.zone,
        "tags": [{"key": tag["key"], "value": tag["value"]} for tag in instance.get_tags()],
        "networkInterfaces": interfaces,
    }


def _name(resource: Any) -> str:
    return next((str(tag["value"]) for tag in resource.get_tags() if tag["key"] == "Name"), "")


def _bucket(account: str, region: str, kind: str, parts: dict[str, Any]) -> dict[str, Any]:
    from moto.s3.models import s3_backends

    buckets = s3_backends[account]["aws"].buckets
    name = parts.get("bucket") or next(iter(buckets), None)
    if name not in buckets:
        raise LookupError(f"no bucket {name!r} in account {account}")
    details = {
        "arn": f"arn:aws:s3:::{name}",
        "name": name,
        "type": "Destination",
        "createdAt": buckets[name].creation_date.timestamp(),
        "owner": {"id": account},
        "publicAccess": {"effectivePermission": "PUBLIC", "permissionConfiguration": {}},
    }
    who = parts.get("user", "ci-deploy")
    return {
        "title": f"Anyone may read the S3 bucket {name}.",
        "description": f"{who} granted everyone access to the S3 bucket {name}.",
        "resource": {
            "resourceType": "S3Bucket",
            "s3BucketDetails": [details],
            "accessKeyDetails": {"userName": who, "userType": "IAMUser"},
        },
        "action": {
            "actionType": "AWS_API_CALL",
            "awsApiCallAction": _api_call("PutBucketPolicy", region, {"service": "s3.amazonaws.com", **parts}),
        },
    }


def _other(account: str, region: str, kind: str, parts: dict[str, Any]) -> dict[str, Any]:
    return {"title": f"GuardDuty saw {kind} in {region}.", "description": f"Activity of type {kind}."}
