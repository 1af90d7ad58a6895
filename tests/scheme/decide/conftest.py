from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheme.models import PartnerApplication

QUEUE = "admin:scheme_partnerapplication_changelist"


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="portal.accounts.backends.PortalBackend")
        return client

    return sign_in


@pytest.fixture
def page_of() -> Callable[[PartnerApplication], str]:
    return lambda application: reverse("admin:scheme_partnerapplication_change", args=[application.pk])
