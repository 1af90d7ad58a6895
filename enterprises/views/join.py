from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from enterprises.forms.member import JoinForm
from enterprises.identifiers import sound_br_number
from enterprises.services.join import MemberAlready, request_to_join
from enterprises.views.base import Act


class Join(Act):
    """Ask the owners of a registered enterprise to be let in. Nothing about the enterprise is shown."""

    form_class = JoinForm
    title = _("Ask to join an enterprise")
    text = _("Its owners get a mail and answer. You get a mail when they have.")
    submit = _("Send the request")
    done = _("The request was sent to the owners. You get a mail when they have answered.")
    most_per_hour = 10

    def get_initial(self) -> dict[str, Any]:
        try:
            return {"number": sound_br_number(self.request.GET.get("number", ""))}
        except ValidationError:
            return {}

    def do(self, form: Any) -> HttpResponse | None:
        typed = form.cleaned_data
        try:
            request_to_join(br_number=typed["number"], message=typed["message"], by=self.person)
        except MemberAlready as member:
            messages.info(self.request, _t("You are a member of this enterprise already."))
            return redirect("enterprises:detail", pk=member.enterprise.pk)
        return None

    def back(self) -> str:
        return reverse("enterprises:list")
