import copy
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views import View

from enterprises import rules
from enterprises.forms.site import CloseForm, SiteForm
from enterprises.models import Site
from enterprises.services.sites import add_site, close_site, reopen_site, update_site
from enterprises.views.base import Act, OfEnterprise, attempt


class ToDetail(OfEnterprise):
    needs = rules.can_change_enterprise

    def back(self) -> str:
        return reverse("enterprises:detail", kwargs={"pk": self.enterprise.pk}) + "#sites"


class OfSite(ToDetail):
    site: Site

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.site = get_object_or_404(
                Site.objects.select_related("city", "enterprise"), pk=kwargs["site_pk"], enterprise_id=kwargs["pk"]
            )
        return super().dispatch(request, *args, **kwargs)


class SiteAdd(ToDetail, Act):
    form_class = SiteForm
    title = _("Add a site")
    text = _("A factory, workshop or office of the enterprise in Hong Kong or Guangdong.")
    submit = _("Add the site")
    done = _("The site was added.")

    def do(self, form: Any) -> None:
        add_site(enterprise=self.enterprise, by=self.person, **form.cleaned_data)


class SiteEdit(OfSite, Act):
    form_class = SiteForm
    title = _("Change a site")
    submit = _("Save")
    done = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": copy.copy(self.site)}

    def do(self, form: Any) -> None:
        update_site(site=self.site, by=self.person, **form.cleaned_data)


class SiteClose(OfSite, Act):
    form_class = CloseForm
    title = _("Close a site")
    text = _("A closed site stays on record, and can no longer be chosen in applications.")
    submit = _("Close the site")
    done = _("The site is closed.")
    danger = True

    def do(self, form: Any) -> None:
        close_site(site=self.site, by=self.person, on=form.cleaned_data["closed_on"])


class SiteReopen(OfSite, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        attempt(request, lambda: reopen_site(site=self.site, by=self.person), _t("The site is open again."))
        return redirect(self.back())
