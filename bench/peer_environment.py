"""A peer in an environment of its own, for its dependencies are not ours."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
_RUN = ROOT / "bench" / "peer_run.py"


def installed(package: str, version: str) -> Path:
    """The interpreter that has that version of `package`; installs it where it is not there yet."""
    home = ROOT / f".venv-{package}"
    python, mark = home / "bin" / "python", home / f"{package}-{version}"
    if not mark.exists():
        print(f"Installing {package} {version} into {home.name} …", file=sys.stderr, flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"{package}=={version}"], check=True)
        mark.touch()
    return python


def started(python: Path, main: str) -> list[str]:
    """How the command line `main`, as `module:function`, of what `python` has installed is begun."""
    return [str(python), str(_RUN), main]
