"""Why GuardDuty says so: what is unusual, threat lists, the process and its parents, malware and its hashes.

Fields: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Service.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.intake.guardduty_actions import few, lines
from bot.intake.shapes import Node

Lines = list[list[str]]


def read(finding: Node) -> Lines:
    """Label and value, what weighs most first."""
    service = finding.node("service")
    sequence = finding.text("associatedAttackSequenceArn").rpartition("/")[2]
    return [
        *_lists(service.node("evidence")),
        *_malware(service),
        *_process(service.node("runtimeDetails")),
        *_unusual(service),
        *lines(("Part of attack sequence", sequence), ("Your rule", finding.text("customDetectionRuleName"))),
    ]


def additional(service: Node) -> Node:
    """`additionalInfo`: GetFindings gives its contents as JSON in a text, EventBridge each by name besides."""
    given = service.node("additionalInfo")
    try:
        inner = json.loads(given.text("value") or "{}")
    except (ValueError, RecursionError):
        inner = {}
    return Node({**(inner if isinstance(inner, dict) else {}), **given.value})


def _lists(evidence: Node) -> Lines:
    """The threat lists that what was seen is on, and what they call it."""
    known = evidence.nodes("threatIntelligenceDetails")
    lists = dict.fromkeys(name for each in known if (name := each.text("threatListName")))
    threats = dict.fromkeys(name for each in known for name in each.texts("threatNames"))
    hashes = dict.fromkeys(each.text("threatFileSha256") for each in known)
    return lines(
        ("Threat list", few([*lists])), ("Known as", few([*threats])), ("SHA-256", next(filter(None, hashes), ""))
    )


def _malware(service: Node) -> Lines:
    disk, scan = service.node("ebsVolumeScanDetails"), service.node("malwareScanDetails")
    found = disk.node("scanDetections").node("threatDetectedByName")
    threats = [*found.nodes("threatNames"), *scan.nodes("threats")]
    told = [line for threat in threats[:3] for line in _threat(threat)]
    return [
        *told,
        *lines(
            ("Malware", f"and {len(threats) - 3} more" if threats[3:] else ""),
            ("Scanned", _scanned(disk.node("scanDetections").node("scannedItemCount"))),
            ("Scanned because of finding", disk.text("triggerFindingId")),
            ("Scan", _WHY.get(scan.text("scanType") or disk.text("scanType"), "")),
        ),
    ]


_WHY = {"ON_DEMAND": "asked for by somebody", "BACKUP_INITIATED": "of a new backup"}


def _scanned(count: Node) -> str:
    """`1,204 files on 2 volumes, 30 GB`."""
    files, volumes, size = (count.whole(name) for name in ("files", "volumes", "totalGb"))
    if files is None:
        return ""
    on = f" on {volumes} volume{'' if volumes == 1 else 's'}" if volumes else ""
    return f"{files:,} file{'' if files == 1 else 's'}{on}" + (f", {size:,} GB" if size else "")


def _threat(threat: Node) -> Iterator[list[str]]:
    """Its name and where it lies, and the hash of that."""
    files = [*threat.nodes("filePaths"), *threat.nodes("itemPaths"), *threat.nodes("itemDetails")]
    path = next((path for each in files if (path := each.text("filePath", "nestedItemPath", "itemPath"))), "")
    often = max(threat.whole("itemCount") or threat.whole("count") or len(files), len(files))
    more = f" and {often - 1:,} more" if path and often > 1 else ""
    named = " in ".join(word for word in (threat.text("name"), path) if word)
    hashed = next((digest for each in files if (digest := each.text("hash"))), threat.text("hash"))
    yield from lines(("Malware", f"{named}{more}"), ("File's hash", hashed))


def _process(runtime: Node) -> Lines:
    process, context = runtime.node("process"), runtime.node("context")
    about = [each for name, label in _CONTEXT.items() for each in lines((label, context.text(name)))]
    parents = [name for each in process.nodes("lineage") if (name := _name(each))]
    return [
        *lines(
            ("Process", _name(process)),
            ("Process user", process.text("user", "userId")),
            ("Started by", " ← ".join(parents[:5])),
        ),
        *about,
        *lines(
            ("Changed by process", _name(context.node("modifyingProcess"))),
            ("Into process", _name(context.node("targetProcess"))),
            ("SHA-256", process.text("executableSha256") or context.text("moduleSha256")),
        ),
    ]


_CONTEXT = {
    "commandLineExample": "Command line",
    "threatFilePath": "Malicious file",
    "filePath": "File",
    "scriptPath": "Script",
    "libraryPath": "Library",
    "ldPreloadValue": "Preloaded",
    "socketPath": "Socket",
    "runcBinaryPath": "runc",
    "releaseAgentPath": "Release agent",
    "mountSource": "Mounted",
    "mountTarget": "Mounted at",
    "moduleName": "Kernel module",
    "shellHistoryFilePath": "Shell history",
    "toolName": "Tool",
    "serviceName": "Service",
}
"""What else a runtime finding says, by its name there."""


def _name(process: Node) -> str:
    return process.text("executablePath", "name")


_PLAIN = {
    "outBytes": "Bytes out",
    "inBytes": "Bytes in",
    "unusualProtocol": "Unusual protocol",
    "threatName": "Known as",
    "threatListName": "Threat list",
}


def _unusual(service: Node) -> Lines:
    """What is otherwise than before, as the anomaly's detection or the additional information says."""
    told = additional(service)
    calls = [_call(each) for each in told.nodes("apiCalls") if each.text("name")]
    scanned = told.value.get("portsScannedSample")
    ports = [str(port) for port in scanned if isinstance(port, int)] if isinstance(scanned, list) else []
    behavior = service.node("detection").node("anomaly").node("unusual").node("behavior")
    return [
        *lines(("Calls", few(calls)), ("Ports scanned", few(ports, 10)), ("Unusual", few(_observed(behavior)))),
        *lines(*((label, told.text(name)) for name, label in _PLAIN.items())),
    ]


def _call(call: Node) -> str:
    """`ListUsers (3 times)`."""
    often = call.whole("count") or 1
    return call.text("name") + (f" ({often:,} times)" if often > 1 else "")


def _observed(behavior: Node) -> list[str]:
    """What was seen that is unusual, by what it is: `userAgent curl`."""
    seen: dict[str, Any] = {}
    for group in behavior.value:
        for name in behavior.node(group).value:
            texts = behavior.node(group).node(name).node("observations").texts("text")
            seen[f"{name} {texts[0]}" if texts else name] = None
    return [*seen]
