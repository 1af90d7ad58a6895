from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [
    path("dashboard/", TemplateView.as_view(template_name="home.html"), name="dashboard"),
    path("recognition/<slug:reference>/", TemplateView.as_view(template_name="home.html"), name="application"),
]
