"""The log: one line an event on stderr; JSON where no person watches."""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Send Picket's own log and that of its libraries through one pipeline."""
    person = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if person else [structlog.processors.format_exc_info]),
                render,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("apscheduler", "botocore", "boto3", "urllib3", "slack_bolt", "slack_sdk", "matplotlib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def quiet() -> None:
    """Of the log only errors, on stderr: nothing but the result of a command is on stdout."""
    configure()
    logging.getLogger().setLevel(logging.ERROR)
