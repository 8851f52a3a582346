"""The house: every module stands in a layer, every listener's parameter is one that Bolt fills, start-up is light."""

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from slack_bolt import App
from slack_bolt.kwargs_injection.args import Args

import handlers

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_module_of_the_bot_stands_in_a_layer():
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {name for layer in layers for name in re.split(r"[\s:|]+", layer)}
    modules = {f"bot.{path.stem}" for path in (ROOT / "bot").iterdir() if path.suffix == ".py" or path.is_dir()}

    assert modules - {"bot.__init__", "bot.__pycache__", "bot.py"} - placed == set()


def test_every_module_that_must_not_know_boto3_or_sqlite_is_listed():
    contract = PROJECT["tool"]["importlinter"]["contracts"][2]
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"][4]

    assert set(re.split(r"[\s:]+", layers)) - {"bot.aws", "bot.store"} <= set(contract["source_modules"])


def listeners():
    app = App(token="xoxb-test", token_verification_enabled=False, signing_secret="s")
    handlers.register(app)
    return [function for listener in app._listeners for function in (listener.ack_function, *listener.lazy_functions)]


def test_every_parameter_of_a_listener_is_one_that_is_filled():
    known = set(inspect.signature(Args.__init__).parameters) | {"services"}

    unfilled = {
        f"{function.__module__}.{function.__name__}({name})"
        for function in listeners()
        for name in inspect.signature(function).parameters
        if name not in known
    }
    assert unfilled == set()


@pytest.mark.parametrize(
    "heavy", ["boto3", "slack_bolt", "slack_sdk", "moto", "matplotlib", "apscheduler", "pydantic", "distributed"]
)
def test_help_imports_nothing_heavy(heavy):
    code = f"import sys, bot.cli; sys.exit({heavy!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_registry_is_named_in_the_lock_files():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "--index" not in text
        assert "--hash=sha256:" in text
