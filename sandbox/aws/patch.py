"""Changes to moto that last as long as the sandbox runs, and are taken back when it stops."""

import os
from collections.abc import Callable, MutableMapping
from contextlib import ExitStack
from functools import wraps
from typing import Any


class Patch:
    """Records each change to a class, mapping or the environment, so that `undo` leaves no trace."""

    def __init__(self) -> None:
        self._undo = ExitStack()

    def around(self, owner: type, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a function to stand in for a method; its first argument is the method it replaces."""

        def decorate(wrapper: Callable[..., Any]) -> Callable[..., Any]:
            original = getattr(owner, name)

            @wraps(original)
            def method(*args: Any, **kwargs: Any) -> Any:
                return wrapper(original, *args, **kwargs)

            self.attribute(owner, name, method)
            return wrapper

        return decorate

    def add(self, owner: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a function to become a method that the class lacks (or to replace it whole)."""

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            self.attribute(owner, function.__name__, function)
            return function

        return decorate

    def entry(self, mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
        """Set one entry of a mapping."""
        if key in mapping:
            self._undo.callback(mapping.__setitem__, key, mapping[key])
        else:
            self._undo.callback(mapping.pop, key, None)
        mapping[key] = value

    def environment(self, **variables: str | None) -> None:
        """Set environment variables of this process; None takes one away."""
        for name, value in variables.items():
            before = os.environ.get(name)
            self._undo.callback(_set_variable, name, before)
            _set_variable(name, value)

    def attribute(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute of a class or module."""
        if name in vars(owner):
            self._undo.callback(setattr, owner, name, vars(owner)[name])
        else:
            self._undo.callback(delattr, owner, name)
        setattr(owner, name, value)

    def undo(self) -> None:
        """Take every change back, the last one first."""
        self._undo.close()


def _set_variable(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
