"""How the holder of a policy could become an administrator: the known paths, each a set of actions.

Two kinds. Writing to IAM itself (a policy, a password, a key, a trust) counts on any target and on named others.
Borrowing a role (passing it to something that runs code, or changing the code it runs) counts when any role or
any code may be taken: one role that is named says nothing about what it may do. Sources: the paths gathered by
Rhino Security Labs ("AWS IAM Privilege Escalation - Methods and Mitigation").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks import policy
from checks.policy import DENIED, FRESH, Decision, Statement

WRITES = {
    "iam:CreatePolicyVersion": "policy",
    "iam:SetDefaultPolicyVersion": "policy",
    "iam:CreateAccessKey": "user",
    "iam:CreateLoginProfile": "user",
    "iam:UpdateLoginProfile": "user",
    "iam:AttachUserPolicy": "user",
    "iam:AttachGroupPolicy": "group",
    "iam:AttachRolePolicy": "role",
    "iam:PutUserPolicy": "user",
    "iam:PutGroupPolicy": "group",
    "iam:PutRolePolicy": "role",
    "iam:AddUserToGroup": "group",
    "iam:UpdateAssumeRolePolicy": "role",
}
"""What is written to, by action."""

CREDENTIALS = {"iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"}
"""These on oneself give nothing that one does not have."""

PASSES: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("ec2", (("ec2:RunInstances",),)),
    ("lambda", (("lambda:CreateFunction",), ("lambda:InvokeFunction", "lambda:CreateEventSourceMapping"))),
    ("glue", (("glue:CreateDevEndpoint",),)),
    ("glue", (("glue:CreateJob", "glue:UpdateJob"), ("glue:StartJobRun", "glue:CreateTrigger"))),
    ("cloudformation", (("cloudformation:CreateStack",),)),
    (
        "datapipeline",
        (("datapipeline:CreatePipeline",), ("datapipeline:PutPipelineDefinition",), ("datapipeline:ActivatePipeline",)),
    ),
    ("ecs-tasks", (("ecs:RegisterTaskDefinition",), ("ecs:RunTask", "ecs:StartTask", "ecs:CreateService"))),
    ("sagemaker", (("sagemaker:CreateNotebookInstance",), ("sagemaker:CreatePresignedNotebookInstanceUrl",))),
    ("sagemaker", (("sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"),)),
    ("codebuild", (("codebuild:CreateProject", "codebuild:UpdateProject"), ("codebuild:StartBuild",))),
)
"""What runs code as a role that is passed to it, and what that takes: one action of each group."""

CHANGES = {"lambda:UpdateFunctionCode": "function", "glue:UpdateDevEndpoint": "endpoint"}
"""What changes the code that runs as a role already, and of what."""

_SELF = ("${aws:username}", "${aws:userid}")


@dataclass(frozen=True, slots=True)
class Path:
    """One way to become an administrator."""

    text: str
    """For a person: `iam:CreateAccessKey on any user`."""
    narrowed: bool
    """Whether a condition on MFA, source, organisation or principal stands before it."""
    conditions: tuple[str, ...] = ()


def paths(statements: Sequence[Statement], account: str, partition: str = "aws") -> tuple[Path, ...]:
    """The paths that `statements`, taken by themselves, open in `account`."""
    asked = _Question(statements, account, partition)
    return (*_writes(asked), *_passes(asked), *_changes(asked))


@dataclass(frozen=True, slots=True)
class _Question:
    statements: Sequence[Statement]
    account: str
    partition: str

    def any_target(self, action: str, kind: str) -> Decision:
        """What is said of `action` on anything of a kind in IAM, whatever its name."""
        return policy.decide(self.statements, action, f"arn:{self.partition}:iam::{self.account}:{kind}/{FRESH}")

    def named(self, action: str) -> Iterator[str]:
        """The resources that grants of `action` name, with a fresh letter for each wildcard."""
        for one in self.statements:
            if one.allow and not one.not_resources:
                yield from (fresh for fresh in map(_fresh, one.resources) if one.applies(action, fresh))

    def somewhere(self, action: str) -> Decision:
        """What is said of `action` on the resource where most is allowed."""
        service = action.partition(":")[0]
        targets = [f"arn:{self.partition}:{service}:{FRESH}:{self.account}:{FRESH}", *self.named(action)]
        decisions = [policy.decide(self.statements, action, target) for target in targets]
        allowed = [d for d in decisions if d.allowed]
        return min(allowed, key=lambda d: d.narrowed) if allowed else DENIED


def _fresh(pattern: str) -> str:
    return pattern.replace("*", FRESH).replace("?", FRESH)


def _writes(asked: _Question) -> Iterator[Path]:
    for action, kind in WRITES.items():
        free = asked.any_target(action, kind)
        if free.allowed:
            yield Path(f"{action} on any {kind}", free.narrowed, free.conditions)
            continue
        for target in dict.fromkeys(asked.named(action)):
            own = any(variable in target for variable in _SELF)
            found = policy.decide(asked.statements, action, target)
            if f":{kind}/" in target and found.allowed and not (own and action in CREDENTIALS):
                name = "oneself" if own else target.rpartition(f":{kind}/")[2].replace(FRESH, "*")
                yield Path(f"{action} on {kind} {name}".replace("user oneself", "oneself"), *_of(found))


def _of(decision: Decision) -> tuple[bool, tuple[str, ...]]:
    return decision.narrowed, decision.conditions


def _passes(asked: _Question) -> Iterator[Path]:
    for service, groups in PASSES:
        to_service = [s for s in asked.statements if not s.allow or _passed_to(s.condition, service)]
        passed = _Question(to_service, asked.account, asked.partition).any_target("iam:PassRole", "role")
        steps = [_first(asked, group) for group in groups] if passed.allowed else [None]
        taken = [step for step in steps if step]
        if len(taken) == len(groups):
            decisions = [passed, *(decision for _, decision in taken)]
            yield Path(
                " + ".join(("iam:PassRole", *(action for action, _ in taken))),
                any(d.narrowed for d in decisions),
                tuple(dict.fromkeys(c for d in decisions for c in d.conditions)),
            )


def _first(asked: _Question, actions: Sequence[str]) -> tuple[str, Decision] | None:
    """The first of `actions` that is allowed; one that no condition narrows before others."""
    found = [(action, decision) for action in actions if (decision := asked.somewhere(action)).allowed]
    return min(found, key=lambda pair: pair[1].narrowed) if found else None


def _passed_to(condition: Mapping[str, Any], service: str) -> bool:
    """Whether a grant of PassRole lets the role be passed to `service`, by what it says of iam:PassedToService."""
    for operator, keys in condition.items():
        word = operator.lower().split(":")[-1].removesuffix("ifexists")
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            if key.lower() == "iam:passedtoservice" and word in ("stringequals", "stringlike"):
                patterns = values if isinstance(values, list | tuple) else [values]
                principals = (f"{service}.amazonaws.com", f"{service}.amazonaws.com.cn")  # China has both kinds
                if not any(policy.matches(str(pattern), name) for pattern in patterns for name in principals):
                    return False
    return True


def _changes(asked: _Question) -> Iterator[Path]:
    for action, kind in CHANGES.items():
        service = action.partition(":")[0]
        target = f"arn:{asked.partition}:{service}:{FRESH}:{asked.account}:{FRESH}"
        found = policy.decide(asked.statements, action, target)
        if found.allowed:
            yield Path(f"{action} on any {kind}", *_of(found))
