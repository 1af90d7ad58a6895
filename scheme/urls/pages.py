from django.urls import path
from django.views.generic import TemplateView

from scheme.views.pages import Home

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("about/", TemplateView.as_view(template_name="about/scheme.html"), name="about"),
    path("about/privacy/", TemplateView.as_view(template_name="about/privacy.html"), name="privacy"),
    path("about/accessibility/", TemplateView.as_view(template_name="about/accessibility.html"), name="accessibility"),
]
