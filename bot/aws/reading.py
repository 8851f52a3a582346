"""Service models for clients that only read: an operation that changes something is not in them, nor in the client."""

from __future__ import annotations

from typing import Any

from botocore.loaders import Loader

_READS = ("Describe", "Generate", "Get", "Head", "List")
"""How the operations begin that change nothing; the one that generates makes IAM's credential report."""


class ReadingModels:
    """botocore's loader of models, but for what a service's model tells of changing things.

    Besides, most of the time and memory of a client goes into its methods, and half of them are left out.
    """

    def __init__(self, models: Loader) -> None:
        self._models = models
        self._of_reading: dict[str, dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._models, name)

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """As botocore's own; raises what it raises."""
        model = self._models.load_service_model(service_name, type_name, api_version=api_version)
        if type_name != "service-2":
            return model
        if service_name not in self._of_reading:
            reads = {name: facts for name, facts in model["operations"].items() if name.startswith(_READS)}
            self._of_reading[service_name] = {**model, "operations": reads}
        return self._of_reading[service_name]
