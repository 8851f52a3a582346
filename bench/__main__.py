"""`python -m bench [MEASUREMENT] [--write]`: all of it, or one; here, or on the page too."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from bench.measure import QUICK, Size, machine

MEASUREMENTS = {
    "audit": "Audit",
    "peers": "Peers",
    "growth": "Growth",
    "startup": "Start-up",
    "relay": "Relay",
    "click": "Click",
    "storm": "Storm",
}
"""The titles of their sections."""
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
HEAD = """\
# Performance

Written by `python -m bench --write`. Each figure stands beside a floor that was measured in the same run, in turn with
it: elsewhere the ratios hold, the seconds do not.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("measurement", nargs="?", choices=MEASUREMENTS, help="one alone; all if none is named")
    parser.add_argument("--write", action="store_true", help=f"write what was measured to docs/{PAGE.name}")
    parser.add_argument("--runs", type=int, default=Size().runs, help="of each contender, in turn")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: only to see that it works")
    asked = parser.parse_args()
    if asked.write and asked.quick:
        parser.error("--quick measures nothing that is worth a page")
    size = QUICK if asked.quick else Size(runs=asked.runs)
    for name in [asked.measurement] if asked.measurement else MEASUREMENTS:
        where = machine()  # before it is busy with the measurement
        section = f"{import_module(f'bench.{name}').measure(size).markdown()}\n- Measured on {where}.\n"
        print(section, flush=True)
        if asked.write:
            PAGE.write_text(_with(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "", section), encoding="utf-8")


def _with(page: str, section: str) -> str:
    """The page with that section new, and the others as they were."""
    sections = {part.partition("\n")[0]: f"## {part.strip()}\n" for part in page.split("\n## ")[1:]}
    sections[section.partition("\n")[0].removeprefix("## ")] = section
    return "\n".join([HEAD, *(sections[title] for title in MEASUREMENTS.values() if title in sections)])


if __name__ == "__main__":
    main()
