"""Every maker of a file for a thread, by the name under which the file is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from bot import digest
from bot.attachments import Maker
from bot.messages import announce

MAKERS: Mapping[str, Maker] = {
    digest.CHART: digest.chart_file,
    announce.CSV: announce.csv_file,
    announce.HTML: announce.html_file,
}
