"""Spoils JSON documents: any value in them, wherever it stands."""


def places(value, path=()):
    """The path to each value within a JSON document, its own first."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from places(each, (*path, key))


def put(value, path, new):
    """The document with `new` at that path."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy
