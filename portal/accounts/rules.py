"""Who holds which post today. Predicates on a person; appointments are read once a request."""

from collections.abc import Iterable
from typing import Any

import rules
from django.utils.timezone import localdate

from portal.accounts.models import Appointment, Role, Side, User
from portal.errors import NotAllowed


def appointments(user: Any) -> list[Appointment]:
    """The posts `user` holds today, read once and kept on the object for the length of a request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    if not hasattr(user, "_posts"):
        today = localdate()
        user._posts = [
            post
            for post in user.appointments.select_related("agency")
            if (post.starts_on is None or post.starts_on <= today) and (post.ends_on is None or today <= post.ends_on)
        ]
    return user._posts


def sides(user: Any, role: Role) -> set[str]:
    """The sides on which `user` holds `role`."""
    return {post.agency.side for post in appointments(user) if post.role == role and post.agency}


def officer_side(user: Any) -> Side | None:
    """The one government `user` reviews for; None for nobody's officer, and for one who serves both.

    The other side is served by its secretariat too: who works there reads none of this side's sealed review.
    """
    found = sides(user, Role.OFFICER)
    served = found | sides(user, Role.SECRETARIAT)
    return Side(next(iter(found))) if len(found) == 1 and len(served) == 1 else None


def _holds(*roles: Role) -> rules.Predicate:
    name = "holds_" + "_or_".join(roles)
    return rules.predicate(lambda user: any(post.role in roles for post in appointments(user)), name=name)


is_officer = _holds(Role.OFFICER)
is_secretariat = _holds(Role.SECRETARIAT)
is_organiser = _holds(Role.ORGANISER)
is_auditor = _holds(Role.AUDITOR)
is_administrator = _holds(Role.ADMINISTRATOR)
is_caseworker = _holds(Role.OFFICER, Role.SECRETARIAT)


@rules.predicate
def is_somebody_else(user: Any, person: Any = None) -> bool:
    return person is None or person.pk != user.pk


# Administrators stand outside the seal: none of them makes themselves an officer (design.md, section 4).
can_appoint = is_administrator & is_somebody_else


def require(by: User, predicate: rules.Predicate, *objects: Any) -> None:
    """Raise `NotAllowed` unless `predicate` holds for `by` and the objects."""
    if not predicate.test(by, *objects):
        raise NotAllowed


def reset(users: Iterable[User]) -> None:
    """Forget the posts that were read, after an appointment has changed."""
    for user in users:
        user.__dict__.pop("_posts", None)
