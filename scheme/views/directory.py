"""The public directory of partners."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from scheme.forms.directory import DirectoryForm
from scheme.queries.directory import partner_of, slug_of
from scheme.queries.directory import partners as find_partners

ROWS = 30


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """The directory, narrowed by what the visitor looks for."""
    form = DirectoryForm(request.GET)
    wanted = form.wanted()
    page = Paginator(find_partners(wanted), ROWS).get_page(request.GET.get("page"))
    rows = [(commendation, slug_of(commendation.enterprise)) for commendation in page]
    narrowed = any(form.cleaned_data.values())
    return render(request, "directory/partners.html", {"form": form, "page": page, "rows": rows, "narrowed": narrowed})


@require_safe
def partner(request: HttpRequest, slug: str) -> HttpResponse:
    """One partner with its titles over the years."""
    found = partner_of(slug)
    if found is None:
        raise Http404
    enterprise, titles = found
    if slug != slug_of(enterprise):
        return redirect("partner", slug=slug_of(enterprise), permanent=True)
    return render(request, "directory/partner.html", {"enterprise": enterprise, "titles": titles, "latest": titles[0]})
