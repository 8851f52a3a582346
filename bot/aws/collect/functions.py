"""Reads Lambda: functions, their security groups and tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.parts import part
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.functions import Function

_PAGE = 50
_GONE = "ResourceNotFoundException"


def functions(source: Source) -> Iterator[Function]:
    """Every function; the list of them does not tell their tags."""
    found = source.pages("lambda", "list_functions", "Functions", size=_PAGE)
    tagged = source.each(lambda one: part(source, Function.__name__, lambda: _tags(source, one["FunctionArn"])), found)
    for one, tags in zip(found, tagged, strict=True):
        yield Function(
            name=one["FunctionName"],
            arn=one["FunctionArn"],
            region=source.region,
            groups=tuple(one.get("VpcConfig", {}).get("SecurityGroupIds", ())),
            tags=tags,
        )


def _tags(source: Source, arn: str) -> Mapping[str, str]:
    try:
        return dict(source.call("lambda", "list_tags", Resource=arn).get("Tags", {}))
    except AwsError as error:
        if error.code == _GONE:
            return {}
        raise


COLLECTORS = (
    Collector(
        record=Function,
        scope=Scope.REGIONAL,
        actions=("lambda:ListFunctions", "lambda:ListTags"),
        read=functions,
    ),
)
