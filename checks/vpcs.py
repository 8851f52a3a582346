"""VPCs: flow logs, and what belongs together in one."""

from __future__ import annotations

from typing import Any

from checks.environments import environment
from checks.evidence import few
from checks.inventory import GapError, View
from checks.inventory.compute import Instance
from checks.inventory.ec2 import FlowLog, NetworkInterface, Subnet, Vpc
from checks.model import Problem, Severity, Unknown, Verdict, check


@check(
    id="vpc-no-flow-log",
    title="VPC without flow log",
    services=("vpc",),
    severity=Severity.MEDIUM,
    why="Without a flow log nobody can say afterwards who talked to what, or see who tries the doors.",
    fix=(
        "VPC > Your VPCs > the VPC > Flow logs > Create flow log with filter All or Reject, or "
        "`aws ec2 create-flow-logs --resource-type VPC --traffic-type ALL --resource-ids ID`."
    ),
    references=("best-practices/5", "cis-3.0/3.7", "cis-5.0/3.7", "fsbp/EC2.6"),
    judges=Vpc,
    reads=(FlowLog, Subnet, NetworkInterface),
)
def no_flow_log(vpc: Vpc, view: View) -> Verdict:
    """Row 5: no working flow log of rejected traffic on the VPC, nor on each of its subnets."""
    logs = view.once(_logs, vpc.region)
    if _is_logged(vpc.id, logs):
        return None
    if vpc.owner != view.account:
        return Unknown(f"the VPC belongs to account {vpc.owner}, which alone sees its flow logs", by_nature=True)
    subnets = [subnet.id for subnet in view.of(Subnet, vpc.region) if subnet.vpc == vpc.id]
    bare = [id_ for id_ in subnets if not _is_logged(id_, logs)]
    if subnets and not bare:
        return None
    faults = [f"{log.id} on {id_}: {_fault(log)}" for id_ in (vpc.id, *bare) for log in logs.get(id_, ())]
    evidence: dict[str, Any] = {"flow_logs": few(faults) or "none"}
    if len(bare) < len(subnets):
        evidence["subnets_without"] = few(bare)
    steps, more = _emptiness(vpc, view)
    return Problem({**evidence, **more}, Severity.MEDIUM.lowered(steps))


def _logs(view: View, region: str) -> dict[str, list[FlowLog]]:
    found: dict[str, list[FlowLog]] = {}
    for log in view.of(FlowLog, region):
        found.setdefault(log.resource, []).append(log)
    return found


def _is_logged(id_: str, logs: dict[str, list[FlowLog]]) -> bool:
    return any(not _fault(log) for log in logs.get(id_, ()))


def _fault(log: FlowLog) -> str:
    """Why a flow log does not count; empty: it does."""
    if not log.active:
        return "not active"
    if log.error:
        return f"not delivered ({log.error})"
    return "" if log.traffic in ("ALL", "REJECT") else f"{log.traffic} traffic only"


def _emptiness(vpc: Vpc, view: View) -> tuple[int, dict[str, str]]:
    """A VPC without network interfaces has nothing to watch yet. Where they could not be read, it stands."""
    try:
        used = view.once(_vpcs_in_use, vpc.region)
    except GapError as error:
        return 0, {"network_interfaces": f"unknown: {error.gap.text}"}
    return (0, {}) if vpc.id in used else (1, {"network_interfaces": "none"})


def _vpcs_in_use(view: View, region: str) -> frozenset[str]:
    return frozenset(interface.vpc for interface in view.of(NetworkInterface, region))


@check(
    id="vpc-mixed-environments",
    title="VPC of several environments",
    services=("vpc",),
    severity=Severity.MEDIUM,
    why="What is tried out beside production can reach it, and a fault in the one becomes a fault in the other.",
    fix=(
        "Give each environment a VPC, better an account, of its own, and move the instances: `aws ec2 create-image`, "
        "then launch from it there. Where only a tag is wrong, correct it with `aws ec2 create-tags`."
    ),
    references=("best-practices/21",),
    judges=Vpc,
    reads=(Instance,),
)
def mixed_environments(vpc: Vpc, view: View) -> Verdict:
    """Row 21: the instances' tags name two environments or more."""
    found: dict[str, list[str]] = {}
    for instance in view.of(Instance, vpc.region):
        named = environment(instance.tags, view.settings)
        if instance.vpc == vpc.id and named:
            found.setdefault(named, []).append(instance.label)
    if len(found) < 2:
        return None
    return Problem({"environments": {name: few(labels) for name, labels in sorted(found.items())}})


@check(
    id="ec2-in-default-vpc",
    title="Instance in a default VPC",
    services=("ec2", "vpc"),
    severity=Severity.LOW,
    why="A default VPC gives every instance a public address and a path to the internet, whether it needs one or not.",
    fix=(
        "Launch it again in a VPC that was planned (EC2 > Instances > the instance > Create image, or "
        "`aws ec2 create-image`), and delete the default VPC when it is empty."
    ),
    references=("best-practices/21",),
    judges=Instance,
    reads=(Vpc,),
)
def in_default_vpc(instance: Instance, view: View) -> Verdict:
    """Row 21: an instance that took the default network."""
    if not instance.vpc or instance.vpc not in view.once(_default_vpcs, instance.region):
        return None
    return Problem({"instance": instance.name, "vpc": instance.vpc})


def _default_vpcs(view: View, region: str) -> frozenset[str]:
    return frozenset(vpc.id for vpc in view.of(Vpc, region) if vpc.default)
