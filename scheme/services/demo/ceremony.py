"""The presentation ceremony of the sixth round, and its guests: invented, officiating guests by their post."""

from enterprises.models import City
from scheme.models import Ceremony, Commendation, Guest, Round
from scheme.queries.commendations import ceremony_order
from scheme.services.demo.data import demo_data, number_of
from scheme.services.demo.rounds import SIXTH, at
from scheme.services.demo.texts import person_name, post_of
from scheme.services.standard_form import three

# Of the commended enterprises, so many in a hundred bring a second person.
SECOND_PERSON = 28


def load_ceremony() -> None:
    """Make the ceremony with about 170 guests; nothing when it stands."""
    round_ = Round.objects.get(year=SIXTH)
    if Ceremony.objects.filter(round=round_).exists():
        return
    words = demo_data("ceremony")
    ceremony = Ceremony.objects.create(
        round=round_,
        slug=str(SIXTH),
        city=City.objects.get(code="guangzhou"),
        starts_at=at(round_.release_at.date(), 15),
        capacity=220,
        **three("name", words["name"]),
        **three("venue", words["venue"]),
    )
    commendations = ceremony_order(Commendation.objects.filter(round=round_)).select_related("enterprise")
    guests = [guest for row in commendations for guest in partners(row)]
    guests += [Guest(email=f"guest{n}@demo.example", **row) for n, row in enumerate(words["guests"], 1)]
    for guest in guests:
        guest.ceremony = ceremony
    Guest.objects.bulk_create(guests)


def partners(commendation: Commendation) -> list[Guest]:
    """Who comes for a commended enterprise: the one who receives the award, and sometimes a colleague."""
    enterprise, key = commendation.enterprise, commendation.number
    host = enterprise.contact_email.split("@")[1]
    count = 2 if number_of(key, 1, 100) <= SECOND_PERSON else 1
    return [
        Guest(
            kind=Guest.Kind.ENTERPRISE,
            name=person_name(f"{key}{n}", enterprise.language),
            post=post_of(f"{key}{n}", enterprise.language),
            organisation=enterprise.name_en if enterprise.language == "en" else enterprise.name_zh_hant,
            email=f"{'award' if n == 0 else 'guest'}@{host}",
            commendation=commendation,
            receives_award=n == 0,
        )
        for n in range(count)
    ]
