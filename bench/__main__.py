"""`python -m bench [audit|startup|relay|click] [--write]`: all of it, or one."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from bench.measure import QUICK, Size, machine

MEASUREMENTS = ("audit", "startup", "relay", "click")
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
HEAD = """\
# Performance

Written by `python -m bench --write`. Each figure stands beside a floor that was measured in the same run, in turn with
it: elsewhere the ratios hold, the seconds do not.

Measured on {machine}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("measurement", nargs="?", choices=MEASUREMENTS, help="one alone; all if none is named")
    parser.add_argument("--write", action="store_true", help="write all of it to docs/performance.md")
    parser.add_argument("--runs", type=int, default=Size().runs, help="of each contender, in turn")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: only to see that it works")
    asked = parser.parse_args()
    if asked.write and (asked.measurement or asked.quick):
        parser.error("--write writes the whole page, in full size")
    size = QUICK if asked.quick else Size(runs=asked.runs)
    sections = [HEAD.format(machine=machine())]
    print(sections[0])
    for name in [asked.measurement] if asked.measurement else MEASUREMENTS:
        sections.append(import_module(f"bench.{name}").measure(size).markdown() + "\n")
        print(sections[-1], flush=True)
    if asked.write:
        PAGE.write_text("\n".join(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
