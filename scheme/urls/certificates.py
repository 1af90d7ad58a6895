from django.urls import path

from scheme.views import certificates

urlpatterns = [
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:number>/", certificates.certificate_check, name="certificate-check"),
    path("recognition/certificates/<uuid:uid>/", certificates.certificate_download, name="certificate-download"),
]
