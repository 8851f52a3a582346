"""What can go wrong, as a tree; every error's text is for the person who meets it.

PicketError
 ├─ UserError            what a person did cannot be done: say why, and what to do instead
 │   ├─ NotAllowed       the person may not do this
 │   ├─ NotFound         what was named is not there (any more)
 │   └─ Stale            it was right when it was shown, and is not now
 ├─ SettingsError        the config or the environment: every fault at once, each with its key
 ├─ StoreBusy            the state file could not be written in time
 ├─ StoreError           the state file cannot be used: newer, damaged, read-only, in use
 └─ AwsError             AWS refused or failed, in words
     ├─ AwsDenied        a permission is missing: `.permission`
     └─ AwsUnreachable   no answer: network, time-out, throttled to the end, not offered there
"""

from __future__ import annotations

from collections.abc import Sequence


class PicketError(Exception):
    """The root of the tree."""


class UserError(PicketError):
    """Said to the person as it is."""


class NotAllowed(UserError):
    """The person may not do this."""


class NotFound(UserError):
    """What was named is not there."""


class Stale(UserError):
    """The message is older than what it shows."""


class SettingsError(PicketError):
    """All faults of a configuration, a line each."""

    def __init__(self, faults: Sequence[str], where: str) -> None:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{where} has {count}:\n{lines}")
        self.faults = tuple(faults)


class StoreBusy(PicketError):
    """Another write held the state file for too long."""


class StoreError(PicketError):
    """The state file cannot be used."""


class AwsError(PicketError):
    """AWS answered with an error; `code` is AWS's own."""

    def __init__(self, message: str, *, code: str = "", operation: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.operation = operation


class AwsDenied(AwsError):
    """A permission is missing."""

    def __init__(self, message: str, *, permission: str, code: str = "", operation: str = "") -> None:
        super().__init__(message, code=code, operation=operation)
        self.permission = permission


class AwsUnreachable(AwsError):
    """AWS gave no answer."""
