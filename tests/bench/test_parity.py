"""How Picket's and Prowler's answers are laid side by side."""

import json
from pathlib import Path

from bench.parity_answers import Compared, Question, compare, explanations, idle, picket, prowler, unexplained

PAGE = Path(__file__).parent.parent.parent / "docs" / "parity.md"
ARN = "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1"


def a_question(check="ec2-sg-open-ssh", resource="security-group/db"):
    return Question(40, check, "111122223333", "us-east-1", resource)


def ours(status, check="ec2-sg-open-ssh"):
    said = {"check": check, "status": status, "account": "111122223333", "region": "us-east-1", "resource": ARN}
    return picket([json.dumps(said)], {"sg-1": "db"})


def theirs(status):
    finding = {
        "status_code": status,
        "metadata": {"event_code": "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22"},
        "cloud": {"account": {"uid": "111122223333"}},
        "resources": [{"region": "us-east-1", "uid": ARN}],
    }
    return prowler([finding], {"sg-1": "db"})


def test_both_answer_the_same_question_by_the_name_of_the_resource():
    assert compare(ours("FAIL"), theirs("PASS")) == [Compared(a_question(), "FAIL", "PASS")]


def test_manual_is_prowlers_word_for_unknown():
    (answer,) = compare(ours("UNKNOWN"), theirs("MANUAL"))

    assert answer.agree


def test_an_answer_of_one_alone_is_a_difference():
    (answer,) = compare(ours("PASS"), {})

    assert not answer.agree


def test_a_difference_is_explained_by_a_line_that_names_it_and_both_verdicts():
    known = explanations("| `ec2-sg-open-*` | `* security-group/db` | FAIL | PASS | Picket | It is open. |")
    open_, closed = Compared(a_question(), "FAIL", "PASS"), Compared(a_question(), "PASS", "FAIL")

    assert unexplained([open_, closed], known) == [closed]
    assert idle([open_], known) == []
    assert idle([closed], known) == known


def test_every_line_of_the_page_says_who_is_right_and_why():
    lines = explanations(PAGE.read_text(encoding="utf-8"))

    assert len(lines) > 30
    assert {line.right for line in lines} <= {"Picket", "Prowler", "both"}
    assert all(line.why for line in lines)


def test_a_fail_about_several_ports_at_once_is_one_only_of_the_ports_that_it_names():
    finding = {
        "status_code": "FAIL",
        "status_detail": "Security group db (sg-445) has the following high-risk ports open to the Internet: 25, 135.",
        "metadata": {"event_code": "ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports"},
        "cloud": {"account": {"uid": "111122223333"}},
        "resources": [{"region": "us-east-1", "uid": ARN}],
    }

    answers = {question.check: verdict for question, verdict in prowler([finding], {"sg-1": "db"}).items()}

    assert answers == {"ec2-sg-open-cifs": "PASS", "ec2-sg-open-rpc": "FAIL", "ec2-sg-open-smtp": "FAIL"}
