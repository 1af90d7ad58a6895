from django.contrib import admin
from django.urls import include, path

from portal import views

handler400 = "portal.views.bad_request"
handler403 = "portal.views.refused"
handler404 = "portal.views.refused"
handler500 = "portal.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("mailbox/", include("portal.mailbox.urls")),
    path("enterprises/", include("enterprises.urls")),
    path("", include("scheme.urls")),
]
