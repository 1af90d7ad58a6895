from allauth.account.auth_backends import AuthenticationBackend


class PortalBackend(AuthenticationBackend):
    """Sign-in by e-mail address; permissions come from appointments, never from stored permissions."""
