from django.urls import path

from portal.accounts.views import OwnSettings

urlpatterns = [path("settings/", OwnSettings.as_view(), name="account_settings")]
