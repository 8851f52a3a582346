"""Certificates, ACM's and those uploaded to IAM: expired, or about to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from checks.evidence import few
from checks.inventory import View
from checks.inventory.acm import Certificate
from checks.inventory.cloudfront import Distribution
from checks.inventory.iam import ServerCertificate
from checks.inventory.load_balancing import CertificateUse
from checks.model import NotApplicable, Problem, Severity, Verdict, check

WHY_EXPIRED = "Browsers and programs refuse an expired certificate, or people learn to click the warning away."
WHY_EXPIRING = "When it ends, what it serves is refused from one second to the next, mostly at night."


def _expired(ends: datetime, view: View, about: dict[str, Any], users: Sequence[str]) -> Verdict:
    if ends > view.now:
        return None
    evidence = {**about, "expired": f"{ends:%Y-%m-%d}", "days_ago": view.age(ends)}
    return _problem(evidence, users, Severity.HIGH)


def _expiring(ends: datetime, view: View, about: dict[str, Any], users: Sequence[str]) -> Verdict:
    if ends <= view.now:
        return NotApplicable()  # what has expired is the other check's
    left = (ends - view.now).days
    if left > view.settings.certificate_expiring:
        return None
    return _problem({**about, "expires": f"{ends:%Y-%m-%d}", "days_left": left}, users, Severity.LOW)


def _problem(evidence: dict[str, Any], users: Sequence[str], severity: Severity) -> Problem:
    """One step worse where something uses the certificate."""
    evidence["used_by"] = few(list(users)) if users else "nothing that is known of"
    return Problem(evidence, Severity(severity + 1) if users else severity)


@check(
    id="acm-certificate-expired",
    title="ACM certificate expired",
    services=("acm",),
    severity=Severity.HIGH,
    worst=Severity.CRITICAL,
    why=WHY_EXPIRED,
    fix=(
        "Import a new one over it (`aws acm import-certificate --certificate-arn ARN`) or request one that AWS renews "
        "(`aws acm request-certificate`); delete it if nothing uses it."
    ),
    references=("best-practices/15",),
    judges=Certificate,
)
def acm_expired(certificate: Certificate, view: View) -> Verdict:
    """Row 15: past its end."""
    if certificate.expires is None:
        return NotApplicable()
    return _expired(certificate.expires, view, _of(certificate), certificate.used_by)


@check(
    id="acm-certificate-expiring",
    title="ACM certificate about to expire",
    services=("acm",),
    severity=Severity.LOW,
    worst=Severity.MEDIUM,
    why=WHY_EXPIRING,
    fix=(
        "An imported one: import the next (`aws acm import-certificate --certificate-arn ARN`). One of Amazon's should "
        "have renewed itself by now: see why not in its renewal status (`aws acm describe-certificate`), mostly DNS."
    ),
    references=("best-practices/15", "fsbp/ACM.1"),
    judges=Certificate,
)
def acm_expiring(certificate: Certificate, view: View) -> Verdict:
    """Row 15: its end is near."""
    if certificate.expires is None:
        return NotApplicable()
    return _expiring(certificate.expires, view, _of(certificate), certificate.used_by)


def _of(certificate: Certificate) -> dict[str, Any]:
    about = {"domain": certificate.domain, "type": certificate.kind, "renewal": certificate.renewal}
    return {key: value for key, value in about.items() if value}


@check(
    id="iam-certificate-expired",
    title="IAM server certificate expired",
    services=("iam", "acm"),
    severity=Severity.HIGH,
    worst=Severity.CRITICAL,
    why=WHY_EXPIRED,
    fix=(
        "Move what uses it to a certificate of ACM, then delete it: `aws iam delete-server-certificate "
        "--server-certificate-name NAME`."
    ),
    references=("best-practices/15", "cis-3.0/1.19", "cis-5.0/1.18", "fsbp/IAM.26"),
    judges=ServerCertificate,
    reads=(Distribution, CertificateUse),
)
def iam_expired(certificate: ServerCertificate, view: View) -> Verdict:
    """Row 15: past its end."""
    if certificate.expires is None:
        return NotApplicable()
    about, users = _of_iam(certificate, view)
    return _expired(certificate.expires, view, about, users)


@check(
    id="iam-certificate-expiring",
    title="IAM server certificate about to expire",
    services=("iam", "acm"),
    severity=Severity.LOW,
    worst=Severity.MEDIUM,
    why=WHY_EXPIRING,
    fix=(
        "Request or import its successor in ACM (`aws acm request-certificate`), move what uses it there, and delete "
        "it with `aws iam delete-server-certificate`."
    ),
    references=("best-practices/15",),
    judges=ServerCertificate,
    reads=(Distribution, CertificateUse),
)
def iam_expiring(certificate: ServerCertificate, view: View) -> Verdict:
    """Row 15: its end is near."""
    if certificate.expires is None:
        return NotApplicable()
    about, users = _of_iam(certificate, view)
    return _expiring(certificate.expires, view, about, users)


def _of_iam(certificate: ServerCertificate, view: View) -> tuple[dict[str, Any], list[str]]:
    """What is known of it, and what uses it: distributions and load balancers."""
    about: dict[str, Any] = {"certificate": certificate.name}
    users: list[str] = []
    distributions, no_distributions = view.seen(Distribution)
    users += [one.arn for one in distributions if one.iam_certificate == certificate.id]
    uses, no_uses = view.seen(CertificateUse)
    users += [one.arn for one in uses if one.certificate == certificate.arn]
    if unread := [f"{gap.region}: {gap.text}" for gap in (*no_distributions, *no_uses)]:
        about["more_use_unknown"] = few(unread)
    return about, users
