"""What speaks for it that somebody belongs to an organisation: facts for a coordinator, and for the rule by domain."""

from urllib.parse import urlsplit

from organisations.models import Organisation
from organisations.models.organisation import Sector

# Addresses that anybody can have, or that many organisations share.
COMMON_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.fi live.com live.fi msn.com yahoo.com icloud.com me.com "
    "proton.me protonmail.com pm.me gmx.com gmx.net mail.com aol.com luukku.com suomi24.fi kolumbus.fi elisanet.fi "
    "netti.fi nic.fi pp.inet.fi inet.fi saunalahti.fi welho.com phnet.fi mbnet.fi dnainternet.net evl.fi ort.fi "
    "facebook.com instagram.com google.com wordpress.com wixsite.com webnode.fi kotisivukone.com yhdistysavain.fi "
    "sites.fi blogspot.com linktr.ee".split()
)
# Thousands of people have an address of a public body; that one of them may speak for it does not follow.
DOMAIN_TRUSTED_SECTORS = frozenset({Sector.NGO, Sector.PARISH, Sector.COMPANY})


def email_domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def website_domain(url: str) -> str:
    """The host without "www."; empty for what is no address."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_common_domain(domain: str) -> bool:
    """Whether anybody can have an address or a page there."""
    return domain in COMMON_DOMAINS or any(domain.endswith(f".{shared}") for shared in COMMON_DOMAINS)


def organisation_domains(organisation: Organisation) -> set[str]:
    """The domains of its websites and of its address, without those that many share."""
    sites = (organisation.website_fi, organisation.website_sv, organisation.website_en)
    found = {website_domain(site) for site in sites if site} | {email_domain(organisation.email or "")}
    return {domain for domain in found if "." in domain and not is_common_domain(domain)}


def has_organisation_domain(email: str, organisation: Organisation) -> bool:
    """Whether the e-mail address lies in the very domain of the organisation's website or address."""
    return email_domain(email) in organisation_domains(organisation)


def is_approved_by_domain(email: str, organisation: Organisation) -> bool:
    """Whether the domain alone is proof enough: for an organisation of one household, which has no member yet."""
    return (
        organisation.sector in DOMAIN_TRUSTED_SECTORS
        and has_organisation_domain(email, organisation)
        and not organisation.memberships.exists()
    )
