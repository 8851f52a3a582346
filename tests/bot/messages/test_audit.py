"""An audit's messages."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import audit as messages
from bot.messages.audit import PAGE, Result
from bot.messages.limits import MESSAGE
from bot.store.audits import Part, Progress, State, Summary
from bot.store.changes import Changes
from checks.model import Finding, Severity, Status
from sandbox.slack.validate import check_message, text_size
from tests.audit_builders import ACCOUNT, NOW, a_finding, an_audit, users


def a_result(*found, changes=None, judged=None, left_out=None, **facts):
    failing = sorted((f for f in found if f.status is Status.FAIL), key=lambda f: -f.severity)
    unknown = [f for f in found if f.status is Status.UNKNOWN]
    summary = Summary(
        judged=judged if judged is not None else {f.check: 1 for f in found},
        statuses={status: sum(f.status is status for f in found) for status in Status},
        severities={level: sum(f.severity is level for f in failing) for level in Severity},
        parts=(Part(account=ACCOUNT, name="acme-prod", regions=("eu-north-1",), left_out=left_out or {}),),
    )
    audit = an_audit(**({"state": State.DONE, "finished_at": NOW, "summary": summary} | facts))
    return Result(audit=audit, failing=failing, unknown=unknown, changes=changes)


def said(result, *, page=1, offers=lambda _finding: ()):
    message = messages.summary(result, offers, lambda account: {ACCOUNT: "acme-prod"}.get(account, account), page)
    check_message(message.text, message.blocks, text_limit=4000)
    return message


def texts(message):
    found = [block.get("text", {}).get("text", "") for block in message.blocks if block["type"] == "section"]
    return found + [e["text"] for block in message.blocks if block["type"] == "context" for e in block["elements"]]


def buttons(message):
    of_actions = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
    return of_actions + [block["accessory"] for block in message.blocks if "accessory" in block]


def test_progress_says_accounts_regions_checks_problems_and_time():
    far = Progress(accounts=3, accounts_done=1, regions=8, regions_done=4, checks=29, failing=7)

    message = messages.progress(an_audit(state=State.RUNNING, progress=far), NOW)

    assert texts(message)[0] == "*Auditing* `all` for <@UANALYST>\n`██████████░░░░░░░░░░` 50%"
    assert texts(message)[1] == "1 of 3 accounts · 4 of 8 regions · 29 checks · 7 problems so far · 40 s elapsed"
    assert message.text == "Audit of all is running: 50%."


def test_progress_never_reads_as_done_before_every_account_was_begun():
    far = Progress(accounts=10, accounts_done=1, regions=2, regions_done=2, checks=29)

    assert "20%" in messages.progress(an_audit(state=State.RUNNING, progress=far), NOW).text


def test_an_audit_that_waits_says_so():
    assert "Waiting to start" in texts(messages.progress(an_audit(started_at=None), NOW))[0]


def test_the_summary_counts_by_severity_in_words_and_shows_the_worst_first():
    message = said(
        a_result(
            a_finding(severity=Severity.LOW, resource="arn:aws:iam::1:user/low"),
            a_finding(severity=Severity.CRITICAL, resource="arn:aws:iam::1:user/worst"),
            a_finding(status=Status.PASS),
        )
    )

    assert "*2 findings*: 1 critical, 1 low." in texts(message)[0]
    assert "worst" in texts(message)[1]
    assert ":rotating_light: Critical" in texts(message)[1]
    assert message.text.startswith("Audit of all: 2 findings: 1 critical, 1 low.")


def test_a_line_has_check_resource_account_region_and_evidence():
    line = texts(said(a_result(a_finding())))[1]

    assert "`iam-user-no-mfa`" in line
    assert "*alice*" in line
    assert "acme-prod, global" in line
    assert "console password: set" in line


def test_findings_of_one_cause_on_one_resource_are_one_line():
    shared = {"rules": ["tcp/0-65535 0.0.0.0/0"]}
    message = said(
        a_result(
            a_finding(check="ec2-sg-open-all", severity=Severity.CRITICAL, evidence=shared),
            a_finding(check="ec2-sg-open-ssh", evidence=shared),
        )
    )

    assert "Also ec2-sg-open-ssh" in texts(message)[1]
    assert len([text for text in texts(message) if "`ec2-sg-open" in text]) == 1


def test_a_group_is_called_by_its_name_and_not_twice():
    line = texts(said(a_result(a_finding(evidence={"group": "db-legacy", "rules": ["tcp 22 from 0.0.0.0/0"]}))))[1]

    assert "*db-legacy (alice)*" in line
    assert "rules: tcp 22 from 0.0.0.0/0" in line
    assert "group:" not in line


def test_pages_turn_both_ways_and_a_page_that_is_not_there_is_the_nearest():
    result = a_result(*users(PAGE * 2 + 1))

    first, last = said(result), said(result, page=99)

    assert [b["value"] for b in buttons(first)] == ["a1:2"]
    assert [b["value"] for b in buttons(said(result, page=2))] == ["a1:1", "a1:3"]
    assert [b["value"] for b in buttons(last)] == ["a1:2"]
    assert "Page 3 of 3" in "".join(texts(last))
    assert "user-016" in "".join(texts(last))


def test_a_fix_is_offered_by_ids_alone():
    finding = a_finding()

    message = said(a_result(finding), offers=lambda _: (("iam-deactivate-key", "Deactivate…"), ("other", "Other…")))

    assert [b["value"] for b in buttons(message)] == [
        f"other:finding:{finding.id}",
        f"iam-deactivate-key:finding:{finding.id}",
    ]
    assert {b["action_id"] for b in buttons(message)} == {"remediation:request"}


def test_what_is_not_known_is_never_shown_as_clean():
    message = said(a_result(a_finding(status=Status.UNKNOWN, reason="denied (missing permission: iam:GetUser)")))

    everything = "\n".join(texts(message))
    assert "There was nothing to judge" in everything
    assert "1 could not be judged" in everything
    assert "missing permission: iam:GetUser" in everything
    assert "1 check: iam-user-no-mfa" in everything


def test_checks_that_ran_and_judged_nothing_and_regions_left_out_are_named():
    judged = {"iam-user-no-mfa": 1, "ec2-sg-open-rdp": 0}

    everything = "\n".join(texts(said(a_result(a_finding(), judged=judged, left_out={"me-south-1": "not enabled"}))))

    assert "1 check ran and had nothing to judge: ec2-sg-open-rdp" in everything
    assert "1 region left out, not enabled: me-south-1" in everything


def test_it_says_what_changed_and_sets_a_baseline_apart():
    since = NOW - timedelta(days=1)

    def line(changes):
        return texts(said(a_result(a_finding(), changes=changes)))[0].splitlines()[2]

    assert line(None).startswith("This is the first audit")
    assert line(Changes(since=since)).startswith("Nothing changed since <!date^")
    assert line(Changes(since=since, new=2, fixed=1)).endswith(": *2 new*, *1 fixed*.")
    assert line(Changes(since=since, first=3)).startswith(
        "3 findings are from checks or places audited for the first time; nothing else changed since"
    )
    assert line(Changes(since=since, new=2, first=1)).endswith(
        ": *2 new*. 1 finding is from checks or places audited for the first time."
    )


def test_an_audit_that_could_not_be_run_says_why():
    message = messages.failed(an_audit(state=State.FAILED, error="AWS gave no answer: <timeout>"))

    assert "could not be run: AWS gave no answer: &lt;timeout&gt;" in texts(message)[0]


_hostile = st.one_of(
    st.sampled_from(
        [
            "<!channel>",
            "<@U1>",
            "*_~`" * 400,
            "&" * 3000,
            "<" * 3000,
            "`" * 3000,
            "\u202e\x00",
            "",
            " ",
            "arn:aws:::::/",
        ]
    ),
    st.text(max_size=400),
)
_findings = st.builds(
    Finding,
    check=_hostile,
    status=st.sampled_from([Status.FAIL, Status.FAIL, Status.UNKNOWN]),
    severity=st.sampled_from(Severity),
    account=_hostile,
    region=_hostile,
    resource=_hostile,
    title=_hostile,
    evidence=st.dictionaries(_hostile, st.one_of(_hostile, st.lists(_hostile, max_size=5), st.booleans()), max_size=4),
    reason=_hostile,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_findings, max_size=12), _hostile, st.integers(1, 3))
def test_whatever_aws_says_the_message_is_within_slacks_limits_and_mentions_nobody(found, selector, page):
    result = a_result(*found, left_out={"x": "<!here>" * 90}, changes=Changes(since=NOW, new=1), selector=selector)

    message = said(result, page=page, offers=lambda _: (("r" * 40, "F" * 200),))

    everything = "".join(texts(message)) + message.text
    assert "<!channel" not in everything
    assert "<!here" not in everything
    assert "<@U1>" not in everything


def test_the_fullest_message_is_under_slacks_ceiling_for_all_its_text():
    full = dict.fromkeys(("check", "title", "account", "region", "reason"), "&" * 3000) | {
        "evidence": {"&" * 3000: "<"}
    }
    shared = {"cause": "x"}
    found = [a_finding(**full, resource=f"{i}{'<' * 3000}") for i in range(20)]
    found += [a_finding(**(full | {"evidence": shared, "check": f"{i}{'&' * 300}"}), resource="r") for i in range(9)]
    found += [a_finding(**(full | {"region": f"{i}{'&' * 300}"}), status=Status.UNKNOWN) for i in range(9)]
    result = a_result(*found, judged={f"{'&' * 100}{i}": 0 for i in range(50)}, selector="<" * 300)

    for page in (1, 2, 3):
        assert text_size(said(result, page=page, offers=lambda _: (("r" * 40, "F" * 200),)).blocks) < MESSAGE


@settings(max_examples=20, deadline=None)
@given(_hostile, _hostile)
def test_progress_and_failure_fit_whatever_was_asked_for(selector, error):
    audit = an_audit(selector=selector, error=error, summary=Summary())

    for message in (messages.progress(audit, NOW), messages.failed(audit), messages.done(audit)):
        check_message(message.text, message.blocks)
