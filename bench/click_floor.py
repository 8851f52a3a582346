"""The floor of a click: a Bolt app with one listener, which acks and does nothing."""

from __future__ import annotations

import os

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient


def main() -> None:
    client = WebClient(token=os.environ["BENCH_BOT_TOKEN"], base_url=os.environ["BENCH_API_URL"])
    app = App(client=client)

    @app.action("bench:click")
    def clicked(ack: Ack) -> None:
        ack()

    client.chat_postMessage(
        channel="CALERTS01",
        text="Click",
        blocks=[
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "bench:click",
                        "value": "1",
                        "text": {"type": "plain_text", "text": "Click"},
                    }
                ],
            }
        ],
    )
    SocketModeHandler(app, os.environ["BENCH_APP_TOKEN"]).start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
