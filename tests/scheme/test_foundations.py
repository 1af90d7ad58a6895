import pytest
from django.db import ProgrammingError, connection

from portal.casework.services.parts import save_part
from portal.errors import Closed
from scheme.models import ApplicationPart, PartnerApplication
from scheme.states import APPLICATION
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_state_is_changed_by_moves_only_even_in_sql():
    application = make.ApplicationFactory()
    with (
        pytest.raises(ProgrammingError, match="Invalid transition"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE scheme_partnerapplication SET state = 'commended' WHERE id = %s",
            [application.pk],
        )


def test_submission_is_refused_before_the_round_opens():
    application = make.ApplicationFactory(category__round__opens_at=make.timezone.now() + make.timedelta(days=1))
    owner = make.MembershipFactory(enterprise=application.enterprise).user
    with pytest.raises(Closed):
        APPLICATION.make(application, "submit", by=owner)
    assert PartnerApplication.objects.get().state == "draft"


def test_second_typist_is_asked_and_nothing_is_overwritten():
    application = make.ApplicationFactory()
    first, second = make.UserFactory.create_batch(2)
    part = ApplicationPart.objects.create(application=application, key="enterprise", data={"a": "1", "b": "1"})
    save_part(part=part, by=first, typed={"a": "2", "b": "1"}, was={"a": "1", "b": "1"})
    saved = save_part(part=part, by=second, typed={"a": "3", "b": "5"}, was={"a": "1", "b": "1"})
    assert [(c.field, c.theirs, c.mine) for c in saved.clashes] == [("a", "2", "3")]
    assert saved.part.data == {"a": "2", "b": "5"}
    saved = save_part(part=part, by=second, typed={"a": "3"}, was={"a": "1"}, settled={"a": "2"})
    assert saved.part.data == {"a": "3", "b": "5"}
