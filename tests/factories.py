"""Factories without surprises: the least that makes a valid object."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from enterprises.models import City, Enterprise, Industry, MemberRole, Membership, Site
from portal.accounts.models import Agency, Appointment, Role, Side, User
from scheme.models import (
    Category,
    Criterion,
    EligibilityItem,
    PartnerApplication,
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
    uscc = "91440101MA59C2BU0X"
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

    year = factory.Sequence(lambda n: 2030 + n)
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
