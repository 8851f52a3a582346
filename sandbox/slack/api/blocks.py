"""blocks.validate: the judgement on a payload without posting it."""

from sandbox.slack.api.method import Call, method
from sandbox.slack.errors import ApiError
from sandbox.slack.state import Json
from sandbox.slack.validate import block_problems, view_problems


@method("blocks.validate", tier=4)
def validate(call: Call) -> Json:
    """Nothing when all is well; `invalid_blocks`, `invalid_message` or `invalid_view` with each problem."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name)]
    if len(given) != 1:
        raise ApiError("invalid_arguments")
    (name,) = given
    payload = call.structure(name, "invalid_arguments")
    if name == "view":
        problems = view_problems(payload, "")
    elif name == "message":
        blocks = payload.get("blocks", []) if isinstance(payload, dict) else payload
        problems = block_problems(blocks, "message", "/blocks")
    else:
        problems = block_problems(payload, "message", "")
    if problems:
        errors = [{"pointer": p.pointer, "code": p.code, "message": p.message} for p in problems]
        raise ApiError(f"invalid_{name}", extra={"errors": errors})
    return {}
