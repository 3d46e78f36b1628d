"""Who is somebody to the town's single sign-on? OpenID Connect; no database, no web.

``protocol`` stands on the extra “sso” and is loaded when it is first needed.
"""

from booking.oidc.attempt import ATTEMPT, Attempt, begun
from booking.oidc.provider import Provider
from booking.oidc.trouble import NotSignedOn, Trouble

__all__ = ["ATTEMPT", "Attempt", "NotSignedOn", "Provider", "Trouble", "begun"]
