"""The enterprises with their sites and members: invented, with registration numbers from 90000001 on."""

from datetime import datetime
from typing import Any

from django.utils.text import slugify
from stdnum.cn import uscc

from enterprises.models import City, Enterprise, Industry, MemberRole, Membership, Site
from portal.accounts.models import User
from scheme.services.demo.data import demo_data, number_of, one_of
from scheme.services.demo.people import people
from scheme.services.demo.texts import LANGUAGES, person_name, post_of
from scheme.services.standard_form import three

CATEGORY_OF = {"manufacturer": "manufacturing", "buyer": "sourcing", "service_provider": "technology_service"}
LINKS = (Site.Link.SOLE_OWNER, Site.Link.SOLE_OWNER, Site.Link.JOINT_VENTURE, Site.Link.PROCESSING, Site.Link.RESIDENT)
# Nobody can sign in with it.
NO_PASSWORD = "!demonstration"  # noqa: S105


def rows_of(group: str) -> list[dict[str, Any]]:
    """The rows of the data file in a group, such as `sixth` or `open`."""
    return [row for row in demo_data("enterprises")["enterprises"] if row["group"] == group]


def enterprises_of(group: str) -> list[Enterprise]:
    """The enterprises of a group, in the order of their numbers."""
    numbers = [row["br_number"] for row in rows_of(group)]
    return list(Enterprise.objects.filter(br_number__in=numbers).order_by("br_number"))


def load_enterprises() -> None:
    """Make the enterprises that are missing, each with a site or two and an owner."""
    known = set(Enterprise.objects.filter(br_number__startswith="9").values_list("br_number", flat=True))
    industries = {industry.code: industry for industry in Industry.objects.all()}
    cities = {city.code: city for city in City.objects.all()}
    made = []
    for row in demo_data("enterprises")["enterprises"]:
        if row["br_number"] not in known:
            enterprise = enterprise_of(row, industries[row["industry"]])
            enterprise.save()  # one by one: the model derives its search keys on saving
            made.append((row, enterprise))
    Site.objects.bulk_create(site for row, one in made for site in sites_of(row, one, cities))
    Membership.objects.bulk_create(
        membership
        for (row, one), owner in zip(made, owners_of(made), strict=True)
        for membership in members(row, one, owner)
    )


def domain_of(row: dict[str, Any]) -> str:
    return f"{slugify(row['name'][0]).removesuffix('-limited')}.example"


def enterprise_of(row: dict[str, Any], industry: Industry) -> Enterprise:
    key = row["br_number"]
    language = one_of(key, LANGUAGES)
    return Enterprise(
        br_number=key,
        kind=row["kind"],
        industry=industry,
        contact_name=person_name(key + "contact", language),
        contact_post=post_of(key, language),
        contact_email=f"contact@{domain_of(row)}",
        contact_phone=f"+8522199{int(key) % 10000:04d}",
        website=f"https://www.{domain_of(row)}/",
        language=language,
        created_at=datetime.fromisoformat("2014-06-03T10:00:00+08:00"),
        **three("name", row["name"]),
    )


def sites_of(row: dict[str, Any], enterprise: Enterprise, cities: dict[str, City]) -> list[Site]:
    """Where the enterprise works: a manufacturer's factory in Guangdong, an office for the others."""
    sites = [site_of(row, enterprise, cities[row["city"]])]
    if row["group"] == "enterprise" or number_of(row["br_number"] + "second", 1, 6) == 1:
        sites.append(site_of(row | {"kind": "office"}, enterprise, cities["hong-kong"]))
    return sites


def site_of(row: dict[str, Any], enterprise: Enterprise, city: City) -> Site:
    key = row["br_number"]
    is_factory = row["kind"] == "manufacturer"
    code = f"91{demo_data('regions')['regions'][city.code]}MA9{key[-6:]}" if city.in_mainland else ""
    return Site(
        enterprise=enterprise,
        name_en=f"{city.name_en} {'factory' if is_factory else 'office'}",
        name_zh=f"{city.name_zh_hant}{'廠' if is_factory else '辦事處'}",
        city=city,
        address=address_in(city, number_of(key + city.code, 1, 180), enterprise.language),
        uscc=code + uscc.calc_check_digit(code) if code else "",
        headcount=number_of(key, 80, 3000) if is_factory else number_of(key, 8, 90),
        link=one_of(key, LINKS) if is_factory else Site.Link.OFFICE,
    )


def address_in(city: City, number: int, language: str) -> str:
    return {
        "en": f"{number} Demonstration Road, {city.name_en}",
        "zh-hant": f"{city.name_zh_hant}示範路{number}號",
        "zh-hans": f"{city.name_zh_hans}示范路{number}号",
    }[language]


def owners_of(made: list[tuple[dict[str, Any], Enterprise]]) -> list[User]:
    """A person for each enterprise: one of those who sign in, or an invented one who cannot."""
    known = people()
    owners = [known.get(row["group"]) or invented_owner(row, enterprise.language) for row, enterprise in made]
    User.objects.bulk_create(owner for owner in owners if owner.pk is None)
    return owners


def invented_owner(row: dict[str, Any], language: str) -> User:
    name = person_name(row["br_number"] + "owner", language)
    return User(email=f"owner@{domain_of(row)}", full_name=name, language=language, password=NO_PASSWORD)


def members(row: dict[str, Any], enterprise: Enterprise, owner: User) -> list[Membership]:
    found = {MemberRole.OWNER: owner}
    if row["group"] == "enterprise":
        known = people()
        found |= {MemberRole.EDITOR: known["editor"], MemberRole.VIEWER: known["viewer"]}
    return [Membership(enterprise=enterprise, user=user, role=role) for role, user in found.items()]
