from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views import View

from enterprises import rules
from enterprises.forms.member import AnswerForm, InviteForm, RoleForm
from enterprises.models import JoinRequest, MemberRole, Membership
from enterprises.queries.members import members_of, unanswered_invitations, waiting_requests
from enterprises.services.invite import invite_member, resend_invitation, withdraw_invitation
from enterprises.services.join import answer_request
from enterprises.services.members import change_role, leave_enterprise, remove_member
from enterprises.views.base import Act, OfEnterprise, attempt, too_many


class ToMembers(OfEnterprise):
    needs = rules.can_manage_members

    def back(self) -> str:
        return reverse("enterprises:members", kwargs={"pk": self.enterprise.pk})


class Members(ToMembers, Act):
    """Members, invitations and requests; the page's own form invites."""

    template_name = "enterprises/members.html"
    needs = rules.can_view_enterprise
    form_class = InviteForm
    submit = _("Send the invitation")
    done = _("The invitation was sent.")
    most_per_hour = 60

    def get_initial(self) -> dict[str, Any]:
        return {"role": MemberRole.EDITOR, "language": self.enterprise.language}

    def do(self, form: Any) -> None:
        invite_member(enterprise=self.enterprise, by=self.person, **form.cleaned_data)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.can_manage_members.test(request.user, self.enterprise):
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(members=members_of(self.enterprise), roles=MemberRole.choices, **kwargs)
        if context["may_manage"]:
            context |= {
                "requests": waiting_requests(self.enterprise),
                "invitations": unanswered_invitations(self.enterprise),
            }
        return context


class OfMember(ToMembers):
    membership: Membership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            members = Membership.objects.select_related("user", "enterprise")
            self.membership = get_object_or_404(members, pk=kwargs["membership_pk"], enterprise_id=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


class ChangeRole(OfMember, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = RoleForm(request.POST)
        if not form.is_valid():
            messages.error(request, _t("Choose one of the roles in the list."))
            return redirect(self.back())
        role = form.cleaned_data["role"]
        attempt(
            request,
            lambda: change_role(membership=self.membership, role=role, by=self.person),
            _t("The role was changed."),
        )
        return redirect(self.back())


class RemoveMember(OfMember, Act):
    form_class = Form
    title = _("Remove a member")
    submit = _("Remove the member")
    done = _("The member was removed.")
    danger = True

    @property
    def text(self) -> str:
        return _t("%(person)s will no longer see the enterprise and its applications.") % {
            "person": self.membership.user
        }

    def do(self, form: Any) -> None:
        remove_member(membership=self.membership, by=self.person)


class Leave(OfEnterprise, Act):
    form_class = Form
    title = _("Leave the enterprise")
    text = _("You will no longer see the enterprise and its applications. An owner can invite you again.")
    submit = _("Leave")
    done = _("You have left the enterprise.")
    danger = True

    def do(self, form: Any) -> HttpResponse:
        leave_enterprise(enterprise=self.enterprise, by=self.person)
        messages.success(self.request, self.done)
        return redirect("enterprises:list")

    def back(self) -> str:
        return reverse("enterprises:detail", kwargs={"pk": self.enterprise.pk})


class OnInvitation(ToMembers, View):
    """*Send again* and *Withdraw* beside an invitation."""

    http_method_names = ["post"]
    again = False

    def post(self, request: HttpRequest, invitation_pk: int, **kwargs: Any) -> HttpResponseBase:
        invitation = get_object_or_404(self.enterprise.invitations, pk=invitation_pk)
        if not self.again:
            attempt(
                request,
                lambda: withdraw_invitation(invitation=invitation, by=self.person),
                _t("The invitation was withdrawn; its link no longer works."),
            )
        elif too_many(request, "resend", 20):
            messages.error(request, _t("You have done this many times within an hour. Please wait a little."))
        else:
            attempt(
                request,
                lambda: resend_invitation(invitation=invitation, by=self.person),
                _t("The invitation was sent again; the older link no longer works."),
            )
        return redirect(self.back())


class AnswerRequest(ToMembers, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: Any, **kwargs: Any) -> HttpResponseBase:
        asked = get_object_or_404(JoinRequest.objects.select_related("user"), uid=uid, enterprise=self.enterprise)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            messages.error(request, _t("Choose a role in the list, then let the person in, or decline."))
            return redirect(self.back())
        accept, role = form.cleaned_data["answer"] == "accept", form.cleaned_data["role"] or MemberRole.VIEWER
        done = _t("%(person)s is a member now.") if accept else _t("The request of %(person)s was declined.")
        attempt(
            request,
            lambda: answer_request(join_request=asked, accept=accept, role=role, by=self.person),
            done % {"person": asked.user},
        )
        return redirect(self.back())
