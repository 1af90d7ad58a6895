from typing import Any

from django.views.generic import TemplateView

from scheme.queries import front


class Home(TemplateView):
    template_name = "home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rounds=front.open_rounds(),
            released=front.released_figures(),
            partners=front.partners_of_today(),
            **kwargs,
        )
