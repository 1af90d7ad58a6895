import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from enterprises import rules
from enterprises.forms.enterprise import EnterpriseForm, RegisterForm
from enterprises.models import Enterprise
from enterprises.queries.enterprises import enterprises_of, memberships_of, requests_of, sites_of
from enterprises.queries.members import (
    members_of,
    requests_to_answer,
    unanswered_invitations,
    waiting_requests,
)
from enterprises.services.register import (
    CHANGEABLE,
    AlreadyRegistered,
    fingerprint,
    register_enterprise,
    update_enterprise,
)
from enterprises.services.script import simplified
from enterprises.views.base import Act, OfEnterprise, Signed
from portal.errors import Conflict
from portal.typed import one_line

PANEL = "recognition/enterprise_panel.html"


class EnterpriseList(Signed, TemplateView):
    """The person's enterprises, what they asked to join, and what waits for their answer."""

    template_name = "enterprises/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.person
        return super().get_context_data(
            memberships=memberships_of(user), asked=requests_of(user), to_answer=requests_to_answer(user), **kwargs
        )


class EnterpriseDetail(OfEnterprise, TemplateView):
    template_name = "enterprises/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        enterprise = self.enterprise
        context |= {
            "role": rules.role_in(self.request.user, enterprise),
            "sites": sites_of(enterprise),
            "members": members_of(enterprise),
            "names": [
                (_t("Name in English"), enterprise.name_en),
                (_t("Name in Traditional Chinese"), enterprise.name_zh_hant),
                (_t("Name in Simplified Chinese"), enterprise.name_zh_hans),
                (_t("Business Registration number"), enterprise.br_number),
                (_t("Kind of enterprise"), enterprise.get_kind_display()),
                (_t("Industry"), enterprise.industry),
            ],
            "contacts": [
                (_t("Contact person"), enterprise.contact_name),
                (_t("Post"), enterprise.contact_post),
                (_t("E-mail address"), enterprise.contact_email),
                (_t("Telephone number"), enterprise.contact_phone.as_international),
                (_t("Website"), enterprise.website),
                (_t("Language for letters"), enterprise.get_language_display()),
            ],
            "panel": _panel(),
        }
        if context["may_manage"]:
            context |= {
                "requests": waiting_requests(enterprise),
                "invitations": unanswered_invitations(enterprise),
            }
        return context


def _panel() -> Any:
    """The scheme's part of the page: its template loads what it needs by its own tags; absent without the scheme."""
    try:
        return get_template(PANEL).template  # type: ignore[attr-defined]
    except TemplateDoesNotExist:
        return None


class Register(Act):
    """Register an enterprise; a number that is taken leads to the request to join."""

    template_name = "enterprises/enterprise_form.html"
    form_class = RegisterForm
    title = _("Register an enterprise")
    submit = _("Register the enterprise")
    text = _("For businesses registered in Hong Kong. You become its owner here and can invite colleagues.")
    most_per_hour = 20

    def get_initial(self) -> dict[str, Any]:
        person = self.person
        return {"language": get_language(), "contact_name": person.full_name, "contact_email": person.email}

    def do(self, form: Any) -> HttpResponse:
        try:
            enterprise = register_enterprise(by=self.person, **form.typed())
        except AlreadyRegistered as taken:
            # A second click, or one's own enterprise: there is nothing to ask for.
            own = enterprises_of(self.person).filter(br_number=taken.br_number).first()
            if own:
                messages.info(self.request, _t("You are a member of this enterprise already."))
                return redirect("enterprises:detail", pk=own.pk)
            messages.warning(self.request, taken.words())
            return redirect(f"{reverse('enterprises:join')}?{urlencode({'number': taken.br_number})}")
        messages.success(self.request, _t("The enterprise is registered. Now enter its sites."))
        return redirect("enterprises:detail", pk=enterprise.pk)

    def back(self) -> str:
        return reverse("enterprises:list")


class Edit(OfEnterprise, Act):
    """Change what is known of an enterprise; if a colleague was quicker, both values are shown."""

    template_name = "enterprises/enterprise_form.html"
    form_class = EnterpriseForm
    needs = rules.can_change_enterprise
    title = _("Change the enterprise's data")
    submit = _("Save")
    done = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": copy.copy(self.enterprise)}

    def do(self, form: Any) -> None:
        try:
            update_enterprise(enterprise=self.enterprise, by=self.person, was=form.cleaned_data["was"], **form.typed())
        except Conflict:
            self.show_both(form)
            raise

    def show_both(self, form: BaseForm) -> None:
        """Beside each field that a colleague has changed meanwhile stands what is kept now; saving again decides."""
        now = EnterpriseForm(instance=Enterprise.objects.select_related("industry").get(pk=self.enterprise.pk))
        for name in CHANGEABLE:
            kept = getattr(now.instance, f"get_{name}_display", lambda name=name: getattr(now.instance, name))()
            if str(now.instance.serializable_value(name)) != str(form.instance.serializable_value(name)):  # type: ignore[attr-defined]
                form.add_error(name, _t("Kept at present: “%(value)s”.") % {"value": kept})
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["was"] = fingerprint(now.instance)  # type: ignore[index]

    def back(self) -> str:
        return reverse("enterprises:detail", kwargs={"pk": self.enterprise.pk})


@require_GET
@login_required
def propose_simplified(request: HttpRequest) -> HttpResponse:
    """The Simplified name proposed for a Traditional one, as the form's field; nothing if a person wrote their own."""
    name = one_line(request.GET.get("name_zh_hant", ""))[:80]
    own = one_line(request.GET.get("name_zh_hans", ""))
    if own and own != request.GET.get("proposed", ""):
        return HttpResponse(status=204)
    proposal = simplified(name)
    form = RegisterForm(initial={"name_zh_hans": proposal})
    return render(request, "enterprises/simplified.html", {"form": form, "proposed": proposal})
