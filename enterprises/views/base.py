"""What the enterprise pages share: which enterprise, who may, and how a refusal is shown."""

from typing import Any, ClassVar, cast

import rules as rules_library
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView
from django_ratelimit.core import is_ratelimited

from enterprises import rules
from enterprises.models import Enterprise
from enterprises.queries.enterprises import enterprises_of
from portal.accounts.models import User
from portal.errors import Invalid, NotAllowed, Refused


class Signed(LoginRequiredMixin):
    """A page for people who have signed in."""

    request: HttpRequest

    @property
    def person(self) -> User:
        return cast(User, self.request.user)


class OfEnterprise(Signed):
    """A page of one enterprise. It does not exist for those who lack `needs`."""

    needs: ClassVar[rules_library.Predicate] = rules.can_view_enterprise
    enterprise: Enterprise

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.enterprise = get_object_or_404(enterprises_of(request.user), pk=kwargs["pk"])
            if not self.needs.test(request.user, self.enterprise):
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            enterprise=self.enterprise,
            may_change=rules.can_change_enterprise.test(self.person, self.enterprise),
            may_manage=rules.can_manage_members.test(self.person, self.enterprise),
            **kwargs,
        )


class Act(Signed, FormView):
    """A form that calls one service. What was typed stays when the service refuses."""

    template_name = "enterprises/form.html"
    title: Any = ""
    submit: Any = ""
    text: Any = ""
    done: Any = ""
    danger = False
    most_per_hour = 0

    def do(self, form: Any) -> Any:
        """Call the service. May return a response of its own."""
        raise NotImplementedError

    def back(self) -> str:
        """Where to go when it is done, and on *Cancel*."""
        raise NotImplementedError

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if self.most_per_hour and too_many(self.request, type(self).__name__, self.most_per_hour):
            form.add_error(None, _("You have done this many times within an hour. Please wait a little."))
            return self.form_invalid(form)
        try:
            done = self.do(form)
        except NotAllowed as refusal:
            raise Http404 from refusal
        except Invalid as refusal:
            for field, problems in refusal.problems.items():
                form.add_error(field if field in form.fields else None, problems)
            return self.form_invalid(form)
        except Refused as refusal:
            form.add_error(None, refusal.words())
            return self.form_invalid(form)
        if isinstance(done, HttpResponse):
            return done
        messages.success(self.request, self.done)
        return redirect(self.back())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.title, submit=self.submit, text=self.text, danger=self.danger, cancel_url=self.back(), **kwargs
        )


def too_many(request: HttpRequest, what: str, most: int) -> bool:
    """Whether this person has done `what` more than `most` times within an hour."""
    return bool(is_ratelimited(request, group=f"enterprises:{what}", key="user", rate=f"{most}/h", increment=True))


def attempt(request: HttpRequest, do: Any, done: Any) -> None:
    """For buttons without a form of their own: do it, and say on the next page what came of it."""
    try:
        do()
    except NotAllowed as refusal:
        raise Http404 from refusal
    except Refused as refusal:
        messages.error(request, refusal.words())
    else:
        messages.success(request, done)
