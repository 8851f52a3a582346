"""Which environment a resource says it belongs to, by its tags."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.settings import CheckSettings


def environment(tags: Mapping[str, str], settings: CheckSettings) -> str:
    """`prod`, `stage`, … as the tag of an environment names it, key and value in any case; empty: none.

    A value that the pattern of that tag does not allow is a mistake (`tag-value-invalid`), not an environment.
    """
    lowered = {key.lower(): value.strip() for key, value in tags.items()}
    value = next((lowered[k.lower()] for k in settings.environment_tags if lowered.get(k.lower())), "")
    for name, others in settings.environments.items():
        if value.lower() in (name, *others):
            return name
    pattern = settings.tag_patterns.get(settings.environment_tags[0], "") if settings.environment_tags else ""
    return value.lower() if value and (not pattern or re.fullmatch(pattern, value)) else ""
