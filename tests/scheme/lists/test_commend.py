import threading
from datetime import date

import pytest
from django.db import OperationalError, ProgrammingError, close_old_connections, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import City, Enterprise, Industry
from portal.errors import Conflict, Incomplete, NotAllowed
from scheme.models import Certificate, Commendation, EnterpriseConflict, PartnerApplication, Round
from scheme.queries.commendations import ceremony_order
from scheme.services.commend import commend
from scheme.services.endorse import endorse_list
from scheme.services.lists import propose_list, propose_supplement
from scheme.services.notice import publish_notice
from tests import factories as make

pytestmark = pytest.mark.django_db


def endorse_all(round_: Round, propose=propose_list):
    """The round's recommended applications, taken all the way to an endorsed list (or supplement)."""
    partner_list = make.checked(propose(round=round_, by=make.secretariat()))
    publish_notice(partner_list=partner_list, by=make.secretariat())
    return endorse_list(partner_list=partner_list, meeting=make.a_meeting(), by=make.gdeic_officer())


def numbers() -> list[str]:
    return list(ceremony_order(Commendation.objects.all()).values_list("number", flat=True))


def test_commend_numbers_in_ceremony_order():
    round_ = make.RoundFactory(year=2015, notice_working_days=0)
    make.recommended(round_, 1, "technology_service", enterprise__name_en="Zeta Service")
    make.recommended(round_, 1, "sourcing")
    make.recommended(round_, 2, "manufacturing")
    make.recommended(round_, 1, "manufacturing", outcome="excellent")
    assert commend(partner_list=endorse_all(round_), by=make.secretariat()) == 5
    assert numbers() == [
        "HKGDCPP-2015-E-0001",
        "HKGDCPP-2015-M-0001",
        "HKGDCPP-2015-M-0002",
        "HKGDCPP-2015-S-0001",
        "HKGDCPP-2015-T-0001",
    ]
    assert set(PartnerApplication.objects.values_list("state", flat=True)) == {"commended"}


def test_commend_orders_by_trade_then_by_name_in_pinyin():
    round_ = make.RoundFactory(notice_working_days=0)
    first, second = Industry.objects.order_by("position")[:2]
    for industry, name in ((second, "艾"), (first, "中"), (first, "北"), (first, "")):
        english = "Kay Limited" if not name else f"{name} Limited"
        make.recommended(
            round_,
            enterprise__industry=industry,
            enterprise__name_en=english,
            enterprise__name_zh_hans=name,
            enterprise__name_zh_hant=name,
        )
    commend(partner_list=endorse_all(round_), by=make.secretariat())
    found = ceremony_order(Commendation.objects.all()).values_list("name_en", flat=True)
    assert list(found) == ["北 Limited", "Kay Limited", "中 Limited", "艾 Limited"]


def test_commend_again_makes_none():
    partner_list = make.endorsed()
    assert commend(partner_list=partner_list, by=make.secretariat()) == 3
    assert commend(partner_list=partner_list, by=make.epd_officer()) == 0
    assert Commendation.objects.count() == 3


@pytest.mark.parametrize(("is_signed", "asked_for"), [(True, 2), (False, 0)])
def test_commend_asks_for_the_certificates_where_the_round_says_who_signs(is_signed, asked_for):
    round_ = make.RoundFactory(notice_working_days=0)
    if is_signed:
        make.sign_for(round_)
    make.recommended(round_, 2)
    partner_list = endorse_all(round_)
    commend(partner_list=partner_list, by=make.secretariat())
    commend(partner_list=partner_list, by=make.secretariat())
    assert Certificate.objects.filter(state="waiting").count() == asked_for


