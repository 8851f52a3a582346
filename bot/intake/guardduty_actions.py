"""What was done in a GuardDuty finding, and from where: calls, connections, logins, processes, malware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.intake.shapes import Node

Told = dict[str, Any]
"""Some of `bot.intake.facts.Facts`."""


def read(service: Node) -> Told:
    """`did`, `origin`, `who` and `details`, as far as the finding's `service` says."""
    action = service.node("action")
    told: Told = {}
    for name, tell in _ACTIONS.items():
        if part := action.node(name):
            told = tell(part)
            break
    else:
        if kind := action.text("actionType"):
            told = {"did": kind.replace("_", " ").lower()}
        elif program := _name(service.node("runtimeDetails").node("process")):
            told = {"did": f"ran {program}"}
    details = [
        *told.get("details", []),
        *_process(service.node("runtimeDetails")),
        *_malware(service),
        *_sequence(service),
        *_lists(service.node("evidence")),
    ]
    extra = {"details": details} if details else {}
    return {name: each for name, each in {**told, **extra}.items() if each}


def origin(place: Node) -> str:
    """An address, whose it is and where: `198.51.100.23 (Example B.V., Amsterdam, Netherlands)`."""
    address = place.text("ipAddressV4", "ipAddressV6")
    organization = place.node("organization")
    owner = organization.text("asnOrg", "org", "isp")
    number = organization.text("asn")
    known = [
        f"{owner}, AS{number}" if owner and number else owner,
        place.node("city").text("cityName"),
        place.node("country").text("countryName", "countryCode"),
    ]
    words = ", ".join(word for word in known if word)
    return f"{address} ({words})" if address and words else address or words


def _api_call(call: Node) -> Told:
    service = call.text("serviceName").removesuffix(".amazonaws.com")
    name = call.text("api")
    error = call.text("errorCode")
    did = f"{service}:{name}" if service and name else name or service
    details = [["Refused with", error]] if error else []
    if agent := call.text("userAgent"):
        details.append(["User agent", agent])
    if other := call.node("remoteAccountDetails").text("accountId"):
        details.append(["From account", other])
    details += [
        ["Affected", f"{name.removeprefix('AWS::')}: {value}"]
        for name, value in call.node("affectedResources").value.items()
        if isinstance(value, str)
    ]
    from_service = call.node("domainDetails").text("domain")
    return {"did": f"called {did}" if did else "", "origin": origin(call.node("remoteIpDetails")) or from_service,
            "details": details}  # fmt: skip


def _connection(call: Node) -> Told:
    way = {"INBOUND": "accepted a connection", "OUTBOUND": "opened a connection"}.get(
        call.text("connectionDirection"), "took part in a connection"
    )
    inbound = call.text("connectionDirection") == "INBOUND"
    port = _port(call.node("localPortDetails" if inbound else "remotePortDetails"))
    did = " ".join(
        word for word in (way, f"over {call.text('protocol')}" if call.text("protocol") else "",
                          f"to port {port}" if port else "") if word
    )  # fmt: skip
    blocked = " (blocked)" if call.flag("blocked") else ""
    here = call.node("localIpDetails").text("ipAddressV4", "ipAddressV6")
    return {
        "did": did + blocked,
        "origin": origin(call.node("remoteIpDetails")),
        "details": [["Own address", here]] if here else [],
    }


def _port(details: Node) -> str:
    number, name = details.text("port"), details.text("portName")
    return f"{number} ({name})" if number and name and name != "Unknown" else number


def _probe(call: Node) -> Told:
    probes = call.nodes("portProbeDetails")
    ports = sorted({port for probe in probes if (port := _port(probe.node("localPortDetails")))})
    origins = sorted({place for probe in probes if (place := origin(probe.node("remoteIpDetails")))})
    more = f" and {len(origins) - 1} more" if len(origins) > 1 else ""
    did = f"was probed on port {', '.join(ports)}" if ports else "was probed"
    return {"did": did + (" (blocked)" if call.flag("blocked") else ""), "origin": (origins or [""])[0] + more}


def _dns(call: Node) -> Told:
    domain, blocked = call.text("domain"), " (blocked)" if call.flag("blocked") else ""
    return {"did": f"looked up {domain}{blocked}" if domain else f"made a DNS request{blocked}"}


