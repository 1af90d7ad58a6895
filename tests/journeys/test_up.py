import pytest

pytestmark = pytest.mark.xdist_group("portal_up")


def test_portal_comes_up_and_answers(portal_up, browser):
    page = browser.new_page()
    page.goto(f"{portal_up.base}/?lang=en")
    assert page.locator("h1").inner_text() != ""
