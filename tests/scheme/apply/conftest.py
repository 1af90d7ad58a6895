import pytest

from scheme.models import PartnerApplication
from tests import factories as make


@pytest.fixture
def application(db) -> PartnerApplication:
    """A complete draft with an owner."""
    draft = make.fill(make.ApplicationFactory())
    make.MembershipFactory(enterprise=draft.enterprise)
    return draft


@pytest.fixture
def owner(application):
    return application.enterprise.memberships.get().user
