"""A peer as it is, but for S3 Control's host: run by its own interpreter as `peer_run.py MODULE:FUNCTION ARGUMENT…`."""

import importlib
import re
import sys
from typing import Any

from botocore.session import Session

_create = Session.create_client


def create_client(self: Session, *arguments: Any, **named: Any) -> Any:
    """A client whose calls of S3 Control go to the endpoint itself: no host `<account>.127.0.0.1` exists."""
    client = _create(self, *arguments, **named)
    client.meta.events.register("before-send.s3-control", without_account_in_host)
    return client


def without_account_in_host(request: Any, **_: Any) -> None:
    """Take the account off the host's name, where boto3 put it."""
    request.url = re.sub(r"//\d{12}\.", "//", request.url)


if __name__ == "__main__":
    Session.create_client = create_client
    module, _, function = sys.argv.pop(1).partition(":")
    sys.exit(getattr(importlib.import_module(module), function)())
