"""Which of the practices an alarm serves: those on sensitive activity (row 3).

By what its metric and name say, which are its owner's to choose; better by the metric filter behind it, once an audit
has read that. AWS's own metrics count no activity of CloudTrail's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.alerts import Signal
from checks.catalog import CATALOG
from checks.cloudwatch_alarms import WATCHES

_LABEL = "Practice"
_BEGINS = "cloudwatch-no-alarm-"
_SIGNS = (
    ("unauthorized-api", r"unauthori[sz]ed|access ?denied|authori[sz]ation ?fail"),
    ("console-no-mfa", r"(no|without|not?) ?mfa|mfa ?(not|missing)"),
    ("root-use", r"\broot ?(account|user?|usage|uses|used|log|sign|activity|event|cred)"),
    ("console-failure", r"(console|sign ?in|log ?in|\bauth\w*) ?(\w+ )?fail|fail\w* ?(console|sign|log ?in|auth)"),
    ("organizations-change", r"organi[sz]ations?\b"),
    ("cloudtrail-change", r"cloud ?trail ?(cfg|config\w*)? ?(chang|event ?count|stop)"),
    ("cmk-disable", r"\b(cmk|kms|customer ?master)"),
    ("bucket-policy-change", r"\b(s3|bucket) ?(bucket)? ?(policy|activity|chang|acl)"),
    ("security-group-change", r"security ?groups?"),
    ("nacl-change", r"\bnacl|network ?a(cl|ccess)|\bacl ?chang"),
    ("gateway-change", r"\b(gate ?way|gw) ?(chang|event ?count)|(network|internet|customer) ?(gate ?way|gw)"),
    ("route-table-change", r"route ?table|\broute ?chang"),
    ("vpc-change", r"\bvpc ?(network)? ?chang|\bvpc\b"),
    ("iam-change", r"\biam\b|iam ?polic"),
    ("config-change", r"\b(aws ?)?config\w* ?chang|config ?(recorder|service)"),
)
_WATCHES = {watch.word: watch for watch in WATCHES}
_NUMBERED = re.compile(r"\bcis\D{0,30}(?:v?\d\.\d\D{1,5})?\b[34]\.(1[0-5]|[1-9])\b", re.IGNORECASE)


def of_alarm(name: str, description: str, namespaces: Iterable[str], metrics: Iterable[str]) -> str:
    """The id of the check whose practice the alarm serves; empty when it is about something else."""
    from_aws = [one.startswith("AWS/") for one in namespaces]
    if from_aws and all(from_aws):
        return ""
    for text in (*metrics, name, description):
        if found := _word(text):
            return f"{_BEGINS}{found}"
    return ""


def served(alarm: Signal, checks: Sequence[str]) -> Signal:
    """`alarm` with the practice that the last audit saw it serve, one of `checks`; as it is where that says no more.

    A filter may match the activity of several practices: then its words choose among them.
    """
    if alarm.facts.get("practice", "") in checks or len(checks) != 1:
        return alarm
    details = [line for line in alarm.facts.get("details", ()) if line[0] != _LABEL]
    after = sum(line[0] == "Description" for line in details)
    details.insert(after, [_LABEL, said(checks[0])])
    return replace(alarm, facts={**alarm.facts, "practice": checks[0], "details": details})


def said(check: str) -> str:
    """The practice of a check, for people: `use of the root user (row 3, cis-3.0/4.3, cis-5.0/4.3)`."""
    watch = _WATCHES.get(check.removeprefix(_BEGINS))
    known = CATALOG.get(check)
    if not watch or not known:
        return ""
    return f"notice {watch.title} ({', '.join(known.references)})"


def _word(text: str) -> str:
    if found := _NUMBERED.search(text):
        return next((watch.word for watch in WATCHES if watch.number == int(found[1])), "")
    spaced = re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text).lower())
    return next((word for word, sign in _SIGNS if re.search(sign, spaced)), "")
