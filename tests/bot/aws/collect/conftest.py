"""A reading of the hub's account by collectors, with a clock that nobody waits for."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from bot.aws.collect.source import Source
from bot.aws.sessions import Access
from checks.inventory import GLOBAL
from sandbox.aws.accounts import HUB


@pytest.fixture
def source(sessions):
    with ThreadPoolExecutor(4) as fan:

        def make(region=GLOBAL, regions=()):
            return Source(
                sessions=sessions,
                account=HUB.id,
                region=region,
                regions=regions or (region,),
                partition="aws",
                fan=fan,
                sleep=lambda _: None,
            )

        yield make


@pytest.fixture
def canned(sessions):
    """Let an operation of the hub's account answer with pages of ours, for what moto lacks; a number is a failure."""

    def answer(service, operation, *pages, region=GLOBAL):
        left, asked = list(pages), []

        def next_page(params, **_):
            asked.append(params)
            page = left.pop(0)
            status = page if isinstance(page, int) else 200
            body = {"Error": {"Code": "InternalFailure"}} if status != 200 else page
            return SimpleNamespace(status_code=status), {**body, "ResponseMetadata": {"HTTPStatusCode": status}}

        client = sessions.client(HUB.id, service, region, Access.READ)
        client.meta.events.register(f"before-call.{service}.{operation}", next_page)
        return asked

    return answer
