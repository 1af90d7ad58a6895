"""Factories without surprises: the least that makes a valid object."""

from datetime import UTC, date, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from enterprises.models import City, Enterprise, Industry, MemberRole, Membership, Site
from portal.accounts.models import Agency, Appointment, Role, Side, User
from scheme.models import (
    Category,
    Commendation,
    Criterion,
    EligibilityItem,
    ListEntry,
    Meeting,
    PartnerApplication,
    PartnerList,
    Question,
    QuestionSection,
    Round,
)

PASSWORD = "a-long-test-password"


# People ---------------------------------------------------------------------------------------------------------------
class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@demo.example")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class AgencyFactory(DjangoModelFactory[Agency]):
    class Meta:
        model = Agency
        django_get_or_create = ("code",)

    code = "EPD"
    side = Side.HONG_KONG
    kind = Agency.Kind.GOVERNMENT


def appointed(role: Role, agency: str = "", side: Side = Side.HONG_KONG, **person: object) -> User:
    """A person who holds `role`, for the agency of that code where the role needs one."""
    user = UserFactory(is_staff=True, **person)
    kind = Agency.Kind.SECRETARIAT if role == Role.SECRETARIAT else Agency.Kind.GOVERNMENT
    post = AgencyFactory(code=agency, side=side, kind=kind) if agency else None
    Appointment.objects.create(user=user, role=role, agency=post)
    return user


def epd_officer(**person: object) -> User:
    return appointed(Role.OFFICER, "EPD", Side.HONG_KONG, **person)


def gdeic_officer(**person: object) -> User:
    return appointed(Role.OFFICER, "GDEIC", Side.GUANGDONG, **person)


def secretariat(side: Side = Side.HONG_KONG, **person: object) -> User:
    return appointed(Role.SECRETARIAT, "HKPC" if side == Side.HONG_KONG else "GDCPA", side, **person)


def organiser(**person: object) -> User:
    return appointed(Role.ORGANISER, **person)


def auditor(**person: object) -> User:
    return appointed(Role.AUDITOR, **person)


def administrator(**person: object) -> User:
    return appointed(Role.ADMINISTRATOR, **person)


# Enterprises ----------------------------------------------------------------------------------------------------------
class EnterpriseFactory(DjangoModelFactory[Enterprise]):
    class Meta:
        model = Enterprise
        skip_postgeneration_save = True

    name_en = factory.Sequence(lambda n: f"Clean Works {n} Limited")
    name_zh_hant = factory.Sequence(lambda n: f"潔業{n}有限公司")
    name_zh_hans = factory.Sequence(lambda n: f"洁业{n}有限公司")
    br_number = factory.Sequence(lambda n: f"9{n:07d}")
    kind = Enterprise.Kind.MANUFACTURER
    industry = factory.LazyFunction(lambda: Industry.objects.get(code="textiles"))
    contact_name = "Chan Siu Ming"
    contact_email = "contact@demo.example"
    contact_phone = "+85223456789"


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    enterprise = factory.SubFactory(EnterpriseFactory)
    name_en = "Dongguan factory"
    name_zh = "東莞廠"
    city = factory.LazyFunction(lambda: City.objects.get(code="dongguan"))
    address = "1 Industrial Road, Dongguan"
    uscc = "91440101MA59C2BU0H"
    headcount = 200
    link = Site.Link.SOLE_OWNER


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    enterprise = factory.SubFactory(EnterpriseFactory)
    user = factory.SubFactory(UserFactory)
    role = MemberRole.OWNER


# The scheme -----------------------------------------------------------------------------------------------------------
class RoundFactory(DjangoModelFactory[Round]):
    """A round that is open now."""

    class Meta:
        model = Round

    year = factory.Sequence(lambda n: 2030 + n % 60)
    number = None
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))
    release_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=120))
    valid_from = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=120))
    signed_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=120))


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    round = factory.SubFactory(RoundFactory)
    kind = Category.Kind.MANUFACTURING
    excellent_mark = 80


class EligibilityItemFactory(DjangoModelFactory[EligibilityItem]):
    class Meta:
        model = EligibilityItem

    category = factory.SubFactory(CategoryFactory)
    code = factory.Sequence(lambda n: f"item-{n}")
    text_en = factory.Sequence(lambda n: f"Requirement {n} is met")


