"""The scheme's addresses, a file for each room."""

from scheme.urls import apply, ceremonies, certificates, directory, notices, pages

urlpatterns = [
    *pages.urlpatterns,
    *apply.urlpatterns,
    *notices.urlpatterns,
    *certificates.urlpatterns,
    *directory.urlpatterns,
    *ceremonies.urlpatterns,
]
