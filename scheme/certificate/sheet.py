"""What stands on a certificate: facts of the register, in three languages, frozen before anything is set."""

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from portal.fonts import HANS_BOLD, HANT_BOLD, Face
from portal.words import LANGUAGES, in_language
from scheme.certificate.fitting import CHINESE, ENGLISH, OPEN, SECOND_CHINESE, Step, fit, height_of
from scheme.models import Certificate, Round, Title


@dataclass(frozen=True)
class Words:
    """The same in three languages."""

    en: str
    hant: str
    hans: str


@dataclass(frozen=True)
class Name:
    """A name in one script, the size it is set in, and how open it is set."""

    text: str
    step: Step
    face: Face
    opening: float = 0.0


@dataclass(frozen=True)
class Sheet:
    """One certificate, ready to be set."""

    number: str
    issue: int
    title_of_document: str
    english: Name | None
    traditional: Name | None
    simplified: Name | None
    title: Words
    valid: Words
    signed_on: Words
    hong_kong: Words
    guangdong: Words
    reissued: Words | None
    address: str
    shown_address: str
    code: str

    @property
    def half_names_height(self) -> str:
        """Half of how high the names stand together, in points: the page puts their middle in the middle of its box."""
        names = [name for name in (self.traditional, self.english, self.simplified) if name]
        return f"{height_of([(name.text, name.step, name.face, name.opening) for name in names]) / 2:.2f}"

    def characters(self) -> str:
        """Every character that stands on the sheet."""
        found: list[str] = []
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, Words):
                found += [value.en, value.hant, value.hans]
            elif isinstance(value, Name):
                found.append(value.text)
            elif isinstance(value, str) and part.name != "code":
                found.append(value)
        return "".join(found)


def each_language(say: Any) -> Words:
    """`say()` in each of the three languages."""
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(str(say()))
    return Words(*said)


@lru_cache
def phrases() -> dict[str, Words]:
    """The words that stand on every certificate."""
    return {
        "scheme": each_language(lambda: _("Hong Kong-Guangdong Cleaner Production Partners Recognition Scheme")),
        "document": each_language(lambda: pgettext("on the certificate", "Certificate")),
        "certify": each_language(lambda: _("This is to certify that")),
        "recognised": each_language(lambda: pgettext("on the certificate", "is recognised as")),
        "verify": each_language(lambda: pgettext("on the certificate", "Verify")),
    }


def long_date(day: date) -> str:
    """The date as an official paper writes it, in the active language: 5 February 2015, 2015年2月5日."""
    return date_format(day, pgettext("the format of a date on official papers, as Django writes it", "j F Y"))


def validity(valid_from: date, valid_until: date) -> str:
    return _("Valid from %(first)s to %(last)s") % {"first": long_date(valid_from), "last": long_date(valid_until)}


@lru_cache
def titles(title: str) -> Words:
    return each_language(lambda: Title(title).label)


def signatory(agency: Any, day: date | None) -> Words:
    """The names the agency bore on `day`: a certificate keeps the name of its own day."""
    name = agency.name_on(day)
    return Words(*(in_language(name, "name", language) for language in LANGUAGES))


@dataclass(frozen=True)
class Signatories:
    """Who signs a round's certificates, read once for a batch."""

    hong_kong: Words
    guangdong: Words
    signed_on: Words

    @classmethod
    def of(cls, of_round: Round) -> "Signatories":
        day = of_round.signed_on
        return cls(
            signatory(of_round.signatory_hong_kong, day),
            signatory(of_round.signatory_guangdong, day),
            each_language(lambda: long_date(day) if day else ""),
        )


def verification_address(number: str, issue: int) -> str:
    """Where the QR code leads. It names the issue, so that a replaced copy shows itself as replaced."""
    return f"{settings.PORTAL_URL}{reverse('certificate-check', args=[number])}?issue={issue}"


def code_of(address: str) -> str:
    """The QR code of `address` as an SVG drawing inside a `data:` address."""
    return segno.make(address, error="m", micro=False).svg_data_uri(
        border=0, dark="#15292B", scale=1, omitsize=True, svgns=True
    )


def named(text: str, steps: tuple[Step, ...], face: Face, opening: float = 0.0) -> Name | None:
    return Name(text, fit(text, steps, face, opening=opening), face, opening) if text else None


def sheet_of(certificate: Certificate, signatories: Signatories) -> Sheet:
    """The sheet of `certificate`. Names are the commendation's own, those of its day."""
    commendation = certificate.commendation
    address = verification_address(commendation.number, certificate.issue)
    english = commendation.name_en
    return Sheet(
        number=commendation.number,
        issue=certificate.issue,
        title_of_document=f"{commendation.number} · {english}",
        english=named(english, ENGLISH, HANT_BOLD),
        traditional=named(commendation.name_zh_hant, CHINESE, HANT_BOLD, OPEN),
        simplified=named(commendation.name_zh_hans, SECOND_CHINESE, HANS_BOLD, OPEN),
        title=titles(commendation.title),
        valid=each_language(lambda: validity(commendation.valid_from, commendation.valid_until)),
        signed_on=signatories.signed_on,
        hong_kong=signatories.hong_kong,
        guangdong=signatories.guangdong,
        reissued=each_language(lambda: reissue_words(certificate)) if certificate.issue > 1 else None,
        address=address,
        shown_address=settings.PORTAL_URL.split("//")[1] + reverse("verify"),
        code=code_of(address),
    )


def reissue_words(certificate: Certificate) -> str:
    return _("Issue %(number)s, reissued on %(day)s") % {
        "number": certificate.issue,
        "day": long_date(localdate(certificate.requested_at)),
    }
