"""Words that other packages show on our pages without bringing them in Chinese: listed for our catalogues to hold.

django-unfold ships no catalogues at all; Django lacks a few in Simplified Chinese; of allauth and Django some are
worded anew. Nothing imports this list: `makemessages` reads it. A test (tests/test_desk.py) compares it with the
installed packages, and names what an upgrade has brought.
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

# These come in Chinese, but in words or a tone that the rest of the portal does not use.
REWORDED = (
    _("Email"),
    _("Email address"),
    _("Password (again)"),
    _("New Password (again)"),
    _("Change Password"),
    _("This field is required."),
    _("Enter a valid email address."),
    _("The email address and/or password you specified are not correct."),
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
    _("Password successfully changed."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    _("Two-Factor Authentication"),
    _("Authenticator App"),
    _("An authenticator app is not active."),
    _("Authentication using an authenticator app is active."),
    _("Authenticator secret"),
    _("Authenticator code"),
    _("Activate Authenticator App"),
    _("Deactivate Authenticator App"),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("Recovery Codes"),
    _("No recovery codes set up."),
    ngettext_lazy("%(num)d minute", "%(num)d minutes"),
)
