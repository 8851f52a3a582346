"""`python -m bench parity`: Picket and Prowler over the same accounts, check by check, and why they differ."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import parity_answers, parity_seeds, prowler_command
from bench.measure import clean_environment, run
from bench.parity_answers import Answers, Compared, compare, explanations, idle, unexplained
from bench.parity_map import NOT_COMPARED, PAIRS
from bench.table import Table
from sandbox.aws import Cloud
from sandbox.aws.accounts import ACCOUNTS, Account
from sandbox.aws.request import administrator_key

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "parity.md"
REGIONS = ("us-east-1", "eu-west-1")
AUDITED: tuple[Account, ...] = (*ACCOUNTS, parity_seeds.HARBOUR, parity_seeds.MEADOW)


def main() -> int:
    """Compare, print, and return 1 if a difference has no line in docs/parity.md, else 0."""
    with Cloud() as cloud, tempfile.TemporaryDirectory() as folder:
        now = datetime.now(UTC)
        cloud.seed(now)
        parity_seeds.build(cloud, now)
        ours: Answers = {}
        theirs: Answers = {}
        for account in AUDITED:
            print(f"Auditing {account.name} with both …", file=sys.stderr, flush=True)
            names = _names(cloud, account)
            ours |= parity_answers.picket(_picket(cloud, account), names)
            theirs |= parity_answers.prowler(_prowler(cloud, account, Path(folder)), names)
    compared = compare(ours, theirs)
    known = explanations(PAGE.read_text(encoding="utf-8"))
    open_questions = unexplained(compared, known)
    print(_table(compared, open_questions).markdown())
    _list("Differences that docs/parity.md does not explain", (_said(each) for each in open_questions))
    _list("Lines of docs/parity.md that explain nothing", (f"{one.check} {one.what}" for one in idle(compared, known)))
    return 1 if open_questions else 0


def _environment(cloud: Cloud, account: Account) -> dict[str, str]:
    """As the sandbox's administrator of the account, whom no policy stops: what is compared is judgement."""
    as_administrator = {
        "AWS_ACCESS_KEY_ID": administrator_key(account.id),
        "AWS_SECRET_ACCESS_KEY": "sandbox",
    }
    return clean_environment({**cloud.environment(), **as_administrator})


def _picket(cloud: Cloud, account: Account) -> list[str]:
    where = [word for region in (*REGIONS, "global") for word in ("--region", region)]
    command = [sys.executable, "-m", "bot", "audit", *where, "--format", "json"]
    return run(command, _environment(cloud, account), good=(0, 3, 4)).output.splitlines()


def _prowler(cloud: Cloud, account: Account, folder: Path) -> Any:
    environment = _environment(cloud, account)
    del environment["PYTHONPATH"]
    run(prowler_command.command(REGIONS, folder, account.id), environment, good=(0, 3))
    return json.loads((folder / f"{account.id}.ocsf.json").read_text(encoding="utf-8"))


def _names(cloud: Cloud, account: Account) -> dict[str, str]:
    """The names of what has an id that differs in every run."""
    names: dict[str, str] = {}
    for region in REGIONS:
        ec2 = cloud.client("ec2", account, region)
        for tag in ec2.describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]:
            names[tag["ResourceId"]] = tag["Value"]
        for vpc in ec2.describe_vpcs()["Vpcs"]:
            names.setdefault(vpc["VpcId"], "default" if vpc["IsDefault"] else vpc["VpcId"])
        for group in ec2.describe_security_groups()["SecurityGroups"]:
            of = f" of {names[group['VpcId']]}" if group["GroupName"] == "default" else ""
            names[group["GroupId"]] = group["GroupName"] + of
        for image in ec2.describe_images(Owners=["self"])["Images"]:
            names[image["ImageId"]] = image["Name"]
        for template in ec2.describe_launch_templates()["LaunchTemplates"]:
            names[template["LaunchTemplateId"]] = template["LaunchTemplateName"]
        for certificate in cloud.client("acm", account, region).list_certificates()["CertificateSummaryList"]:
            names[certificate["CertificateArn"].rpartition("/")[2]] = certificate["DomainName"]
    for each in cloud.client("cloudfront", account).list_distributions()["DistributionList"].get("Items", []):
        names[each["Id"]] = each["Comment"]
    return names


def _table(compared: Iterable[Compared], open_questions: Sequence[Compared]) -> Table:
    of: dict[tuple[int, str], list[Compared]] = defaultdict(list)
    for each in compared:
        of[each.question.row, each.question.check].append(each)
    rows = [_row(row, check, of[row, check], open_questions) for row, check in sorted({(p.row, p.ours) for p in PAIRS})]
    totals = [str(sum(int(row[column]) for row in rows)) for column in range(2, 5)]
    return Table(
        title="Parity",
        about=f"Picket beside Prowler {prowler_command.VERSION}: {len(AUDITED)} accounts, {', '.join(REGIONS)}.",
        header=("Row", "Check", "Agree", "Differ", "Unexplained"),
        rows=[*rows, ["", "all", *totals]],
        notes=[f"Row {row} is not compared: {why}." for row, why in NOT_COMPARED.items()],
    )


def _row(row: int, check: str, compared: Sequence[Compared], open_questions: Sequence[Compared]) -> list[str]:
    agreed = sum(each.agree for each in compared)
    unknown = sum(each in open_questions for each in compared)
    return [str(row), check, str(agreed), str(len(compared) - agreed), str(unknown)]


def _said(each: Compared) -> str:
    return (
        f"{each.question.row} {each.question.check} | {each.question} | Picket {each.picket} | Prowler {each.prowler}"
    )


def _list(title: str, lines: Iterable[str]) -> None:
    said = list(lines)
    if said:
        print(f"\n{title}:\n" + "\n".join(f"- {line}" for line in said))


if __name__ == "__main__":
    sys.exit(main())
