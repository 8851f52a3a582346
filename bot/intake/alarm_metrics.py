"""What a CloudWatch alarm looks at, whichever shape told of it: its metrics as GetMetricData asks for them, and words.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.intake.shapes import Node

Query = dict[str, Any]
"""One metric or expression, as GetMetricData takes it."""

_MOST = 10
_SHOWN = 5
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_STATISTICS = {"SAMPLECOUNT": "SampleCount", "AVERAGE": "Average", "SUM": "Sum", "MINIMUM": "Minimum",
               "MAXIMUM": "Maximum"}  # fmt: skip
_SIGNS = {
    "GreaterThanOrEqualToThreshold": "at least",
    "GreaterThanThreshold": "more than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "at most",
}
_COMPARED = re.compile(r"(greater|less) than( or equal to)? (?:the )?(?:threshold|-?\d)")
_WORDS = {("greater", True): "at least", ("greater", False): "more than", ("less", False): "less than",
          ("less", True): "at most"}  # fmt: skip
_VALUES = re.compile(r"datapoints? \[([^\]]*)\]")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:E[+-]?\d+)?)(?: \([^)]*\))?")
_BAND = re.compile(r"(lower|upper) thresholds? \[([^\]]*)\]")


def configured(configuration: Node) -> list[Query]:
    """The metrics of EventBridge's and Lambda's `configuration`."""
    return [_query(metric, number) for number, metric in enumerate(configuration.nodes("metrics")[:_MOST], 1)]


def triggered(trigger: Node) -> list[Query]:
    """The metrics of SNS's `Trigger` or of an alarm of DescribeAlarms: one, or those of an expression."""
    if metrics := trigger.nodes("Metrics"):
        return [_query(metric, number) for number, metric in enumerate(metrics[:_MOST], 1)]
    if not trigger.text("MetricName"):
        return []
    statistic = trigger.text("ExtendedStatistic", "Statistic")
    stat = {
        "Metric": _metric(trigger),
        "Period": trigger.whole("Period") or 300,
        "Stat": _STATISTICS.get(statistic.upper(), statistic) or "Average",
    }
    return [{"Id": "m1", "MetricStat": stat, "ReturnData": True}]


def _query(metric: Node, number: int) -> Query:
    """Either spelling; an id that GetMetricData would not take is one that no expression names."""
    id_ = metric.text("id", "Id")
    query: Query = {"Id": id_ if _ID.fullmatch(id_) else f"m{number}"}
    if expression := metric.text("expression", "Expression"):
        query["Expression"] = expression
    elif stat := metric.node("metricStat") or metric.node("MetricStat"):
        query["MetricStat"] = {
            "Metric": _metric(stat.node("metric") or stat.node("Metric")),
            "Period": stat.whole("period") or stat.whole("Period") or 300,
            "Stat": stat.text("stat", "Stat") or "Average",
        }
    if label := metric.text("label", "Label"):
        query["Label"] = label
    given = [metric.value[name] for name in ("returnData", "ReturnData") if name in metric.value]
    return {**query, "ReturnData": given[0] is not False if given else True}


def _metric(metric: Node) -> dict[str, Any]:
    pairs = [(name, str(value)) for name, value in metric.node("dimensions").value.items()]
    for each in (*metric.nodes("dimensions"), *metric.nodes("Dimensions")):
        pairs.append((each.text("name", "Name"), each.text("value", "Value")))
    return {
        "Namespace": metric.text("namespace", "Namespace"),
        "MetricName": metric.text("name", "MetricName"),
        "Dimensions": [{"Name": name, "Value": value} for name, value in sorted(pairs) if name and value][:30],
    }


def namespaces(queries: Sequence[Query]) -> list[str]:
    """Where the metrics are from, as `AWS/EC2`."""
    return [text for each in _stats(queries) if (text := each["Metric"]["Namespace"])]


def names(queries: Sequence[Query]) -> list[str]:
    """The metrics' names."""
    return [text for each in _stats(queries) if (text := each["Metric"]["MetricName"])]


def lines(queries: Sequence[Query]) -> list[list[str]]:
    """What it looks at, for people."""
    said: list[list[str]] = []
    for each in queries[:_SHOWN]:
        if expression := each.get("Expression"):
            said.append(["Expression", expression])
        elif stat := each.get("MetricStat"):
            metric = stat["Metric"]
            said.append(["Metric", f"{metric['Namespace']} {metric['MetricName']} ({stat['Stat'].lower()})".strip()])
            dimensions = ", ".join(f"{pair['Name']}={pair['Value']}" for pair in metric["Dimensions"])
            said += [["Dimensions", dimensions]] if dimensions else []
    return said


def crossed(reason: str, data: Node, operator: str, threshold: float | None) -> list[list[str]]:
    """The threshold or band, and the newest values, for people: from the reason's words, which every shape has."""
    said: list[list[str]] = []
    if band := _band(reason, data):
        said.append(["Expected", band])
    elif threshold is not None:
        found = _COMPARED.search(reason)
        sign = _SIGNS.get(operator) or (_WORDS[found[1], bool(found[2])] if found else "")
        said.append(["Threshold", f"{sign} {threshold:g}".strip()])
    told = _VALUES.search(reason)
    values = _numbers(told[1])[:_SHOWN] if told else _given(data, "recentDatapoints")[-_SHOWN:]
    if values:
        said.append(["Newest values", ", ".join(f"{each:g}" for each in values)])
    return said


def _band(reason: str, data: Node) -> str:
    told = {side: _numbers(text) for side, text in _BAND.findall(reason)}
    lower = told.get("lower") or _given(data, "recentLowerThresholds")
    upper = told.get("upper") or _given(data, "recentUpperThresholds")
    if lower and upper:
        return f"{lower[-1]:g} to {upper[-1]:g}"
    return f"at least {lower[-1]:g}" if lower else f"at most {upper[-1]:g}" if upper else ""


def _numbers(text: str) -> list[float]:
    return [float(each) for each in _NUMBER.findall(text[:1000])]


def _given(data: Node, name: str) -> list[float]:
    given = data.value.get(name)
    numbers = given if isinstance(given, list) else []
    return [float(each) for each in numbers if isinstance(each, int | float) and abs(each) < 2**1000]


def _stats(queries: Sequence[Query]) -> Iterator[dict[str, Any]]:
    return (each["MetricStat"] for each in queries if "MetricStat" in each)


_STATE = re.compile(r"""(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^()\s"']+))\s*\)""")
_SAID = {"ALARM": "is in ALARM", "OK": "is OK", "INSUFFICIENT_DATA": "has too little data"}
_ARN = re.compile(r"arn:aws[a-z-]*:cloudwatch:[a-z0-9-]*:\d*:alarm:")


def rule(text: str) -> str:
    """A composite alarm's rule in words: `web-5xx is in ALARM and not deploying is in ALARM`."""
    said = _STATE.sub(lambda found: f"{without_arn(found[2] or found[3] or found[4] or '')} {_SAID[found[1]]}", text)
    return re.sub(r"\b(AND|OR|NOT)\b", lambda found: found[1].lower(), said)


def children(text: str) -> list[str]:
    """The names of the alarms that a composite alarm's rule looks at, each once, in the rule's order."""
    names = (without_arn(found[2] or found[3] or found[4] or "") for found in _STATE.finditer(text))
    return list(dict.fromkeys(name for name in names if name))


def without_arn(text: str) -> str:
    """The text with alarms by their names instead of their ARNs."""
    return _ARN.sub("", text)
