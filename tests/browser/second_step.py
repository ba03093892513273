"""Somebody who logs in with a second step: an app, a passkey and recovery codes, made in the running demonstration."""

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from .page_actions import MFA_USER_LOGIN, begin_login, view_path

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
EMAIL, PASSWORD = MFA_USER_LOGIN
# The passkey is of no device: pages tell of it, and nobody can log in with it.
CREATE_USER_SCRIPT = f"""
from hashlib import sha256
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from organisations.models import User
user = User.objects.create_user("{EMAIL}", "{PASSWORD}", name="Tiina Tarkka")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
Authenticator.objects.create(user=user, type="totp", data={{"secret": "{TOTP_SECRET}"}})
RecoveryCodes.activate(user)
key = ES256({{1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}})
seen = AuthenticatorData.create(
    sha256(b"localhost").digest(), 0x45, 0, AttestedCredentialData.create(bytes(16), bytes(16), key)
)
response = {{
    "clientDataJSON": websafe_encode(b'{{"type": "webauthn.create", "challenge": "", "origin": "http://localhost"}}'),
    "attestationObject": websafe_encode(AttestationObject.create("none", seen, {{}})),
}}
credential = {{
    "id": websafe_encode(bytes(16)), "rawId": websafe_encode(bytes(16)), "type": "public-key", "response": response,
    "clientExtensionResults": {{"credProps": {{"rk": True}}}},
}}
for name in ("Kannettava tietokone", "Avainnippu"):
    made = Authenticator.objects.create(user=user, type="webauthn", data={{"name": name, "credential": credential}})
print(made.pk)
"""


def log_in_with_code(page, demo) -> dict[str, list]:
    """Make the account and log in to it; the arguments of the pages of its key."""
    printed = demo.once("user with a code", lambda: demo.manage("shell", "--no-imports", "-c", CREATE_USER_SCRIPT))
    key = int(printed.split()[-1])
    page.goto(demo.url + view_path("account_login"))
    begin_login(page)
    page.fill("#id_code", format_hotp_value(hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time()))))
    page.press("#id_code", "Enter")
    page.wait_for_url(f"**{view_path('dashboard:account')}")
    return {"key": [key]}
