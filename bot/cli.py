"""The command line. Each command imports what it needs when it runs, so that help is there at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot import cli_audit, cli_drill, cli_replay, cli_route

cli = typer.Typer(
    name="picket",
    help="Picket stands watch over AWS accounts, and talks in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Config = Annotated[
    Path, typer.Option("--config", "-c", envvar="PICKET_CONFIG", help="The TOML file with the settings.")
]


@cli.command()
def run(config: Config = Path("picket.toml")) -> None:
    """Run the bot: one process, Socket Mode, until it is told to stop."""
    from bot.app import Picket
    from bot.config import load
    from bot.logs import configure

    configure()
    Picket(load(config)).run()


cli.command()(cli_audit.checks)
cli.command()(cli_audit.audit)
cli.command()(cli_replay.replay)
cli.command()(cli_drill.drill)
cli.command()(cli_route.route)


class Role(StrEnum):
    """The roles in each account, and the service's own."""

    READ = "read"
    REMEDIATE = "remediate"
    SECURITY_HUB = "security-hub"
    SERVICE = "service"


@cli.command()
def policy(
    role: Annotated[Role, typer.Argument(help="That reads, changes things, or imports; or the service's own.")],
    config: Annotated[Path | None, typer.Option("--config", "-c", envvar="PICKET_CONFIG")] = None,
) -> None:
    """Print the least IAM policy for the checks and remedies that are switched on; without a config, for all."""
    import json

    from bot.aws.permissions import read_policy, remediation_policy, security_hub_policy, service_policy
    from bot.aws.remedies import REMEDIES
    from bot.aws.sessions import Sessions
    from bot.config import Aws, load_offline
    from checks.catalog import CATALOG

    checks, remedies, organization = tuple(CATALOG.values()), tuple(REMEDIES.values()), None
    relay, aws, samples = True, Aws(), True
    if config is not None:
        settings = load_offline(config)
        aws = settings.aws
        organization, relay, samples = aws.organization, bool(aws.queue_url), settings.drill.sample_finding
        checks = tuple(check for check in checks if settings.runs(check.id))
        remedies = tuple(remedy for remedy in remedies if remedy.id in settings.remediation.enabled)
    documents: Mapping[Role, Callable[[], dict[str, Any]]] = {
        Role.READ: lambda: read_policy(checks, remedies, organization, relay=relay),
        Role.REMEDIATE: lambda: remediation_policy(remedies),
        Role.SECURITY_HUB: security_hub_policy,
        Role.SERVICE: lambda: service_policy(aws, Sessions.of(aws).partition, samples=samples),
    }
    typer.echo(json.dumps(documents[role](), indent=2))


@cli.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the story without a browser, print it, and end.")] = False,
    aws_only: Annotated[bool, typer.Option("--aws-only", help="Only the AWS; prints its environment.")] = False,
    port: Annotated[int, typer.Option(help="Of the page; 0 takes a free one.")] = 0,
) -> None:
    """The bot with a Slack workspace and an AWS on this machine: see it work, without an account of either."""
    try:
        from sandbox import demo as sandbox
    except ModuleNotFoundError as missing:
        from bot.errors import PicketError

        raise PicketError(f"The demo needs {missing.name}: pip install 'picket[demo]'") from missing
    command = [sys.executable, "-m", "bot", "run"]
    if aws_only:
        sandbox.aws_only()
    else:
        raise typer.Exit(sandbox.play(command, once=once, port=port))


def main() -> NoReturn:
    """Run the command line, and end its process; an error of Picket's is said in words, without a traceback."""
    code = _run()
    with suppress(OSError):  # nobody reads any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # Python would take apart, one by one, the million objects of an audit: a sixth of its time


def _run() -> int:
    from bot.errors import PicketError

    try:
        cli()
    except PicketError as error:
        typer.echo(f"picket: {error}", err=True)
        return 1
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:  # as every command ends
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


if __name__ == "__main__":
    main()
