"""Reads one account, once, and writes its inventory to a file."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

from bench.audit_ours import task
from bot.aws.sessions import Sessions
from bot.tasks.account import read

if __name__ == "__main__":
    account, read_role, external_id, regions, file = json.loads(sys.argv[1])
    asked = task(account, read_role, external_id, tuple(regions))
    inventory = read(asked, lambda _: None, Sessions.of(asked.aws))
    assert not inventory.gaps, inventory.gaps
    Path(file).write_bytes(pickle.dumps(inventory))
