"""CloudFront: HTTPS from the viewer to the origin. Distributions that are switched off are left out."""

from __future__ import annotations

from checks.evidence import few
from checks.inventory import View
from checks.inventory.cloudfront import Distribution, Origin
from checks.model import NotApplicable, Problem, Severity, Verdict, check

OLD_TLS = {"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019"}
"""The security policies before TLSv1.2_2021; AWS only adds stronger ones, so an unknown one passes."""

_WEBSITE = ".s3-website"
"""In the host name of a bucket's website endpoint, which speaks no HTTPS."""


@check(
    id="cloudfront-http-allowed",
    title="CloudFront lets viewers use HTTP",
    services=("cloudfront",),
    severity=Severity.HIGH,
    why="Whoever sits between the viewer and CloudFront can read and change what is sent, cookies too.",
    fix=(
        "CloudFront > the distribution > Behaviors: set each behavior to redirect HTTP to HTTPS (`aws cloudfront "
        "update-distribution` with ViewerProtocolPolicy redirect-to-https)."
    ),
    references=("best-practices/16", "fsbp/CloudFront.3"),
    judges=Distribution,
)
def http_allowed(distribution: Distribution, _view: View) -> Verdict:
    """Row 16: the default behaviour or another lets HTTP in."""
    if not distribution.enabled:
        return NotApplicable()
    open_paths = [behavior.path for behavior in distribution.behaviors if behavior.viewers == "allow-all"]
    if not open_paths:
        return None
    return Problem({**_of(distribution), "behaviors": few(open_paths), "viewer_protocol_policy": "allow-all"})


@check(
    id="cloudfront-old-tls",
    title="CloudFront accepts old TLS",
    services=("cloudfront",),
    severity=Severity.MEDIUM,
    why="Versions and ciphers that were broken since are kept for viewers that hardly exist any more.",
    fix=(
        "CloudFront > the distribution > Edit: choose the security policy TLSv1.2_2021 or newer (`aws cloudfront "
        "update-distribution` with MinimumProtocolVersion)."
    ),
    references=("best-practices/16",),
    judges=Distribution,
)
def old_tls(distribution: Distribution, _view: View) -> Verdict:
    """Row 16: a minimum below TLSv1.2_2021; with CloudFront's own certificate it cannot be chosen, and passes."""
    if not distribution.enabled:
        return NotApplicable()
    if distribution.default_certificate or distribution.minimum_tls not in OLD_TLS:
        return None
    return Problem({**_of(distribution), "minimum_protocol_version": distribution.minimum_tls})


@check(
    id="cloudfront-origin-http",
    title="CloudFront reaches its origin over HTTP",
    services=("cloudfront",),
    severity=Severity.MEDIUM,
    why="The viewer sees a padlock while the second half of the way, often across the internet, is in the clear.",
    fix=(
        "CloudFront > the distribution > Origins: set the protocol to HTTPS only (`aws cloudfront "
        "update-distribution`). A bucket's website endpoint has none: use the bucket itself with origin access control."
    ),
    references=("best-practices/16", "fsbp/CloudFront.9"),
    judges=Distribution,
)
def origin_http(distribution: Distribution, _view: View) -> Verdict:
    """Row 16: HTTP to an origin, or whatever the viewer used where viewers may use HTTP."""
    if not distribution.enabled:
        return NotApplicable()
    wrong = [text for origin in distribution.origins if (text := _plain(origin, distribution))]
    return Problem({**_of(distribution), "origins": few(wrong)}) if wrong else None


def _plain(origin: Origin, distribution: Distribution) -> str:
    """How HTTP reaches the origin, for a person; empty: it does not."""
    if _WEBSITE in origin.domain and origin.protocol:
        return f"{origin.domain}: a bucket's website endpoint, which speaks no HTTPS"
    if origin.protocol == "http-only":
        return f"{origin.domain}: http-only"
    if origin.protocol == "match-viewer":
        by = [b.path for b in distribution.behaviors if b.viewers == "allow-all" and origin.id in b.origins]
        return f"{origin.domain}: match-viewer, and viewers may use HTTP on {', '.join(few(by))}" if by else ""
    return ""


def _of(distribution: Distribution) -> dict[str, object]:
    names = [*distribution.aliases, distribution.domain]
    return {"distribution": distribution.id, "names": few(names)}