def _kubernetes(call: Node) -> Told:
    verb, uri = call.text("verb"), call.text("requestUri")
    status, agent = call.text("statusCode"), call.text("userAgent")
    details = [[label, value] for label, value in (("User agent", agent), ("Answered with", status)) if value]
    if space := call.text("namespace"):
        details.append(["Namespace", space])
    return {
        "did": " ".join(word for word in ("called the Kubernetes API:", verb, uri) if word),
        "origin": origin(call.node("remoteIpDetails")) or ", ".join(call.texts("sourceIPs") or call.texts("sourceIps")),
        "details": details,
    }


def _login(call: Node) -> Told:
    logins = call.nodes("loginAttributes")
    good = sum(each.whole("successfulLoginAttempts") or 0 for each in logins)
    bad = sum(each.whole("failedLoginAttempts") or 0 for each in logins)
    users = sorted({name for each in logins if (name := each.text("user"))})
    told: Told = {
        "did": f"logged in to the database: {_times(good)} with success, {_times(bad)} without",
        "origin": origin(call.node("remoteIpDetails")),
    }
    if users:
        told["who"] = f"database user {', '.join(users[:3])}" + (f" and {len(users) - 3} more" if users[3:] else "")
    return told


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _permission(call: Node) -> Told:
    answer = "allowed" if call.flag("allowed") else "not allowed"
    asked = " ".join(word for word in (call.text("verb"), call.text("resource")) if word)
    return {"did": f"asked Kubernetes whether it may {asked or 'do something'} ({answer})"}


_ACTIONS: dict[str, Callable[[Node], Told]] = {
    "awsApiCallAction": _api_call,
    "networkConnectionAction": _connection,
    "portProbeAction": _probe,
    "dnsRequestAction": _dns,
    "kubernetesApiCallAction": _kubernetes,
    "rdsLoginAttemptAction": _login,
    "kubernetesPermissionCheckedDetails": _permission,
}


def _process(runtime: Node) -> list[list[str]]:
    process, context = runtime.node("process"), runtime.node("context")
    wanted = (
        ("Process", process.text("executablePath", "name")),
        ("Process user", process.text("user", "userId")),
        ("Started by", " ← ".join(_name(each) for each in process.nodes("lineage")[:5] if _name(each))),
        ("SHA-256", process.text("executableSha256")),
        ("File", context.text("filePath", "scriptPath", "libraryPath", "socketPath", "targetAddress")),
        ("Command line", context.text("commandLineExample")),
        ("Tool", context.text("toolName")),
    )
    return [[label, value] for label, value in wanted if value]


def _name(process: Node) -> str:
    return process.text("executablePath", "name")


def _lists(evidence: Node) -> list[list[str]]:
    """The threat lists that what was seen is on, and what they call it."""
    known = evidence.nodes("threatIntelligenceDetails")
    lists = dict.fromkeys(name for each in known if (name := each.text("threatListName")))
    threats = dict.fromkeys(name for each in known for name in each.texts("threatNames"))
    wanted = (("Threat list", lists), ("Known as", threats))
    return [[label, ", ".join([*names][:5])] for label, names in wanted if names]


def _malware(service: Node) -> list[list[str]]:
    found = service.node("ebsVolumeScanDetails").node("scanDetections").node("threatDetectedByName")
    threats = [*found.nodes("threatNames"), *service.node("malwareScanDetails").nodes("threats")]
    lines = []
    for threat in threats[:5]:
        files = [*threat.nodes("filePaths"), *threat.nodes("itemPaths")]
        path = next((path for each in files if (path := each.text("filePath", "nestedItemPath"))), "")
        lines.append(["Malware", " in ".join(word for word in (threat.text("name"), path) if word)])
        if hashed := next((digest for each in files if (digest := each.text("hash"))), ""):
            lines.append(["File's hash", hashed])
    if len(threats) > 5:
        lines.append(["Malware", f"and {len(threats) - 5} more"])
    return [line for line in lines if line[1]]


def _sequence(service: Node) -> list[list[str]]:
    sequence = service.node("detection").node("sequence")
    signals = sequence.nodes("signals")
    names = [name for each in signals if (name := each.text("name", "type"))]
    lines = [["Signal", name] for name in names[:5]]
    if len(names) > 5:
        lines.append(["Signal", f"and {len(names) - 5} more"])
    tactics = [value for each in sequence.nodes("sequenceIndicators") if each.text("key") == "ATTACK_TACTIC"
               for value in each.texts("values")]  # fmt: skip
    return [["Tactics", ", ".join(dict.fromkeys(tactics))], *lines] if tactics else lines
