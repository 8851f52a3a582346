"""What goes wrong: answers of the Web API that are not ok, and refusals spoken to a person in the page."""

from typing import Any


class ApiError(Exception):
    """An answer `{"ok": false, "error": …}`; `extra` are further keys of its body, `status` its HTTP status."""

    def __init__(
        self,
        error: str,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = headers or {}
        self.extra = extra or {}

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        return {"ok": False, "error": self.error, **self.extra}


class Refused(Exception):
    """A person did something that Slack's own client would not let them do; the message is for that person."""