class QuestionSectionFactory(DjangoModelFactory[QuestionSection]):
    class Meta:
        model = QuestionSection

    category = factory.SubFactory(CategoryFactory)
    code = factory.Sequence(lambda n: f"section-{n}")
    name_en = factory.Sequence(lambda n: f"Section {n}")


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    section = factory.SubFactory(QuestionSectionFactory)
    code = factory.Sequence(lambda n: f"question-{n}")
    text_en = factory.Sequence(lambda n: f"Question {n}?")
    word_limit = 100


class CriterionFactory(DjangoModelFactory[Criterion]):
    class Meta:
        model = Criterion

    category = factory.SubFactory(CategoryFactory)
    code = factory.Sequence(lambda n: f"criterion-{n}")
    name_en = factory.Sequence(lambda n: f"Criterion {n}")
    weight = 50
    scale = 5


class ApplicationFactory(DjangoModelFactory[PartnerApplication]):
    """A draft. Later states are reached through the services, or set here at birth."""

    class Meta:
        model = PartnerApplication
        skip_postgeneration_save = True

    reference = factory.Sequence(lambda n: f"RS-2030-{n:05d}")
    enterprise = factory.SubFactory(EnterpriseFactory)
    category = factory.SubFactory(CategoryFactory)
    started_by = factory.SubFactory(UserFactory)
    submitted_at = factory.LazyAttribute(lambda o: None if getattr(o, "state", "draft") == "draft" else timezone.now())


# Below: each part's own factories, in a section of its own ------------------------------------------------------------


# Applying -------------------------------------------------------------------------------------------------------------
MEASURE = {
    "title": "Variable-speed drives on dyeing machines",
    "kind": "energy",
    "year": "2024",
    "investment": "HK$1,250,000.50",
    "energy_kwh": "320,000",
    "savings": "280,000",
}


def fill(application: PartnerApplication, **more: dict[str, object]) -> PartnerApplication:
    """Type a complete manufacturing application without questions of the round; `more` adds parts by their key."""
    site = application.enterprise.sites.first() or SiteFactory(enterprise=application.enterprise)
    checklist = {item.code: "yes" for item in application.category.eligibility_items.all()}
    parts: dict[str, dict[str, object]] = {
        "enterprise": {"confirmed": "yes"},
        "sites": {"sites": [str(site.pk)]},
        "eligibility": checklist,
        "measures": MEASURE | {"site": str(site.pk)},
        "audit": {
            "audit_kind": "voluntary",
            "audited_on": "2024-03-05",
            "auditor": "Green Audit Limited",
            "scope": "The whole factory. 全廠。",
        },
        "declaration": {"name": "Chan Siu Ming", "post": "Director", "agreed": "yes"},
    }
    for key, data in (parts | more).items():
        application.parts.create(key=key, data=data)
    return application


# The list of a round --------------------------------------------------------------------------------------------------
def recommended(
    round_: Round, number: int = 1, kind: str = "manufacturing", **fields: object
) -> list[PartnerApplication]:
    """So many recommended applications in one category of `round_`; `outcome="excellent"` for the higher title."""
    category = Category.objects.filter(round=round_, kind=kind).first() or CategoryFactory(round=round_, kind=kind)
    fields = {"state": "recommended", "outcome": "partner", "category": category, **fields}
    return ApplicationFactory.create_batch(number, **fields)


def checked(partner_list: PartnerList) -> PartnerList:
    """The list with every check of both places passed, by each place's secretariat."""
    from scheme.services.comply import check_compliance

    people = {side: secretariat(side) for side in Side}
    for entry in partner_list.entries.filter(taken_off_at=None):
        for side, by in people.items():
            check_compliance(
                entry=entry, side=side, outcome="clear", evidence="Register", evidence_on=timezone.localdate(), by=by
            )
    return partner_list


def listed(number: int = 3, notice_days: int = 0, **round_fields: object) -> PartnerList:
    """A proposed list of a new round, checked in both places, ready to be published."""
    from scheme.services.lists import propose_list

    round_ = RoundFactory(notice_working_days=notice_days, **round_fields)
    recommended(round_, number)
    return checked(propose_list(round=round_, by=secretariat()))


