"""Chinese names in the other script."""

from functools import lru_cache

import opencc


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("hk2s")


def simplified(name: str) -> str:
    """A proposal for the Simplified form of a Traditional name, character by character; a person may correct it."""
    return str(_converter().convert(name[:200])) if name else ""
