from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import UpdateView

from portal.accounts.forms import OwnSettingsForm
from portal.accounts.models import User


class OwnSettings(LoginRequiredMixin, UpdateView):
    """A person's own name and language, and the ways to everything about signing in."""

    form_class = OwnSettingsForm
    template_name = "account/settings.html"
    success_url = reverse_lazy("account_settings")

    def get_object(self, queryset: object = None) -> User:
        return self.request.user  # type: ignore[return-value]

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Saved."))
        return super().form_valid(form)
