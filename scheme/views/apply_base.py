"""What the applicant's pages share: which application, who may, and how a refusal is shown."""

from typing import Any, ClassVar

import rules as rules_library
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from portal.errors import NotAllowed, Refused
from scheme import rules
from scheme.models import PartnerApplication
from scheme.queries.applicant import applicants_cases

KEPT, MOST_KEPT = "typed_signed_out", 200_000  # name in the session; characters


@method_decorator(never_cache, name="dispatch")
class OfApplication(LoginRequiredMixin, View):
    """A page of one application. It does not exist for those who lack `needs`."""

    needs: ClassVar[rules_library.Predicate] = rules.is_applicant
    application: PartnerApplication

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.application = get_object_or_404(applicants_cases(request.user), reference=kwargs["reference"])
            if not self.needs.test(request.user, self.application):
                raise Http404
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as refusal:
            raise Http404 from refusal
        except Refused as refusal:
            return self.refused(request, refusal)

    def refused(self, request: HttpRequest, refusal: Refused) -> HttpResponse:
        """A refusal nobody handled nearer to it: said on the application's page, where the person sees what stands."""
        messages.error(request, refusal.words())
        return redirect("application", self.application.reference)

    def handle_no_permission(self) -> HttpResponse:  # type: ignore[override]
        """A page that saves itself is told so, and keeps what was typed; it must not be shown the sign-in page.

        What the button sent waits in the visitor's session until the same address is opened after signing in.
        """
        if getattr(self.request, "htmx", False):
            return HttpResponse(status=401)
        if self.request.method == "POST":
            typed = self.request.POST.urlencode()
            if len(typed) <= MOST_KEPT:
                self.request.session[KEPT] = {"path": self.request.path, "typed": typed}
        return super().handle_no_permission()

    def typed_before_signing_in(self) -> QueryDict | None:
        """What was sent to this address by somebody who had been signed out; once."""
        kept = self.request.session.get(KEPT)
        if not kept or kept["path"] != self.request.path:
            return None
        del self.request.session[KEPT]
        return QueryDict(kept["typed"])

    @property
    def may_edit(self) -> bool:
        return rules.is_applicant_editor.test(self.request.user, self.application)
