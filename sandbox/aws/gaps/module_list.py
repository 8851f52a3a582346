"""Moto lists its own folders anew for every request; they are the same each time, so they are kept."""

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Answer the list from memory."""
    from moto import backends

    known = tuple(backends.list_of_moto_modules())
    patch.attribute(backends, "list_of_moto_modules", lambda: known)
