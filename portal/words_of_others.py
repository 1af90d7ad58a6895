"""Words that other packages show on our pages without bringing them in Chinese: listed for our catalogues to hold.

django-unfold ships no catalogues at all; Django lacks a few in Simplified Chinese. Nothing imports this list:
`makemessages` reads it. A test (tests/test_desk_words.py) compares it with the installed packages, and names what an
upgrade has brought.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

UNFOLD = (
    _("Select action"),
    _("Value"),
    _("Date from"),
    _("Date to"),
    _("Not enough data."),
    _("Select action to run"),
    _("Select value"),
    _("Run"),
    _("Filters"),
    _("Expand row"),
    _("No data"),
    _("More actions"),
    _("True"),
    _("False"),
    _("Apply Filters"),
    _("Select all rows"),
    _("Type to search"),
    _("Submit"),
    _("Record picture"),
    _("This item will be deleted."),
    _("Click to cancel"),
    _("No results found"),
    _("This page yielded into no results. Create a new item or reset your filters."),
    _("Reset filters"),
    _("Click to download"),
    _("Go back"),
    _("Previous"),
    _("Next"),
    _("General"),
    _("Return to site"),
    _("Image preview"),
    _("Choose file to upload"),
    _("Toggle password visibility"),
    _("Add row"),
    _("Welcome"),
    _("Select record"),
    _("Date"),
)

DJANGO = (
    _("Add link"),
    _("Change or view list link"),
    _("Error:"),
    _("Forgotten your login credentials?"),
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
