from django.urls import path

from scheme.views import notices

urlpatterns = [
    path("notices/", notices.notice_list, name="notices"),
    path("notices/<slug:slug>/", notices.notice_page, name="notice"),
    path("notices/<slug:slug>/object/", notices.objection, name="objection"),
    path("notices/<slug:slug>/object/received/", notices.objection_received, name="objection-received"),
]
