"""The demonstration's agencies and people (design.md, section 8)."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from portal.accounts.models import Agency, AgencyName, Appointment, Role, User
from scheme.services.demo.data import demo_data
from scheme.services.standard_form import three


def load_agencies() -> None:
    """Make the agencies of both sides with the names of their times; those that stand are left alone."""
    for row in demo_data("agencies")["agencies"]:
        agency, _made = Agency.objects.get_or_create(
            code=row["code"], defaults={"side": row["side"], "kind": row["kind"]}
        )
        if not agency.names.exists():
            AgencyName.objects.bulk_create(
                AgencyName(agency=agency, valid=span(name["from"], name["until"]), **three("name", name["name"]))
                for name in row["names"]
            )


def span(begins: str, ends: str | None) -> DateRange:
    """The days from `begins` until the day before `ends`."""
    return DateRange(date.fromisoformat(begins), date.fromisoformat(ends) if ends else None)


def load_people() -> None:
    """Make the people who can sign in, with their posts and the password of the demonstration.

    A password that the settings have changed since is set anew; nothing else of a person who stands is touched.
    """
    rows = demo_data("people")["people"]
    known = {user.email: user for user in User.objects.filter(email__in=[row["email"] for row in rows])}
    password = demo_password(next(iter(known.values()), None))
    for row in rows:
        if (user := known.get(row["email"])) is None:
            user = User.objects.create(
                email=row["email"],
                full_name=row["name"],
                language=row["language"],
                password=password,
                is_staff="posts" in row,
            )
        elif user.password != password:
            user.password = password
            user.save(update_fields=["password"])
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        for role, agency in row.get("posts", []):
            appoint(user, role, agency)


def demo_password(somebody: User | None) -> str:
    """The hash of the demonstration's password, computed once; the one in use if it still fits."""
    if somebody and check_password(settings.DEMO_PASSWORD, somebody.password):
        return somebody.password
    return make_password(settings.DEMO_PASSWORD)


def appoint(user: User, role: str, agency: str | None) -> None:
    post = Agency.objects.get(code=agency) if agency else None
    Appointment.objects.get_or_create(user=user, role=Role(role), agency=post)


def people() -> dict[str, Any]:
    """The demonstration's people by the part of their address before the at sign."""
    emails = [row["email"] for row in demo_data("people")["people"]]
    return {user.email.split("@")[0]: user for user in User.objects.filter(email__in=emails)}
