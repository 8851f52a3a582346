"""What a GuardDuty finding means and what to do about it, by its purpose and the kind of its resource.

Purposes: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html; the steps follow
https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_remediate.html.
"""

from __future__ import annotations

import re

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

_NAMES = {
    "Behavior": "unusual behaviour",
    "CryptoCurrency": "cryptomining",
    "Object": "malicious object",
    "PenTest": "penetration test",
    "Policy": "policy violation",
    "Recon": "reconnaissance",
    "UnauthorizedAccess": "unauthorised access",
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
_KINDS["Copy"] = (
    "Start or restore nothing from it, and take away the right to share or copy it.",
    "Find out what it is a copy of, and scan that, and the copies before and after it.",
    "Keep it for the investigation, and delete it when that is over.",
)
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

_COPIES = ("Snapshot", "Image", "Backup")

# What matters first, by kind of resource and purpose: every pair that GuardDuty has a type for
_FIRST: dict[str, dict[str, str]] = {
    "EC2": {
        "Backdoor": "Cut its way out to the address or domain that the finding names: orders come from there.",
        "Behavior": "Compare the port, protocol and amount of traffic with what the workload was last changed to do.",
        "CryptoCurrency": "Look at the bill and for new instances in every region: miners seldom come alone.",
        "DefenseEvasion": "Let it ask your own DNS resolvers alone, and block DNS over HTTPS and TLS to others.",
        "Execution": "Do not start copies of the disk or snapshot that was scanned; look there for the file first.",
        "Impact": "If it sends attacks or spam: isolate it at once, before AWS limits the account.",
        "Recon": "If it is probed: close the ports that need not be open. If it probes others: isolate it.",
        "Trojan": "Block the domain or address that the finding names in Route 53 Resolver DNS Firewall.",
        "UnauthorizedAccess": "Let SSH and RDP in from known addresses alone, or use Session Manager instead.",
    },
    "IAMUser": {
        "CredentialAccess": "Find out which secrets, parameters and passwords the caller read, and replace them.",
        "DefenseEvasion": "Turn back on what was turned off: trails, detectors, log groups and Config recorders.",
        "Discovery": "Look at what the caller listed, and whether calls that change something followed.",
        "Exfiltration": "Find out first what data was within the caller's reach, and whom you must inform.",
        "Impact": "Look for what was deleted or encrypted, and protect the backups before anything else.",
        "InitialAccess": "Find out how the credentials got out: a repository, a laptop, a log, a phishing page.",
        "PenTest": "Ask your security team whether a test is planned; if none is, the tool is an attacker's.",
        "Persistence": "Look for keys, login profiles and trust policies that were made in the last hours.",
        "Policy": "If this was the root user: use an IAM role for daily work, and keep root behind MFA.",
        "PrivilegeEscalation": "Undo the policies and roles that the caller attached, passed or assumed.",
        "Recon": "Check whether the address belongs to your network or a VPN that your people use.",
        "Stealth": "Turn logging or protection back on first, so that what follows is recorded.",
        "UnauthorizedAccess": "If an instance's credentials were used elsewhere: revoke the role's sessions.",
    },
    "S3": {
        "Discovery": "Check whether the caller went on to read what it listed.",
        "Execution": "Do not restore from the recovery point or open the object until it was looked at.",
        "Exfiltration": "List the objects that were read, find out what they hold, and whom you must inform.",
        "Impact": "Check versions, Object Lock and replicas: keep what can be restored out of the caller's reach.",
        "Object": "Take the right to read the object away, and find out who stored it and who read it since.",
        "PenTest": "Ask your security team whether a test of the bucket is planned.",
        "Policy": "If the bucket need not be public: turn Block Public Access back on.",
        "Stealth": "Turn the bucket's logging back on first, so that what follows is recorded.",
        "UnauthorizedAccess": "Let the bucket's policy admit known networks or VPC endpoints alone.",
    },
    "Kubernetes": {
        "CredentialAccess": "Replace the secrets and service-account tokens that the caller could read.",
        "DefenseEvasion": "Check whether the caller hid behind another user, a proxy or a changed audit setting.",
        "Discovery": "Close the API server's public endpoint, or let known addresses alone reach it.",
        "Execution": "Delete the pod that was started or entered, after keeping its logs and its node's disk.",
        "Impact": "Look for workloads and volumes that were deleted or changed, and restore them from their manifests.",
        "Persistence": "Look for daemon sets, cron jobs and webhooks that would bring the attacker back.",
        "Policy": "Take the permission away that the finding names; anonymous users need none.",
        "PrivilegeEscalation": "Delete the role binding or privileged pod, and enforce the restricted pod standard.",
    },
    "Runtime": {
        "Backdoor": "Cut the workload's way out to the address or domain that the finding names.",
        "CryptoCurrency": "Find what started the miner: an open service, a leaked key or the image itself.",
        "DefenseEvasion": "Trust no log of the machine itself: the process hid or injected itself into another.",
        "Discovery": "Look at what else the process's parent started after it had looked around.",
        "Execution": "Keep a copy of the file by its SHA-256, and look for it on your other machines.",
        "Impact": "If it attacks others: stop its traffic at once, before AWS limits the account.",
        "Persistence": "Look for new services, cron entries, SSH keys and start-up scripts before starting it again.",
        "PrivilegeEscalation": "Take away what lets the container out: privileges, host mounts, the Docker socket.",
        "Trojan": "Block the domain that the finding names for the whole VPC, not for this workload alone.",
        "UnauthorizedAccess": "Require IMDSv2 with a hop limit of 1: no process then takes the role's keys from it.",
    },
    "Lambda": {
        "Backdoor": "Look for a changed dependency or layer: that is how a function comes to call its attacker.",
        "CryptoCurrency": "Look at how often and how long the function ran, and who may change its code.",
        "Trojan": "Look at what the function sent: its input and its environment may be with the attacker.",
        "UnauthorizedAccess": "Ask whether anything in the function means to use Tor or the address that it reached.",
    },
    "RDS": {
        "CredentialAccess": "If the login succeeded after many failures: count the password as known to others.",
        "Discovery": "Close the database to the internet: it is being looked at by addresses known for attacks.",
    },
    "Container": {
        "Execution": "Scan the image in its registry, and every other container that was started from it.",
    },
    "Copy": {
        "Execution": "Look whether an instance runs, or a bucket was restored, from it or from what it was made of.",
    },
    "ECS": {
        "Execution": "Set the service's desired count to 0 or a clean task definition: it must not come back.",
    },
}
_SEQUENCES = {
    "EC2": "Treat this as an incident now: isolate all the instances that it names at once.",
    "ECS": "Treat this as an incident now: stop the tasks that it names, and deny their roles everything.",
    "EKS": "Treat this as an incident now: close the cluster's endpoint to all but the responders.",
    "IAM": "Treat this as an incident now: deny the identity everything before you look at what it did.",
    "S3": "Treat this as an incident now: deny the actors the buckets, and protect versions and backups.",
}
_ANYWHERE = {
    "AttackSequence": "Treat this as an incident now: call whoever leads the response before cleaning up.",
    "CryptoCurrency": "Look at the bill and for new instances in every region: miners seldom come alone.",
    "Exfiltration": "Find out first what data was within reach, and whom you must inform.",
    "PenTest": "Ask your security team whether a test is planned.",
}

_ANY = (
    "Ask the owner of the resource whether this is expected.",
    "If it is not: take away the access that made it possible, and look in CloudTrail for what else was done.",
)


def purpose(word: str) -> str:
    """What the purpose of a finding's type means, in words, and its name; empty for one that is not known."""
    name = _NAMES.get(word) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).lower()
    return f"{_PURPOSES[word]} ({name})" if word in _PURPOSES else ""


def steps(family: str, word: str, resource: str) -> list[str]:
    """What to do, for the part of the type after the colon, the purpose before it, and the resource's kind."""
    kind = "Copy" if resource in _COPIES else family if family in _KINDS else _BY_RESOURCE.get(resource, "")
    own = _SEQUENCES.get(family) if word == "AttackSequence" else _FIRST.get(kind, {}).get(word)
    first = own or _ANYWHERE.get(word)
    return [*([first] if first else []), *_KINDS.get(kind, _ANY)]
