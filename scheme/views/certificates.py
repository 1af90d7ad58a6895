"""Verifying a certificate, for everybody, and downloading one, for those it belongs to."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import override, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_ratelimit.core import is_ratelimited

from portal.words import HTML_LANGUAGE
from scheme.forms.verification import VerificationForm
from scheme.models.round import Title
from scheme.queries.commendations import certificates_seen_by
from scheme.queries.directory import slug_of
from scheme.queries.verification import NUMBER, Standing, Verdict, normal
from scheme.queries.verification import verify as ask_register

# So often may one address ask: plenty for a person with a stack of certificates, little for a machine.
RATE = "60/m"
TONES = {
    Standing.VALID: "good",
    Standing.EXPIRED: "wait",
    Standing.REVOKED: "bad",
    Standing.REPLACED: "wait",
    Standing.UNKNOWN: "bad",
}

HEADINGS = {
    Standing.VALID: lambda: pgettext("answer of the register", "Valid"),
    Standing.EXPIRED: lambda: pgettext("answer of the register", "Expired"),
    Standing.REVOKED: lambda: pgettext("answer of the register", "Revoked"),
    Standing.REPLACED: lambda: pgettext("answer of the register", "Replaced"),
    Standing.UNKNOWN: lambda: pgettext("answer of the register", "Not in the register"),
}


def asks_too_often(request: HttpRequest) -> bool:
    return bool(is_ratelimited(request, group="verify", key="ip", rate=RATE, increment=True))


def please_wait(request: HttpRequest) -> HttpResponse:
    response = render(request, "certificates/wait.html", status=429)
    response.headers["Retry-After"] = "60"
    return response


def check_address(number: str, issue: int | None) -> str:
    address = reverse("certificate-check", args=[number])
    return f"{address}?{urlencode({'issue': issue})}" if issue else address


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """A number typed by hand leads to the register's answer."""
    form = VerificationForm(request.GET if "number" in request.GET else None)
    if form.is_bound:
        if asks_too_often(request):
            return please_wait(request)
        if form.is_valid():
            return redirect(check_address(form.cleaned_data["number"], form.cleaned_data["issue"]))
    return render(request, "certificates/verify.html", {"form": form})


@require_safe
@never_cache
def certificate_check(request: HttpRequest, number: str) -> HttpResponse:
    """The register's answer to a number, or to one issue of its certificate (`?issue=`, as the QR code asks)."""
    if asks_too_often(request):
        return please_wait(request)
    tidy, typed_issue = normal(number)
    issue = typed_issue or issue_asked(request)
    if tidy != number and NUMBER.fullmatch(tidy):
        return redirect(check_address(tidy, issue))
    verdict = ask_register(tidy, issue)
    response = render(request, "certificates/answer.html", answer(verdict))
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def issue_asked(request: HttpRequest) -> int | None:
    asked = request.GET.get("issue", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else None


def heading(verdict: Verdict, language: str) -> str:
    """The answer in one word: it stands on the page in all three languages, whoever reads it."""
    with override(language):
        return HEADINGS[verdict.standing]()


def answer(verdict: Verdict) -> dict[str, object]:
    commendation = verdict.commendation
    return {
        "verdict": verdict,
        "tone": TONES[verdict.standing],
        "commendation": commendation,
        "excellent": bool(commendation and commendation.title == Title.EXCELLENT),
        "in_each_language": [(html, heading(verdict, code)) for code, html in HTML_LANGUAGE.items()],
        "partner_slug": slug_of(commendation.enterprise) if commendation else "",
    }


@require_safe
@login_required
@never_cache
def certificate_download(request: HttpRequest, uid: UUID) -> FileResponse:
    """The certificate's PDF as an attachment; what may not be had answers like what is not there."""
    certificate = certificates_seen_by(request.user).select_related("commendation").filter(uid=uid).first()
    if certificate is None:
        raise Http404
    name = f"{certificate.commendation.number}{f'-{certificate.issue}' if certificate.issue > 1 else ''}.pdf"
    try:
        content = certificate.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
