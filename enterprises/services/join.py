"""Requests to join an enterprise that is registered already. An owner answers."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises import rules
from enterprises.identifiers import sound_br_number
from enterprises.models import Enterprise, JoinRequest, MemberRole
from enterprises.queries.members import owners_of
from portal.accounts.models import User
from portal.accounts.rules import require
from portal.errors import Conflict, Refused
from portal.notifications.services import outbox
from portal.typed import lines


class NotRegistered(Refused):
    """No enterprise has this number."""

    def words(self) -> str:
        return _("No enterprise is registered with this number. Check it, or register the enterprise.")


class MemberAlready(Refused):
    """The person who asks belongs to the enterprise."""

    def __init__(self, enterprise: Enterprise) -> None:
        super().__init__()
        self.enterprise = enterprise

    def words(self) -> str:
        return _("You are a member of this enterprise already.")


@transaction.atomic
def request_to_join(*, br_number: str, by: User, message: str = "") -> JoinRequest:
    """Ask the owners of the enterprise with this number to let `by` in; each owner gets a mail.

    Asking again while a request waits changes nothing. Raises `NotRegistered`, `MemberAlready`; Django's
    `ValidationError` when it is no number. Nothing about the enterprise is told.
    """
    enterprise = Enterprise.objects.select_for_update().filter(br_number=sound_br_number(br_number)).first()
    if enterprise is None:
        raise NotRegistered
    if enterprise.memberships.filter(user=by).exists():
        raise MemberAlready(enterprise)
    waiting = enterprise.join_requests.filter(user=by, state=JoinRequest.State.WAITING).first()
    if waiting:
        return waiting
    request = enterprise.join_requests.create(user=by, message=lines(message)[:1000])
    for owner in owners_of(enterprise):
        outbox.queue(
            kind="join-request",
            key=f"join-request:{request.pk}:{owner.pk}",
            to=owner.email,
            language=owner.language,
            join_request=request,
            enterprise=enterprise,
            person=by,
        )
    return request


@transaction.atomic
def answer_request(*, join_request: JoinRequest, accept: bool, by: User, role: str = MemberRole.VIEWER) -> JoinRequest:
    """Let a person in with a role, or decline; owners. The person gets a mail.

    Raises `NotAllowed`, `Conflict` when another owner has answered meanwhile.
    """
    enterprise = Enterprise.objects.select_for_update().get(pk=join_request.enterprise_id)
    rules.forget_roles(by)
    require(by, rules.can_manage_members, enterprise)
    join_request = enterprise.join_requests.select_related("user").get(pk=join_request.pk)
    if join_request.state != JoinRequest.State.WAITING:
        raise Conflict(join_request.get_state_display())
    join_request.state = JoinRequest.State.ACCEPTED if accept else JoinRequest.State.DECLINED
    join_request.answered_at, join_request.answered_by = timezone.now(), by
    join_request.save(update_fields=["state", "answered_at", "answered_by"])
    if accept:
        enterprise.memberships.get_or_create(user=join_request.user, defaults={"role": MemberRole(role)})
    person = join_request.user
    outbox.queue(
        kind="join-answer",
        key=f"join-answer:{join_request.pk}",
        to=person.email,
        language=person.language,
        accepted=accept,
        enterprise=enterprise,
        person=person,
    )
    return join_request
