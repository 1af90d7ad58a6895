"""Search of names in any script, two Chinese characters included, with an index.

A trigram index needs three characters, and 東莞 has two. So the grams of one and two characters of every name are kept
in an array with a GIN index; a search asks for all grams of what was typed, then compares the whole text.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

LONGEST_SEARCH = 100


def plain(text: str) -> str:
    """Text as it is compared: one form of each character, lower case, single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def grams(texts: Iterable[str]) -> list[str]:
    """The characters and pairs of neighbouring characters of `texts`, sorted."""
    found: set[str] = set()
    for text in texts:
        for word in plain(text).split():
            found.update(word)
            found.update(word[i : i + 2] for i in range(len(word) - 1))
    return sorted(found)


def pairs(text: str) -> list[str]:
    """What a search asks the index for: the pairs of each word typed, a single character where it stands alone."""
    found: set[str] = set()
    for word in plain(text[:LONGEST_SEARCH]).split():
        found.update((word[i : i + 2] for i in range(len(word) - 1)) if len(word) > 1 else (word,))
    return sorted(found)


def search(rows: QuerySet[Any], typed: str, *, grams_field: str, fields: Iterable[str]) -> QuerySet[Any]:
    """`rows` whose `fields` hold every word typed, in any field; unchanged when nothing was typed."""
    wanted = pairs(typed)
    if not wanted:
        return rows
    rows = rows.filter(**{f"{grams_field}__contains": wanted})
    for word in plain(typed[:LONGEST_SEARCH]).split():
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)))
    return rows
