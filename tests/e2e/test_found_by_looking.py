"""The running bot finds what the queue never brought, soon after its start."""

import sys
from pathlib import Path

from sandbox.aws import Cloud
from sandbox.aws.accounts import PROD
from sandbox.demo import stage
from sandbox.slack import Workspace


def test_a_finding_that_no_rule_lets_out_is_a_card_that_says_so(tmp_path):
    with Cloud() as cloud, Workspace() as workspace:
        cloud.seed()
        acme = stage(cloud, workspace, tmp_path, [sys.executable, "-m", "bot", "run"])
        config = Path(acme.bot.command[-1])
        config.write_text(f"{config.read_text('utf-8')}\n[reconciliation]\ngrace_minutes = 0\n", "utf-8")
        cloud.guardduty_finding(PROD, "eu-north-1", "Backdoor:Lambda/C&CActivity.B", 8.0, title="Somebody calls home")
        acme.bot.start()
        try:
            assert workspace.wait_for(lambda: acme.find("CCRITICAL", "Somebody calls home", "Found by looking"), 90)
        finally:
            acme.bot.stop()
