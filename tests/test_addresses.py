"""Every address by every kind of person, held against the written table `addresses.txt` beside this file.

Each cell has two marks: what comes of opening the address, and of posting an empty form to it.
`o` shown · `l` led to the sign-in · `r` led elsewhere · `x` there is nothing here (absent and forbidden alike)
· `m` another method is needed · `b` the form is refused in words. A new address without a row fails; so does a row
without an address.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from enterprises.models import Enterprise, Membership
from portal.accounts.models import User
from scheme.models import (
    ApplicationClarification,
    ApplicationDocument,
    Category,
    Certificate,
    PartnerApplication,
    PublicNotice,
    Review,
    Round,
)
from scheme.services.certify import make_certificate
from tests.scheme.demo.demonstration import demonstration  # noqa: F401 - a fixture

TABLE = Path(__file__).with_name("addresses.txt")
PEOPLE = (
    "anonymous",
    "stranger",
    "viewer",
    "editor",
    "enterprise",
    "epd",
    "gdeic",
    "secretariat-hk",
    "secretariat-gd",
    "organiser",
    "auditor",
    "admin",
)
UNKNOWN = "00000000-0000-4000-8000-000000000000"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The name of every address there is; those without a name are other spellings of their neighbours."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}{pattern.name}"


class World:
    """One object of each kind that an address can name: of the demonstration enterprise's own, and a case in review."""

    def __init__(self) -> None:
        owner = User.objects.get(email="enterprise@demo.example")
        self.enterprise = Enterprise.objects.filter(memberships__user=owner).earliest("pk")
        self.draft = PartnerApplication.objects.filter(enterprise=self.enterprise, state="draft").latest("pk")
        self.case = PartnerApplication.objects.filter(state="under_review").latest("pk")
        self.notice = PublicNotice.objects.earliest("pk")
        self.document = ApplicationDocument.objects.create(
            application=self.draft,
            file=ContentFile(b"%PDF-1.7", "audit.pdf"),
            name="audit.pdf",
            size=8,
            content_type="application/pdf",
            sha256="0" * 64,
            scan=ApplicationDocument.Scan.CLEAN,
            uploaded_by=owner,
        )
        self.asked = ApplicationClarification.objects.filter(application__state="clarification").latest("pk")
        self.certificate = Certificate.objects.earliest("pk")
        make_certificate(self.certificate.pk)
        for other in (self.asked.application.enterprise, self.certificate.commendation.enterprise):
            for member in self.enterprise.memberships.all():
                Membership.objects.create(enterprise=other, user=member.user, role=member.role)

    def arguments(self, name: str) -> dict[str, Any]:
        """The arguments of an address of the public site or the applicant's area."""
        entry = {"reference": self.draft.reference, "section": "measures", "uid": UNKNOWN}
        return {
            "enterprise_pk": self.enterprise.pk,
            "category_pk": Category.objects.latest("pk").pk,
            "pk": self.enterprise.pk,
            "site_pk": self.enterprise.sites.earliest("pk").pk,
            "membership_pk": self.enterprise.memberships.earliest("pk").pk,
            "invitation_pk": 0,
            "slug": self.notice.slug,
            "number": self.certificate.commendation.number,
            "token": "unknown",
            "name": f"{0:020}-0-0",
            "year": 2015,
            "entry_pk": 0,
            "uidb36": "1",
            "key": "unknown",
            "app_label": "scheme",
            **entry,
        }

    def row_of(self, model: type[Model]) -> Any:
        """The key of the row whose pages are asked for: of a case in review where the model is about one."""
        special: dict[type[Model], Any] = {
            PartnerApplication: self.case.pk,
            Review: Review.objects.filter(application=self.case).values_list("pk", flat=True).first(),
            Round: Round.objects.get(year=2015).pk,
        }
        if model in special:
            return special[model]
        return model._default_manager.order_by("pk").values_list("pk", flat=True).first() or 0


def address(name: str, world: World) -> str:
    given = world.arguments(name)
    if name == "partner":
        given["slug"] = "unknown"
    if name == "certificate-download":
        given["uid"] = world.certificate.uid
    if name == "application-document":
        given["uid"] = world.document.uid
    if name == "clarification":
        given |= {"reference": world.asked.application.reference, "pk": world.asked.pk}
    if name.startswith("admin:"):
        model = model_of(name)
        given |= {"object_id": world.row_of(model), "pk": world.row_of(model)} if model else {}
    return reversed_with(name, given)


def model_of(name: str) -> type[Model] | None:
    from django.contrib import admin

    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            return model
    return None


def reversed_with(name: str, given: dict[str, Any]) -> str:
    """The address with those of the arguments that it takes."""
    for wanted in possibilities(name):
        try:
            return reverse(name, kwargs={key: given.get(key, "unknown") for key in wanted})
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address for {name}")


def possibilities(name: str) -> list[list[str]]:
    resolver = get_resolver()
    for space in name.split(":")[:-1]:
        resolver = resolver.namespace_dict[space][1]
    return [wanted for parts, *_ in resolver.reverse_dict.getlist(name.split(":")[-1]) for _path, wanted in parts]


def mark(answer: HttpResponse) -> str:
    if answer.status_code == 302:
        return "l" if "/accounts/login/" in answer["Location"] else "r"
    return {200: "o", 400: "b", 404: "x", 403: "x", 405: "m", 422: "b"}.get(answer.status_code, str(answer.status_code))


def undone(ask: Callable[[], HttpResponse]) -> HttpResponse:
    """Ask, and roll back whatever came of it."""
    with transaction.atomic():
        answer = ask()
        transaction.set_rollback(True)
    return answer


def client_of(person: str) -> Client:
    client = Client(raise_request_exception=False)
    if person != "anonymous":
        client.force_login(User.objects.get(email=f"{person}@demo.example"), "portal.accounts.backends.PortalBackend")
    return client


def found() -> dict[str, list[str]]:
    world = World()
    clients = [client_of(person) for person in PEOPLE]
    # Signing out would change who asks afterwards.
    every = [name for name in dict.fromkeys(names(get_resolver())) if name not in ("account_logout", "admin:logout")]
    table = {}
    for name in every:
        where = address(name, world)
        table[name] = [
            mark(undone(lambda c=client, w=where: c.get(w))) + mark(undone(lambda c=client, w=where: c.post(w)))
            for client in clients
        ]
    return table


def as_text(table: dict[str, list[str]]) -> str:
    """The table as it is written: print it for a new address, read it critically, then keep it."""
    width = max(map(len, table))
    head = f"# {' ' * (width - 2)} {' '.join(person[:2] for person in PEOPLE)}   ({', '.join(PEOPLE)})"
    return "\n".join([head, *(f"{name:<{width}} {' '.join(marks)}" for name, marks in table.items())]) + "\n"


def test_every_address_answers_everybody_as_written():
    assert as_text(found()) == TABLE.read_text()


def test_absent_and_forbidden_look_the_same():
    draft = World().draft.reference
    stranger = client_of("stranger")
    forbidden = stranger.get(reverse("application", args=[draft]))
    absent = stranger.get(reverse("application", args=["RS-2015-99999"]))
    assert (forbidden.status_code, absent.status_code) == (404, 404)
    assert plain(forbidden, draft) == plain(absent, "RS-2015-99999")


def plain(answer: HttpResponse, reference: str) -> str:
    """The page without what differs from one request to the next."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", answer.content.decode())
    return page.replace(reference, "")
