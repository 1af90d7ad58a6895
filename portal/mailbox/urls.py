from django.urls import path, register_converter

from portal.mailbox import views


class MailName:
    """The catcher's file names and nothing that could lead out of its folder."""

    regex = r"[0-9]{20}-[0-9]{1,10}-[0-9]{1,10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MailName, "mail_name")

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<mail_name:name>/", views.mail, name="mailbox-mail"),
    path("<mail_name:name>/html/", views.mail_html, name="mailbox-mail-html"),
]
