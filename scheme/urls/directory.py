from django.urls import path

from scheme.views import directory

urlpatterns = [
    path("partners/", directory.partners, name="partners"),
    path("partners/<slug:slug>/", directory.partner, name="partner"),
]
