"""Loading the demonstration: in parts, on any day, never in production."""

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.casework.invariants import breaches
from scheme.management.commands.check_invariants import MACHINES
from scheme.models import Commendation, PartnerApplication
from scheme.queries.invariants import World
from scheme.services.demo import load_demo


@pytest.mark.django_db
def test_loading_goes_on_where_it_was_killed() -> None:
    for part in load_demo():
        if part == "enterprises":
            break
    assert Enterprise.objects.count() == 134
    assert not PartnerApplication.objects.exists()
    list(load_demo())
    assert Commendation.objects.filter(round__year=2015).count() == 102


@pytest.mark.django_db
def test_loading_is_refused_in_production(settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="refused"):
        call_command("seed_demo", "--round", "2015")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_new_password_is_taken_over(settings: object) -> None:
    loading = load_demo()
    assert [next(loading), next(loading)] == ["agencies", "people"]
    settings.DEMO_PASSWORD = "another-password-of-2026"  # type: ignore[attr-defined]
    again = load_demo()
    assert [next(again), next(again)] == ["agencies", "people"]
    assert authenticate(None, username="epd@demo.example", password="another-password-of-2026") is not None


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2027-01-02 09:00+08:00", "2028-02-29 23:30+08:00", "2031-12-31 12:00+08:00"])
def test_demonstration_can_be_loaded_on_any_day(day: str) -> None:
    with time_machine.travel(day, tick=True):
        list(load_demo())
        assert list(breaches(World(machines=MACHINES, now=timezone.localtime()))) == []
        this_year = timezone.localdate().year
        assert PartnerApplication.objects.filter(category__round__year=this_year).count() == 18
        assert Commendation.objects.filter(round__year=this_year - 1).count() == 12
