"""Saving parts: three-way merge, by field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.casework.services.freeze import canonical, differences, sha256
from portal.casework.services.parts import save_part
from tests import factories as make

VALUES = st.sampled_from(["", "a", "b", "c"])


def part_with(**data):
    return make.ApplicationFactory().parts.create(key="enterprise", data=data)


class Merge(TestCase):
    @given(theirs=VALUES, was=VALUES, mine=VALUES)
    def test_nothing_of_anybody_is_overwritten_silently(self, theirs, was, mine):
        part = part_with(x=theirs)
        saved = save_part(part=part, by=make.UserFactory(), typed={"x": mine}, was={"x": was})
        stands = saved.part.data["x"]
        if mine == theirs:
            assert stands == mine
        elif theirs == was:
            assert (stands, saved.changed) == (mine, ["x"])
        elif mine == was:
            assert (stands, saved.news) == (theirs, ["x"])
        else:
            assert (stands, [c.field for c in saved.clashes]) == (theirs, ["x"])


@pytest.mark.django_db
def test_settled_counts_only_against_the_value_that_was_seen():
    part, person = part_with(x="newer"), make.UserFactory()
    saved = save_part(part=part, by=person, typed={"x": "mine"}, was={"x": "old"}, settled={"x": "seen"})
    assert (saved.part.data["x"], len(saved.clashes)) == ("newer", 1)
    saved = save_part(part=part, by=person, typed={"x": "mine"}, was={"x": "old"}, settled={"x": "newer"})
    assert saved.part.data["x"] == "mine"


@pytest.mark.django_db
def test_value_this_page_sent_before_is_its_own():
    part, person = part_with(x="first"), make.UserFactory()
    saved = save_part(part=part, by=person, typed={"x": ""}, was={"x": ""}, tried={"x": ["first"]})
    assert saved.part.data["x"] == ""
    assert saved.part.saved_by == person


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_canonical_form_does_not_depend_on_the_order_of_keys(content):
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert canonical(content) == canonical(turned(content))
    assert sha256(content) == sha256(turned(content))
    assert list(differences(content, turned(content))) == []


def test_differences_match_entries_by_uid():
    before = {"measures": [{"uid": "1", "title": "A"}, {"uid": "2", "title": "B"}]}
    after = {"measures": [{"uid": "2", "title": "C"}, {"uid": "1", "title": "A"}]}
    (found,) = differences(before, after)
    assert (found.path, found.before, found.after) == (("measures", "2", "title"), "B", "C")