def on_notice(number: int = 3, notice_days: int = 0, **round_fields: object) -> PartnerList:
    """A list whose public notice has been published just now; with no days, it is over at once."""
    from scheme.services.notice import publish_notice

    return publish_notice(partner_list=listed(number, notice_days, **round_fields), by=secretariat()).list


def a_meeting(**fields: object) -> Meeting:
    """A meeting held today."""
    from scheme.services.meet import record_meeting

    facts = {"number": Meeting.objects.count() + 1, "held_on": timezone.localdate(), "place": "Guangzhou"}
    facts |= {"chairs": "Mr Lai; Mr Wong", "minutes": "The list was endorsed.", "by": secretariat()}
    return record_meeting(**(facts | fields))


def endorsed(number: int = 3, **round_fields: object) -> PartnerList:
    """An endorsed list, not yet commended."""
    from scheme.services.endorse import endorse_list

    return endorse_list(partner_list=on_notice(number, **round_fields), meeting=a_meeting(), by=epd_officer())


# Commendations and certificates ---------------------------------------------------------------------------------------
def sign_for(round_: Round) -> Round:
    """Give `round_` both signatories with names in three languages."""
    for code, side, attribute, names in (
        ("ENB", Side.HONG_KONG, "signatory_hong_kong", ("Environment Bureau", "環境局", "环境局")),
        (
            "GDEIC",
            Side.GUANGDONG,
            "signatory_guangdong",
            (
                "Economic and Information Commission of Guangdong Province",
                "廣東省經濟和信息化委員會",
                "广东省经济和信息化委员会",
            ),
        ),
    ):
        agency = AgencyFactory(code=code, side=side)
        if not agency.names.exists():
            en, hant, hans = names
            agency.names.create(name_en=en, name_zh_hant=hant, name_zh_hans=hans, valid=(None, None))
        setattr(round_, attribute, agency)
    round_.save()
    return round_


def sixth_round(**fields: object) -> Round:
    """A released round of 2015 with signatories and its three categories' worth of dates."""
    facts = {
        "year": 2015,
        "number": 6,
        "opens_at": datetime(2014, 3, 1, tzinfo=UTC),
        "closes_at": datetime(2014, 6, 1, tzinfo=UTC),
        "release_at": datetime(2015, 2, 5, tzinfo=UTC),
        "valid_from": date(2015, 2, 5),
        "signed_on": date(2015, 2, 5),
    }
    return sign_for(RoundFactory(**facts | fields))


def commendation(round_: Round, title: str = "manufacturing", **fields: object) -> Commendation:
    """A commendation of `round_` from an endorsed list, numbered after those there are."""
    kind = "manufacturing" if title == "excellent" else title
    category, _made = Category.objects.get_or_create(round=round_, kind=kind)
    person = UserFactory()
    meeting, _made = Meeting.objects.get_or_create(
        number=round_.year,
        defaults={"held_on": date(2015, 2, 5), "place": "Guangzhou", "chairs": "Both", "recorded_by": person},
    )
    listed, _made = PartnerList.objects.get_or_create(
        round=round_, defaults={"state": "endorsed", "meeting": meeting, "sha256": "0" * 64}
    )
    enterprise = fields.pop("enterprise", None) or EnterpriseFactory()
    application = ApplicationFactory(enterprise=enterprise, category=category, state="commended", started_by=person)
    entry = ListEntry.objects.create(list=listed, application=application, title=title)
    sequence = Commendation.objects.filter(round=round_, title=title).count() + 1
    facts = {
        "number": f"HKGDCPP-{round_.year}-{title[0].upper()}-{sequence:04d}",
        "sequence": sequence,
        "name_en": enterprise.name_en,
        "name_zh_hant": enterprise.name_zh_hant,
        "name_zh_hans": enterprise.name_zh_hans,
        "city": City.objects.get(code="dongguan"),
        "industry": enterprise.industry,
        "valid_from": round_.valid_from,
        "valid_until": round_.valid_until,
    }
    return Commendation.objects.create(round=round_, title=title, enterprise=enterprise, entry=entry, **facts | fields)