def test_commend_keeps_the_names_and_the_city_of_the_list():
    round_ = make.RoundFactory(notice_working_days=0)
    (application,) = make.recommended(round_, enterprise__name_zh_hant="潔淨", enterprise__name_zh_hans="洁净")
    make.SiteFactory(enterprise=application.enterprise)
    partner_list = endorse_all(round_)
    name = application.enterprise.name_en
    Enterprise.objects.update(name_en="Another Limited", name_zh_hant="別", name_zh_hans="别")
    commend(partner_list=partner_list, by=make.secretariat())
    Enterprise.objects.update(name_en="A third Limited")
    made = Commendation.objects.get()
    assert (made.name_en, made.name_zh_hant, made.name_zh_hans) == (name, "潔淨", "洁净")
    assert made.city == City.objects.get(code="dongguan")
    assert "洁净" in made.name_grams


def test_commend_is_valid_for_the_years_of_the_round():
    partner_list = make.endorsed(1, valid_from=date(2015, 2, 5), validity_years=2)
    commend(partner_list=partner_list, by=make.secretariat())
    made = Commendation.objects.get()
    assert (made.valid_from, made.valid_until) == (date(2015, 2, 5), date(2017, 2, 4))


def test_commend_needs_the_day_from_which_titles_are_valid():
    partner_list = make.endorsed(valid_from=None)
    with pytest.raises(Incomplete):
        commend(partner_list=partner_list, by=make.secretariat())
    assert Commendation.objects.count() == 0


@pytest.mark.parametrize("state", ["listed", "on_notice"])
def test_commend_is_refused_before_endorsement(state):
    partner_list = getattr(make, state)()
    with pytest.raises(Conflict):
        commend(partner_list=partner_list, by=make.secretariat())
    assert Commendation.objects.count() == 0


@pytest.mark.parametrize("who", ["organiser", "auditor", "administrator", "UserFactory"])
def test_commend_is_for_secretariat_and_officers(who):
    partner_list = make.endorsed()
    with pytest.raises(NotAllowed):
        commend(partner_list=partner_list, by=getattr(make, who)())
    assert Commendation.objects.count() == 0


def test_commend_is_refused_to_whoever_has_an_interest_in_an_entry():
    partner_list = make.endorsed()
    by = make.secretariat()
    enterprise = partner_list.entries.first().application.enterprise
    EnterpriseConflict.objects.create(officer=by, enterprise=enterprise, reason="A relative works there")
    with pytest.raises(NotAllowed):
        commend(partner_list=partner_list, by=by)
    assert Commendation.objects.count() == 0


