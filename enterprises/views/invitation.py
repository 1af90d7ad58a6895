from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from enterprises.queries.members import invitation_by_token
from enterprises.services.invite import InvitationGone, OtherAddress, accept_invitation
from portal.accounts.adapter import AFTER_SIGN_IN
from portal.accounts.queries import has_confirmed


@method_decorator(never_cache, name="dispatch")
class AcceptInvitation(View):
    """The page of a mailed link. Unknown, used, withdrawn and expired links look alike."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = invitation_by_token(token)
        if invitation is None:
            return self.page(request, status=404)
        if not request.user.is_authenticated:
            # Signing in, or registering and confirming the address, leads back here.
            request.session[AFTER_SIGN_IN] = request.path
        confirmed = request.user.is_authenticated and has_confirmed(request.user, invitation.email)
        return self.page(request, invitation=invitation, confirmed=confirmed)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get(request, token)
        try:
            membership = accept_invitation(token=token, by=request.user)
        except InvitationGone:
            return self.page(request, status=404)
        except OtherAddress:
            return self.get(request, token)
        messages.success(request, _("You are a member of %(name)s now.") % {"name": membership.enterprise.name})
        return redirect("enterprises:detail", pk=membership.enterprise_id)

    def page(self, request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
        return render(request, "enterprises/invitation.html", context, status=status)
