"""The language of the mails to a person."""

from portal.accounts.models import User


def remember_language(*, person: User, language: str) -> None:
    """Keep the language a person has chosen for pages as that of the mails to them; writes only when it changes."""
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])
