"""What was done in a GuardDuty finding, and from where: calls, connections, logins.

Fields: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Action.html.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.intake.shapes import Node

Told = dict[str, Any]
"""Some of `bot.intake.facts.Facts`."""


def read(service: Node) -> Told:
    """`did`, `origin`, `who` and `details`, as far as the finding's action says."""
    action = service.node("action")
    told: Told = {}
    for name, tell in _ACTIONS.items():
        if part := action.node(name):
            told = tell(part)
            break
    else:
        if kind := action.text("actionType"):
            told = {"did": kind.replace("_", " ").lower()}
        elif program := service.node("runtimeDetails").node("process").text("executablePath", "name"):
            told = {"did": f"ran {program}"}
    return {name: each for name, each in told.items() if each}


def origin(place: Node) -> str:
    """An address, whose it is and where: `198.51.100.23 (Example B.V., Amsterdam, Netherlands)`."""
    organization = place.node("organization")
    return placed(
        place.text("ipAddressV4", "ipAddressV6"),
        organization.text("asnOrg", "org", "isp"),
        organization.text("asn"),
        place.node("city").text("cityName"),
        place.node("country").text("countryName", "countryCode"),
    )


def placed(address: str, owner: str, number: str, city: str, country: str) -> str:
    """An address with whose it is, by name and number of its network, and where."""
    known = [f"{owner}, AS{number}" if owner and number else owner, city, country]
    words = ", ".join(word for word in known if word)
    return f"{address} ({words})" if address and words else address or words


def lines(*pairs: tuple[str, str]) -> list[list[str]]:
    """The details that say something."""
    return [[label, value] for label, value in pairs if value]


def few(names: list[str], most: int = 5) -> str:
    """The first of them, each once, and how many more."""
    names = list(dict.fromkeys(names))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _api_call(call: Node) -> Told:
    service = call.text("serviceName").removesuffix(".amazonaws.com")
    name, other = call.text("api"), call.node("remoteAccountDetails")
    did = f"{service}:{name}" if service and name else name or service
    whose = ", one of yours" if other.flag("affiliated") else ", not one of yours"
    affected = [
        (f"{label.removeprefix('AWS::')}: {value}")
        for label, value in call.node("affectedResources").value.items()
        if isinstance(value, str)
    ]
    return {
        "did": f"called {did}" if did else "",
        "origin": origin(call.node("remoteIpDetails")) or call.node("domainDetails").text("domain"),
        "details": lines(
            ("Refused with", call.text("errorCode")),
            ("From account", f"{other.text('accountId')}{whose}" if other.text("accountId") else ""),
            ("User agent", call.text("userAgent")),
            *(("Affected", each) for each in affected[:3]),
        ),
    }


def _connection(call: Node) -> Told:
    way = {"INBOUND": "accepted a connection", "OUTBOUND": "opened a connection"}.get(
        call.text("connectionDirection"), "took part in a connection"
    )
    inbound = call.text("connectionDirection") == "INBOUND"
    port = _port(call.node("localPortDetails" if inbound else "remotePortDetails"))
    other = origin(call.node("remoteIpDetails"))
    outward = other if call.text("connectionDirection") == "OUTBOUND" else ""
    words = (
        way,
        f"over {call.text('protocol')}" if call.text("protocol") else "",
        f"to port {port}" if port else "",
        f"{'of' if port else 'to'} {outward}" if outward else "",
    )
    return {
        "did": " ".join(word for word in words if word) + _blocked(call),
        "origin": "" if outward else other,
        "details": lines(("Own address", call.node("localIpDetails").text("ipAddressV4", "ipAddressV6"))),
    }


def _blocked(call: Node) -> str:
    return " (blocked)" if call.flag("blocked") else ""


def _port(details: Node) -> str:
    number, name = details.text("port"), details.text("portName")
    return f"{number} ({name})" if number and name and name != "Unknown" else number


def _probe(call: Node) -> Told:
    probes = call.nodes("portProbeDetails")
    ports = sorted({port for probe in probes if (port := _port(probe.node("localPortDetails")))})
    origins = sorted({place for probe in probes if (place := origin(probe.node("remoteIpDetails")))})
    more = f" and {len(origins) - 1} more" if len(origins) > 1 else ""
    did = f"was probed on port {few(ports)}" if ports else "was probed"
    return {"did": did + _blocked(call), "origin": (origins or [""])[0] + more}


def _dns(call: Node) -> Told:
    domain = call.text("domainWithSuffix", "domain")
    return {
        "did": (f"looked up {domain}" if domain else "made a DNS request") + _blocked(call),
        "details": lines(("Domain", domain), ("VPC of account", call.text("vpcOwnerAccountId"))),
    }


def _kubernetes(call: Node) -> Told:
    space, named = call.text("namespace"), call.text("resourceName")
    kind = "/".join(word for word in (call.text("resource"), call.text("subresource")) if word)
    return {
        "did": " ".join(word for word in ("called the Kubernetes API:", call.text("verb"), call.text("requestUri"))
                        if word),
        "origin": origin(call.node("remoteIpDetails")) or ", ".join(call.texts("sourceIPs") or call.texts("sourceIps")),
        "details": lines(
            ("Answered with", call.text("statusCode")),
            ("On", " ".join(word for word in (kind, named) if word) if named else ""),
            ("Namespace", space),
            ("User agent", call.text("userAgent")),
        ),
    }  # fmt: skip


def _permission(call: Node) -> Told:
    answer = "allowed" if call.flag("allowed") else "not allowed"
    asked = " ".join(word for word in (call.text("verb"), call.text("resource")) if word)
    return {
        "did": f"asked Kubernetes whether it may {asked or 'do something'} ({answer})",
        "details": lines(("Namespace", call.text("namespace"))),
    }


def _binding(call: Node) -> Told:
    name, role = call.text("name"), call.text("roleRefName")
    given = " ".join(word for word in (call.text("roleRefKind") or "role", role) if word) if role else ""
    bound = f"changed the {call.text('kind') or 'role binding'} {name}".rstrip()
    return {"did": f"{bound}, which gives {given}" if given else bound}


def _role(call: Node) -> Told:
    return {"did": f"changed the {call.text('kind') or 'role'} {call.text('name')}".rstrip()}


def _login(call: Node) -> Told:
    logins = call.nodes("loginAttributes")
    good = sum(each.whole("successfulLoginAttempts") or 0 for each in logins)
    bad = sum(each.whole("failedLoginAttempts") or 0 for each in logins)
    users = sorted({name for each in logins if (name := each.text("user"))})
    programs = sorted({name for each in logins if (name := each.text("application"))})
    return {
        "did": f"logged in to the database: {_times(good)} with success, {_times(bad)} without"
        if good
        else f"tried to log in to the database, {_times(bad)} without success",
        "origin": origin(call.node("remoteIpDetails")),
        "who": f"database user {few(users, 3)}" if users else "",
        "details": lines(("Application", few(programs, 3))),
    }


def _times(number: int) -> str:
    return {1: "once"}.get(number, f"{number:,} times")


_ACTIONS: dict[str, Callable[[Node], Told]] = {
    "awsApiCallAction": _api_call,
    "networkConnectionAction": _connection,
    "portProbeAction": _probe,
    "dnsRequestAction": _dns,
    "kubernetesApiCallAction": _kubernetes,
    "rdsLoginAttemptAction": _login,
    "kubernetesPermissionCheckedDetails": _permission,
    "kubernetesRoleBindingDetails": _binding,
    "kubernetesRoleDetails": _role,
}
