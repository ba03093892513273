"""Evidence from e-mail and web domains that a user belongs to an organisation.

Shown to coordinators, and used by the rule that approves claims by domain.
"""

from urllib.parse import urlsplit

from organisations.models import Organisation
from organisations.models.organisation import Sector

# Public mail providers, and hosts shared by many organisations.
COMMON_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.fi live.com live.fi msn.com yahoo.com icloud.com me.com "
    "proton.me protonmail.com pm.me gmx.com gmx.net mail.com aol.com luukku.com suomi24.fi kolumbus.fi elisanet.fi "
    "netti.fi nic.fi pp.inet.fi inet.fi saunalahti.fi welho.com phnet.fi mbnet.fi dnainternet.net evl.fi ort.fi "
    "facebook.com instagram.com google.com wordpress.com wixsite.com webnode.fi kotisivukone.com yhdistysavain.fi "
    "sites.fi blogspot.com linktr.ee".split()
)
# Public bodies are excluded: an address there does not show that its owner may represent the organisation.
DOMAIN_TRUSTED_SECTORS = frozenset({Sector.NGO, Sector.PARISH, Sector.COMPANY})


def email_domain(email: str) -> str:
    """The part after "@" in lower case."""
    return email.rpartition("@")[2].lower()


def website_domain(url: str) -> str:
    """The host without "www."; empty for an invalid URL."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_common_domain(domain: str) -> bool:
    """Whether the domain or its parent is public or shared."""
    return domain in COMMON_DOMAINS or any(domain.endswith(f".{shared}") for shared in COMMON_DOMAINS)


def organisation_domains(organisation: Organisation) -> set[str]:
    """The domains of its websites and e-mail address, without common ones."""
    sites = (organisation.website_fi, organisation.website_sv, organisation.website_en)
    domains = {website_domain(site) for site in sites if site} | {email_domain(organisation.email or "")}
    return {domain for domain in domains if "." in domain and not is_common_domain(domain)}


def has_organisation_domain(email: str, organisation: Organisation) -> bool:
    """Whether the e-mail domain equals a domain of the organisation's websites or e-mail address."""
    return email_domain(email) in organisation_domains(organisation)


def is_approved_by_domain(email: str, organisation: Organisation) -> bool:
    """Whether the domain alone is sufficient proof: only in trusted sectors, and only without existing members."""
    return (
        organisation.sector in DOMAIN_TRUSTED_SECTORS
        and has_organisation_domain(email, organisation)
        and not organisation.memberships.exists()
    )
