"""What the register says about a number: the answer of `/verify/`, in public facts only (design.md, rules 6 and 11)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from scheme.models import Certificate, Commendation
from scheme.queries.commendations import released

LONGEST_NUMBER = 60
NUMBER = re.compile(r"HKGDCPP-?(\d{4})-?([EMST])-?(\d{1,6})(?:/(\d{1,4}))?")
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")


class Standing(TextChoices):
    """What a certificate turns out to be."""

    VALID = "valid", _("valid")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")
    REPLACED = "replaced", _("replaced")
    UNKNOWN = "unknown", _("unknown")


@dataclass(frozen=True)
class Verdict:
    """The register's answer. Everything but `standing` and `number` is empty where the number is unknown."""

    standing: Standing
    number: str
    commendation: Commendation | None = None
    issue: int | None = None
    current: Certificate | None = None
    since: date | None = None

    @property
    def begins_later(self) -> bool:
        """The title was awarded, and its validity has not begun."""
        return self.commendation is not None and localdate() < self.commendation.valid_from


def normal(typed: str) -> tuple[str, int | None]:
    """The number as the register writes it, and the issue where one was typed after a stroke.

    Tolerant of case, spaces, full-width characters and any dash; what is no number comes back tidied, for the answer
    to repeat.
    """
    text = unicodedata.normalize("NFKC", typed[:LONGEST_NUMBER].translate(DASHES)).translate(DASHES)
    text = "".join(c for c in text.upper() if not c.isspace() and unicodedata.category(c)[0] != "C")[:LONGEST_NUMBER]
    found = NUMBER.fullmatch(text)
    if found is None:
        return text, None
    year, letter, sequence, issue = found.groups()
    return f"HKGDCPP-{year}-{letter}-{int(sequence):04d}", int(issue) if issue else None


def verify(number: str, issue: int | None = None) -> Verdict:
    """The standing of the commendation `number`, or of one issue of its certificate.

    A number of a round that is not released is unknown, whatever the register holds.
    """
    commendation = released().select_related("round", "city", "industry", "enterprise").filter(number=number).first()
    if commendation is None:
        return Verdict(Standing.UNKNOWN, number)
    issues = list(commendation.certificates.order_by("-issue"))
    current = issues[0] if issues else None
    if issue is not None and (current is None or not 1 <= issue <= current.issue):
        return Verdict(Standing.UNKNOWN, number)
    standing, since = standing_of(commendation, issue, issues)
    return Verdict(standing, number, commendation, issue, current, since)


def standing_of(
    commendation: Commendation, issue: int | None, issues: list[Certificate]
) -> tuple[Standing, date | None]:
    """The standing and the day since which it is so. Revoked outweighs replaced, replaced outweighs expired."""
    if commendation.state == Commendation.State.REVOKED:
        return Standing.REVOKED, localdate(commendation.state_since)
    following = [certificate for certificate in issues if issue is not None and certificate.issue == issue + 1]
    if following:
        return Standing.REPLACED, localdate(following[0].requested_at)
    return Standing(commendation.standing), None
