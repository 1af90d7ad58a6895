"""The meetings at which lists are endorsed."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.rules import require
from portal.errors import BadValue
from scheme import rules
from scheme.models import Meeting


@transaction.atomic
def record_meeting(*, number: int, held_on: date, place: str, chairs: str, minutes: str, by: User) -> Meeting:
    """Record a meeting of the joint working group that has been held.

    By officers and the secretariat of either side. Raises `NotAllowed`, `BadValue` for a day in the future, a number
    that is taken, or words that are missing.
    """
    require(by, rules.can_record_meeting)
    if held_on > timezone.localdate():
        raise BadValue("held_on", _("This day is in the future. A meeting is recorded once it has been held."))
    if number < 1:
        raise BadValue("number", _("Enter the number of the meeting, 1 or more."))
    for field, text in (("place", place), ("chairs", chairs), ("minutes", minutes)):
        if not text.strip():
            raise BadValue(field, _("Fill this in: it is part of the record of the meeting."))
    try:
        with transaction.atomic():
            return Meeting.objects.create(
                number=number,
                held_on=held_on,
                place=place.strip(),
                chairs=chairs.strip(),
                minutes=minutes.strip(),
                recorded_by=by,
            )
    except IntegrityError as error:
        raise BadValue("number", _("A meeting of this number is already recorded.")) from error
