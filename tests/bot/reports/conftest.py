"""Findings to report on."""

import pytest

from checks.model import Finding, Severity, Status


@pytest.fixture
def a_finding():
    def make(**changes):
        facts = {
            "check": "iam-user-no-mfa",
            "status": Status.FAIL,
            "severity": Severity.HIGH,
            "account": "111122223333",
            "region": "global",
            "resource": "arn:aws:iam::111122223333:user/alice",
            "title": "A user signs in without MFA",
            "evidence": {"has_password": True},
        }
        return Finding(**(facts | changes))

    return make