def test_endorsed_list_and_its_entries_stay_as_they_are_in_sql_too():
    partner_list = make.endorsed()
    for statement in (
        "UPDATE scheme_partnerlist SET content = '{}'",
        "DELETE FROM scheme_partnerlist",
        "UPDATE scheme_listentry SET title = 'excellent'",
        "DELETE FROM scheme_listentry",
        "UPDATE scheme_publicnotice SET content = '{}'",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    partner_list.refresh_from_db()
    assert len(partner_list.content["entries"]) == 3


def test_supplement_continues_the_numbers_and_never_reuses_one():
    round_ = make.RoundFactory(year=2015, notice_working_days=0)
    make.recommended(round_, 3)
    commend(partner_list=endorse_all(round_), by=make.secretariat())
    make.recommended(round_, 2)
    supplement = endorse_all(round_, propose_supplement)
    assert (supplement.number, supplement.content["supplement"]) == (1, 1)
    assert commend(partner_list=supplement, by=make.secretariat()) == 2
    assert numbers()[-2:] == ["HKGDCPP-2015-M-0004", "HKGDCPP-2015-M-0005"]


def test_supplement_waits_for_the_commendations_of_the_list_before_it():
    round_ = make.RoundFactory(notice_working_days=0)
    make.recommended(round_, 2)
    first = endorse_all(round_)
    make.recommended(round_, 1)
    supplement = endorse_all(round_, propose_supplement)
    with pytest.raises(Incomplete):
        commend(partner_list=supplement, by=make.secretariat())
    commend(partner_list=first, by=make.secretariat())
    assert commend(partner_list=supplement, by=make.secretariat()) == 1


def test_title_renews_the_latest_earlier_title_of_its_kind():
    enterprise, other = make.EnterpriseFactory.create_batch(2)
    for year, kind, whose in (
        (2011, "manufacturing", enterprise),
        (2013, "manufacturing", enterprise),
        (2014, "sourcing", enterprise),
        (2014, "manufacturing", other),
        (2015, "manufacturing", enterprise),
    ):
        round_ = Round.objects.filter(year=year).first() or make.RoundFactory(year=year, notice_working_days=0)
        make.recommended(round_, 1, kind, enterprise=whose)
        propose = propose_supplement if round_.lists.exists() else propose_list
        commend(partner_list=endorse_all(round_, propose), by=make.secretariat())
    renewed = dict(Commendation.objects.values_list("number", "renews__number"))
    assert renewed == {
        "HKGDCPP-2011-M-0001": None,
        "HKGDCPP-2013-M-0001": "HKGDCPP-2011-M-0001",
        "HKGDCPP-2014-S-0001": None,
        "HKGDCPP-2014-M-0001": None,
        "HKGDCPP-2015-M-0001": "HKGDCPP-2013-M-0001",
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(
            st.sampled_from(
                [
                    ("manufacturing", "excellent"),
                    ("manufacturing", "partner"),
                    ("sourcing", "partner"),
                    ("technology_service", "partner"),
                ]
            ),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_numbers_have_no_gap_in_any_round_and_title(batches):
    with transaction.atomic():
        round_ = make.RoundFactory(notice_working_days=0)
        for place, batch in enumerate(batches):
            for kind, outcome in batch:
                make.recommended(round_, 1, kind, outcome=outcome)
            partner_list = endorse_all(round_, propose_supplement if place else propose_list)
            assert commend(partner_list=partner_list, by=make.secretariat()) == len(batch)
        rows = Commendation.objects.filter(round=round_).order_by("title", "sequence")
        for title in {row.title for row in rows}:
            mine = [row for row in rows if row.title == title]
            assert [row.sequence for row in mine] == list(range(1, len(mine) + 1))
            assert [row.number[-4:] for row in mine] == [f"{row.sequence:04d}" for row in mine]
        assert len(rows) == sum(map(len, batches))
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_commend_from_eight_threads_at_once_makes_each_once():
    partner_list, people = make.endorsed(12), [make.secretariat() for _number in range(8)]
    start, made, errors = threading.Barrier(8), [], []

    def work(by) -> None:
        try:
            start.wait()
            made.append(commend(partner_list=partner_list, by=by))
        except Exception as error:
            errors.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=work, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, sorted(made)) == ([], [0] * 7 + [12])
    assert sorted(Commendation.objects.values_list("sequence", flat=True)) == list(range(1, 13))


@pytest.mark.django_db(transaction=True)
def test_commend_killed_in_the_middle_leaves_nothing_and_is_done_by_the_next():
    partner_list, by = make.endorsed(3), make.secretariat()
    errors = []

    def work() -> None:
        try:
            commend(partner_list=partner_list, by=by)
        except OperationalError as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        # The last case is held: the other connection has made the commendations, and waits here in the middle.
        PartnerApplication.objects.select_for_update().get(list_entry=partner_list.content["entries"][-1]["uid"])
        thread.start()
        assert waiting_backend_killed()
        thread.join()
    assert len(errors) == 1
    assert Commendation.objects.count() == 0
    assert set(PartnerApplication.objects.values_list("state", flat=True)) == {"endorsed"}
    assert commend(partner_list=partner_list, by=by) == 3


def waiting_backend_killed() -> bool:
    """Kill the one other connection of this database that waits for a lock, once it does."""
    with connection.cursor() as cursor:
        for _time in range(600):
            # What a transaction has seen of the others' activity is kept until it is told to look again.
            cursor.execute("SELECT pg_sleep(0.05), pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchall():
                return True
    return False
