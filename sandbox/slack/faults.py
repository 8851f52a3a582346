"""Faults to switch on, for tests and for the story: what goes wrong at Slack, on the network, and in a channel."""

from collections.abc import Callable, Coroutine
from typing import Any

from sandbox.slack.backend import Backend
from sandbox.slack.fault_table import Fault


class Faults:
    """Faults to switch on in a running workspace, one method each.

    `run` does some work in the workspace's own thread and waits for it.
    """

    def __init__(self, backend: Backend, run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._backend = backend
        self._run = run

    def _do(self, act: Callable[[Backend], None]) -> None:
        async def work() -> None:
            act(self._backend)

        self._run(work())

    def fail_next(
        self,
        method: str,
        *,
        status: int = 200,
        error: str = "",
        retry_after: int | None = None,
        times: int = 1,
        after_commit: bool = False,
    ) -> None:
        """Has the next `times` calls of `method` (`*` for any) fail, before or after they took effect.

        Without `error` a 429 says `ratelimited` and a 5xx `internal_error`.
        """
        words = error or ("ratelimited" if status == 429 else "internal_error")
        seconds = 1 if status == 429 and retry_after is None else retry_after
        fault = Fault(words, status, seconds, commit=after_commit)
        self._do(lambda backend: backend.faults.add(method, fault, times))

    def commit_then_hang(self, method: str, seconds: float, times: int = 1) -> None:
        """Has the next calls take effect and then answer `seconds` late: what a client takes for a failure."""
        fault = Fault(hang_seconds=seconds, commit=True)
        self._do(lambda backend: backend.faults.add(method, fault, times))

    def hang(self, method: str, seconds: float, times: int = 1) -> None:
        """Has the next calls wait `seconds` before anything happens."""
        fault = Fault(hang_seconds=seconds)
        self._do(lambda backend: backend.faults.add(method, fault, times))

    def drop_socket(self) -> None:
        """Cuts every Socket Mode connection without a word."""
        self._do(lambda backend: backend.sockets.drop())

    def close_sockets(self) -> None:
        """Ends every Socket Mode connection properly, with a close frame."""
        self._run(self._backend.sockets.close())

    def disconnect(self, reason: str = "refresh_requested", count: int | None = None) -> None:
        """Tells the first `count` connections, or all, to go: `warning`, `refresh_requested` or `link_disabled`."""
        self._run(self._backend.sockets.disconnect(reason, count))

    def freeze_sockets(self, count: int) -> None:
        """Has nothing pass any more on `count` connections that stay open, as a NAT that forgot them does."""
        self._do(lambda backend: backend.sockets.freeze(count))

    def ghost_sockets(self, count: int) -> None:
        """Has `count` dead registrations counted and given envelopes; 0 takes them away."""
        self._do(lambda backend: backend.sockets.haunt(count))

    def drop_frames(self, count: int) -> None:
        """Loses the next `count` envelopes on their way to the app."""
        self._do(lambda backend: setattr(backend.faults, "frames_to_drop", count))

    def drop_acks(self, count: int) -> None:
        """Loses the next `count` acknowledgements on their way from the app."""
        self._do(lambda backend: setattr(backend.faults, "acks_to_drop", count))

    def archive(self, channel: str, archived: bool = True) -> None:
        """Archives a channel, or brings it back."""

        def act(backend: Backend) -> None:
            backend.team.channels[channel].is_archived = archived
            backend.team.publish({"type": "channel", "channel": backend.team.channels[channel]})

        self._do(act)

    def kick(self, channel: str, user: str = "") -> None:
        """Takes a person (without one, the app) out of a channel."""
        self._member(channel, user, present=False)

    def invite(self, channel: str, user: str = "") -> None:
        """Brings a person (without one, the app) into a channel."""
        self._member(channel, user, present=True)

    def revoke_tokens(self, revoked: bool = True) -> None:
        """Has every call answer `token_revoked`, as after the app is uninstalled."""
        self._do(lambda backend: setattr(backend, "revoked", revoked))

    def forget_message(self, channel: str, ts: str) -> None:
        """Deletes a message, as an administrator or a retention policy does."""
        self._do(lambda backend: backend.team.remove_message(channel, ts))

    def _member(self, channel: str, user: str, *, present: bool) -> None:
        def act(backend: Backend) -> None:
            found, who = backend.team.channels[channel], user or backend.team.bot
            found.members = [each for each in found.members if each != who] + [who] * present
            backend.team.publish({"type": "channel", "channel": found})

        self._do(act)
