"""The chart of the trend."""

import struct
import threading
from datetime import date, timedelta

from bot import chart
from checks.model import Severity

DAYS = [
    chart.Day(
        date(2026, 11, 1) + timedelta(i),
        {Severity.CRITICAL: i % 4 == 3, Severity.LOW: i % 4 - (i % 4 == 3)},
        i % 3,
        None if i < 9 else {Severity.HIGH: 20, Severity.MEDIUM: 30 - i},
    )
    for i in range(30)
]


def size(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_it_is_a_png_of_its_size():
    assert size(chart.draw(DAYS)) == (chart.WIDTH, chart.HEIGHT)


def test_drawing_leaves_nothing_of_matplotlib_in_this_process_and_no_thread():
    import subprocess
    import sys

    code = (
        "import sys, datetime, threading\nfrom bot import chart\n"
        "if __name__ == '__main__':\n"
        "    chart.draw([chart.Day(datetime.date(2026, 11, 1), {}, 1, {})])\n"
        "    assert 'matplotlib' not in sys.modules and threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert threading.active_count() >= 1


def test_the_same_days_give_the_same_picture():
    assert chart.render(DAYS) == chart.render(DAYS)


def test_days_without_anything_are_drawn_and_told_too():
    empty = [chart.Day(day.day, {}, 0, None) for day in DAYS]

    assert size(chart.render(empty)) == (chart.WIDTH, chart.HEIGHT)
    assert chart.describe(empty) == (
        "30 days to 30 November 2026: 0 alerts opened, 0 resolved. No audit has finished in that time."
    )


def test_the_words_say_the_numbers_that_the_picture_shows():
    assert chart.describe(DAYS) == (
        "30 days to 30 November 2026: 43 alerts opened (7 critical, 36 low), 30 resolved. "
        "Most in a day: 3 on 04 November. "
        "Failing findings: 41 on 10 November (20 high, 21 medium), 21 on 30 November (20 high, 1 medium)."
    )
