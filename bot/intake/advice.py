"""What a GuardDuty finding means and what to do about it, by its purpose and the kind of its resource.

Purposes: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html; the steps follow
https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_remediate.html.
"""

from __future__ import annotations

_PURPOSES = {
    "AttackSequence": "several signals that together look like an attack under way",
    "Backdoor": "a compromised resource talks to its attacker",
    "Behavior": "activity unlike what this resource did before",
    "CredentialAccess": "someone tries to get passwords, keys or tokens",
    "CryptoCurrency": "someone mines cryptocurrency on it",
    "DefenseEvasion": "someone tries not to be noticed",
    "Discovery": "someone explores what there is",
    "Execution": "malicious code runs, or is there to be run",
    "Exfiltration": "someone takes data out",
    "Impact": "someone disturbs, alters or destroys",
    "InitialAccess": "someone tries to get in",
    "Object": "a malicious object was stored",
    "PenTest": "a tool for penetration tests is at work",
    "Persistence": "someone makes sure that they can come back",
    "Policy": "a practice that AWS advises against",
    "PrivilegeEscalation": "someone tries to gain more rights",
    "Recon": "someone looks for a weak spot",
    "Stealth": "someone hides their traces",
    "Trojan": "malicious programs are at work",
    "UnauthorizedAccess": "someone uses, or tries to use, what they have no right to",
}

_KINDS: dict[str, tuple[str, ...]] = {
    "EC2": (
        "Ask the instance's owner whether this is expected.",
        "If it is not: isolate it with a security group that lets nothing in or out, and keep a snapshot of its disks.",
        "Revoke the sessions of its role, and replace it from a clean image.",
    ),
    "IAMUser": (
        "Ask the person or the owner of the program whether they did this.",
        (
            "If they did not: deactivate the access key or revoke the role's sessions, then look in CloudTrail for "
            "what else was done with it."
        ),
        "Look for users, keys, roles and policies made meanwhile, and remove those that are not yours.",
    ),
    "S3": (
        "Ask the bucket's owner whether this access is meant.",
        (
            "If it is not: turn on Block Public Access, take the access away from the caller, and look in CloudTrail's "
            "data events for which objects were read, changed or deleted."
        ),
        "Replace every secret that lay in the objects.",
    ),
    "Kubernetes": (
        "Ask the cluster's owner whether the user or workload may do this.",
        (
            "If it may not: revoke its access (role bindings, aws-auth or access entries), and isolate the pod with a "
            "network policy."
        ),
        "Look in the cluster's audit log for what else it did.",
    ),
    "Runtime": (
        "Find out who started the process, and whether it belongs to the workload.",
        "If it does not: isolate the instance or stop the task or pod, and keep its disk for the investigation.",
        "Rotate what credentials it could read, and deploy a clean image.",
    ),
    "Lambda": (
        "Compare the function's code with what was deployed from its repository.",
        (
            "If it differs or calls where it should not: set its reserved concurrency to 0, which stops it, and rotate "
            "what its role and environment give access to."
        ),
    ),
    "RDS": (
        "Ask the database's owner whether this login is theirs.",
        (
            "If it is not: change the user's password, close the security group to the address, and look in the "
            "database's log for what was read."
        ),
        "Make the database reachable from inside its VPC alone.",
    ),
    "Container": (
        "Stop the task or pod, and keep its image and disk for the investigation.",
        "Find out how the file got there: the image, a volume, or the running program; then deploy a clean image.",
    ),
}
_KINDS["ECS"] = _KINDS["Container"]
_KINDS["EKS"] = _KINDS["Kubernetes"]
_KINDS["IAM"] = _KINDS["IAMUser"]

_BY_RESOURCE = {
    "Instance": "EC2",
    "AccessKey": "IAMUser",
    "S3Bucket": "S3",
    "EKSCluster": "Kubernetes",
    "ECSCluster": "ECS",
    "Container": "Container",
    "Lambda": "Lambda",
    "RDSDBInstance": "RDS",
}

_FIRST: dict[tuple[str, str], str] = {
    ("AttackSequence", ""): "Treat this as an incident now: call whoever leads the response before cleaning up.",
    ("CryptoCurrency", ""): "Look at the bill and for new instances in every region: miners seldom come alone.",
    ("Exfiltration", ""): "Find out first what data was within reach, and whom you must inform.",
    ("Policy", "IAMUser"): "If this was the root user: use an IAM role for daily work, and keep root behind MFA.",
    ("Policy", "S3"): "If the bucket need not be public: turn Block Public Access back on.",
    ("Policy", "Kubernetes"): "Take the permission away that the finding names; anonymous users need none.",
    ("Recon", "EC2"): "Close the ports that need not be open to the internet.",
    ("Impact", "EC2"): "If it sends attacks or spam: isolate it at once, before AWS limits the account.",
    ("Stealth", "IAMUser"): "Turn logging or protection back on first, so that what follows is recorded.",
    ("Stealth", "S3"): "Turn the bucket's logging back on first, so that what follows is recorded.",
    ("PenTest", ""): "Ask your security team whether a test is planned.",
    ("UnauthorizedAccess", "EC2"): "Let SSH and RDP in from known addresses alone, or use Session Manager instead.",
    ("CredentialAccess", "RDS"): "If the login succeeded after many failures: count the password as known to others.",
    ("Persistence", "IAMUser"): "Look for keys, login profiles and trust policies that were made in the last hours.",
    ("PrivilegeEscalation", "Runtime"): "Take away what lets the container out: privileged mode, host mounts, "
    "the Docker socket.",
}

_ANY = (
    "Ask the owner of the resource whether this is expected.",
    "If it is not: take away the access that made it possible, and look in CloudTrail for what else was done.",
)


def purpose(word: str) -> str:
    """What the purpose of a finding's type means, in words; empty for one that is not known."""
    return _PURPOSES.get(word, "")


def steps(family: str, word: str, resource: str) -> list[str]:
    """What to do, for the part of the type after the colon, the purpose before it, and the resource's kind."""
    kind = family if family in _KINDS else _BY_RESOURCE.get(resource, "")
    first = _FIRST.get((word, kind)) or _FIRST.get((word, ""))
    return [*([first] if first else []), *_KINDS.get(kind, _ANY)]
