"""The applicant's home. Officers who come here by signing in are sent on to their desk."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.rules import appointments
from scheme.queries.applicant import home_of


@require_safe
@never_cache
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Every enterprise of the person, each case, where it stands, what is asked and by when."""
    homes = home_of(request.user)
    if not homes and appointments(request.user):
        return redirect("admin:index")
    return render(request, "recognition/dashboard.html", {"homes": homes})
