"""What Picket and Prowler answered, in one form, and where they differ without a reason being known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bench.parity_map import PAIRS, Pair

NOTHING = "-"
"""In place of a verdict: did not judge it."""
RANK = {NOTHING: 0, "PASS": 1, "UNKNOWN": 2, "FAIL": 3}
PLACELESS = {"iam", "s3", "cloudfront"}
"""Services whose resources have a name that is alone in the account, whichever region is said."""


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """One check of ours of one resource (or of a region, or of the account)."""

    row: int
    check: str
    account: str
    region: str
    resource: str

    def __str__(self) -> str:
        return f"{self.account} {self.region} {self.resource}"


@dataclass(frozen=True, slots=True)
class Compared:
    """What the two say."""

    question: Question
    picket: str
    prowler: str

    @property
    def agree(self) -> bool:
        return self.picket == self.prowler


@dataclass(frozen=True, slots=True)
class Explanation:
    """A line of docs/parity.md: patterns of what it explains (as of file names), and who is right."""

    check: str
    what: str
    picket: str
    prowler: str
    right: str
    why: str

    def explains(self, compared: Compared) -> bool:
        """Whether this difference is the one that is spoken of."""
        return (
            fnmatchcase(compared.question.check, self.check)
            and fnmatchcase(str(compared.question), self.what)
            and compared.picket == self.picket
            and compared.prowler == self.prowler
        )


Names = Mapping[str, str]
"""From an id that AWS made up to the name that people know, for the patterns must fit in every run."""
Answers = dict[Question, str]


def picket(lines: Iterable[str], names: Names) -> Answers:
    """What `picket audit --format json` says."""
    answers: Answers = {}
    for line in lines:
        said = json.loads(line)
        pair = next((pair for pair in PAIRS if fnmatchcase(said.get("check", ""), pair.ours)), None)
        if pair:
            question = _question(pair, said["account"], said["region"], said["resource"], names)
            _worse(answers, question, said["status"])
    return answers


def prowler(findings: Iterable[Mapping[str, object]], names: Names) -> Answers:
    """What Prowler's OCSF file says; MANUAL is its word for UNKNOWN."""
    answers: Answers = {}
    for finding in json.loads(json.dumps(list(findings))):
        resource, account = finding["resources"][0], finding["cloud"]["account"]["uid"]
        verdict = {"MANUAL": "UNKNOWN"}.get(finding["status_code"], finding["status_code"])
        for pair in PAIRS:
            if finding["metadata"]["event_code"] in pair.theirs:
                ours = verdict != "FAIL" or not pair.told or re.search(pair.told, finding["status_detail"])
                question = _question(pair, account, resource["region"], resource["uid"], names)
                _worse(answers, question, verdict if ours else "PASS")
    return answers


def compare(ours: Answers, theirs: Answers) -> list[Compared]:
    """Every question that one of the two has answered."""
    return [
        Compared(question, ours.get(question, NOTHING), theirs.get(question, NOTHING))
        for question in sorted({*ours, *theirs})
    ]


def explanations(page: str) -> list[Explanation]:
    """The lines of the page's table of differences: the one whose rows have six cells and a verdict in two."""
    found = []
    for line in page.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 6 and {cells[2], cells[3]} <= RANK.keys():
            found.append(Explanation(*cells))
    return found


def unexplained(compared: Iterable[Compared], known: Sequence[Explanation]) -> list[Compared]:
    """The differences of which the page says nothing."""
    return [each for each in compared if not each.agree and not any(one.explains(each) for one in known)]


def idle(compared: Iterable[Compared], known: Iterable[Explanation]) -> list[Explanation]:
    """The lines that explain nothing that is there."""
    differences = [each for each in compared if not each.agree]
    return [one for one in known if not any(one.explains(each) for each in differences)]


def _question(pair: Pair, account: str, region: str, resource: str, names: Names) -> Question:
    if pair.scope == "account":
        return Question(pair.row, pair.ours, account, "global", "account")
    if pair.scope == "region":
        return Question(pair.row, pair.ours, account, region, "region")
    _, _, service, place, _, name = resource.split(":", 5) if resource.count(":") >= 5 else (*[""] * 5, resource)
    name = name.split("/access-key/")[0]
    name = re.sub(r"[\w-]+$", lambda last: names.get(last[0], last[0]), name)
    return Question(pair.row, pair.ours, account, "global" if service in PLACELESS else place or region, name)


def _worse(answers: Answers, question: Question, verdict: str) -> None:
    answers[question] = max(answers.get(question, NOTHING), verdict, key=lambda known: RANK[known])
