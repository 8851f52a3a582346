"""Judges whole messages and views as Slack does: each block by the table, then what only the whole can show."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.slack import limits
from sandbox.slack.errors import ApiError
from sandbox.slack.rules import Problem


def block_problems(blocks: Any, surface: str, at: str = "/blocks") -> list[Problem]:
    """Every problem of a list of blocks that stands on a `message`, `modal` or `home`."""
    found = list(limits.blocks_rule(surface).problems(blocks, at))
    if not found:
        found = [*_repeated_ids(blocks, at), *_totals(blocks, at)]
    return found


def view_problems(view: Any, at: str = "/view") -> list[Problem]:
    """Every problem of a view of type `modal` or `home`."""
    if not isinstance(view, dict):
        return [Problem(at, "failed_constraint", "must be an object")]
    surface = str(view.get("type"))
    if surface not in limits.VIEWS:
        return [Problem(f"{at}/type", "unsupported_type", f"unsupported type: {surface}")]
    found = list(limits.VIEWS[surface].problems(view, at))
    found += block_problems(view.get("blocks", []), surface, f"{at}/blocks")
    if found or surface == "home":
        return found
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        found.append(Problem(at, "missing_field", "missing required field: submit"))
    return found


def check_message(text: str, blocks: Any, *, text_limit: int = limits.MESSAGE_TEXT) -> None:
    """Raises ApiError as chat.* does: no_text, msg_too_long, invalid_blocks, msg_blocks_too_long."""
    if not text and not blocks:
        raise ApiError("no_text")
    if len(text) > text_limit:
        raise ApiError("msg_too_long")
    if not blocks:
        return
    if problems := block_problems(blocks, "message"):
        raise invalid("invalid_blocks", problems)
    if text_size(blocks) > limits.BLOCKS_TEXT:
        raise ApiError("msg_blocks_too_long")


def check_view(view: Any) -> None:
    """Raises ApiError as views.* does: view_too_large, or invalid_arguments with a pointer to each problem."""
    if len(json.dumps(view, ensure_ascii=False).encode()) > limits.VIEW_BYTES:
        raise ApiError("view_too_large")
    if problems := view_problems(view):
        raise invalid("invalid_arguments", problems)


def invalid(error: str, problems: list[Problem]) -> ApiError:
    """The error with Slack's two lists of what is wrong, each naming its JSON pointer."""
    messages = [str(problem) for problem in problems]
    metadata = {"messages": [f"[ERROR] {message}" for message in messages]}
    return ApiError(error, extra={"errors": messages, "response_metadata": metadata})


def text_size(value: Any) -> int:
    """The characters of all texts inside blocks."""
    if isinstance(value, list):
        return sum(text_size(item) for item in value)
    if not isinstance(value, dict):
        return 0
    return sum(
        len(item) if name == "text" and isinstance(item, str) else text_size(item) for name, item in value.items()
    )


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of a block, wherever the block keeps them."""
    if block.get("type") == "actions":
        return list(block["elements"])
    name = {"section": "accessory", "input": "element"}.get(block.get("type", ""), "")
    return [block[name]] if name in block else []


def _repeated_ids(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    for index, block in enumerate(blocks):
        if ids[block.get("block_id")] > 1:
            yield Problem(
                f"{at}/{index}/block_id", "failed_constraint", f"block_id already exists: {block['block_id']}"
            )
        actions = Counter(element.get("action_id") for element in elements_of(block))
        for action, times in actions.items():
            if action is not None and times > 1:
                yield Problem(f"{at}/{index}", "failed_constraint", f"action_id already exists: {action}")


def _totals(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    kinds = Counter(block["type"] for block in blocks)
    if kinds["data_visualization"] > limits.CHARTS:
        yield Problem(at, "failed_constraint", f"no more than {limits.CHARTS} data_visualization blocks allowed")
    if kinds["table"] > limits.TABLES:
        yield Problem(at, "failed_constraint", "only_one_table_allowed")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > limits.MARKDOWN_TEXT:
        yield Problem(at, "failed_constraint", f"must be less than {limits.MARKDOWN_TEXT + 1} characters")
