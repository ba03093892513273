"""Every read of organisations that has a name."""

import re
from functools import reduce
from operator import or_

from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Count, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest

from organisations.core.collation import alphabetical, in_turn

# Trigram similarity from which two names may be one: "Kivivuoren perhetalo ry" and "Kivivuoren perhetalo" have 0.9.
ALIKE = 0.5

_NAMES = ("name_fi", "name_sv", "name_en", "abbreviation")

# UNION leaves out what is there already, so a circle ends.
_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT o.id FROM organisations_organisation o JOIN below ON o.parent_id = below.id
)
SELECT id FROM below
"""


class OrganisationQuerySet(models.QuerySet):
    def published(self):
        """What the public may see."""
        return self.filter(status="published")

    def working_in(self, municipality):
        """Whose own area holds the municipality, directly or through its county. Nationwide ones are left out."""
        own = self.model.municipalities.through.objects.filter(municipality=municipality)
        county = self.model.counties.through.objects.filter(wellbeingcounty=municipality.county_id)
        return self.filter(Q(pk__in=own.values("organisation")) | Q(pk__in=county.values("organisation")))

    def unconfirmed_since(self, day):
        """Those that nobody has confirmed after a day, or ever."""
        return self.filter(Q(assured_at__isnull=True) | Q(assured_at__date__lte=day))

    def with_admin(self):
        """Those where somebody whose account is in use is an admin."""
        return self.filter(memberships__role="admin", memberships__user__is_active=True).distinct()

    def at_or_below(self, *, at: list[int], below: list[int]):
        """Those whose number is one of `at`, and those below one of `below`, however deep."""
        return self.filter(Q(pk__in=at) | Q(pk__in=RawSQL(_BELOW, [below])))

    def of_coordinators_in(self, counties: list[str]):
        """Those that work in a county, by its code, or in a municipality of it; and those of no area in particular."""
        inside = Q(counties__in=counties) | Q(municipalities__county__in=counties)
        nowhere = Q(counties__isnull=True, municipalities__isnull=True)
        return self.filter(pk__in=self.model.objects.filter(inside | nowhere | Q(nationwide=True)).values("pk"))

    def ready_to_publish(self):
        """Drafts of which members have written the profile: a coordinator shows them to readers."""
        return self.filter(status="draft", assured_at__isnull=False, memberships__isnull=False).distinct()

    def likely_doubles(self, *, name: str, business_id: str = "", website: str = ""):
        """Those of the same business ID, website host or a name that looks alike, the likeliest first."""
        likeness = Greatest(*(Coalesce(TrigramSimilarity(f"name_{code}", name), 0.0) for code in ("fi", "sv", "en")))
        same = Q(likeness__gte=ALIKE)
        if business_id:
            same |= Q(business_id=business_id)
        if website:
            at = rf"^https?://(www\.)?{re.escape(website)}(/|$)"
            same |= Q(website_fi__iregex=at) | Q(website_sv__iregex=at) | Q(website_en__iregex=at)
        return self.annotate(likeness=likeness).filter(same).order_by("-likeness", "pk")

    def called(self, pattern: str):
        """Whose name in any language holds a match of a regular expression of PostgreSQL, whatever the case."""
        return self.filter(Q(name_fi__iregex=pattern) | Q(name_sv__iregex=pattern) | Q(name_en__iregex=pattern))

    def named(self, text: str):
        """Whose names and abbreviation hold, in any language and whatever the case, all words of the text."""
        found = self
        for word in text.split():
            found = found.filter(reduce(or_, (Q(**{f"{field}__icontains": word}) for field in _NAMES)))
        return found

    def with_service_count(self, today):
        """Each with `service_count`: how many services it has on offer."""
        on_offer = Q(services__status="published") & ~Q(services__valid_until__lt=today)
        return self.annotate(service_count=Count("services", filter=on_offer))

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")

    def by_sector(self, sectors: list[str]):
        """In the order of these sectors, and in alphabetical order within each."""
        return self.order_by(in_turn("sector", sectors), alphabetical("name"), "pk")


def _is_professional(user) -> bool:
    return user.is_authenticated and user.is_professional


class ContactQuerySet(models.QuerySet):
    def of_published(self):
        return self.filter(organisation__status="published")

    def visible_to(self, user):
        """Public contacts for everybody; those for professionals only to professionals who have signed in."""
        return self if _is_professional(user) else self.filter(visibility="public")

    def hidden_from(self, user):
        """Those that `visible_to` leaves out."""
        return self.none() if _is_professional(user) else self.exclude(visibility="public")

    def of_counties(self):
        """Of wellbeing services counties and their units."""
        return self.filter(organisation__sector="county")

    def covering(self, county, municipality=None):
        """Those for a municipality, or for a whole county; who names no municipality covers the organisation's area."""
        whole = Q(organisation__counties=county)
        if municipality is None:
            return self.filter(whole, municipalities__isnull=True).distinct()
        whole |= Q(organisation__municipalities=municipality)
        return self.filter(Q(municipalities=municipality) | (Q(municipalities__isnull=True) & whole)).distinct()

    def for_any_purpose(self, purposes: list[str]):
        return self.filter(purposes__overlap=purposes)

    def for_purpose(self, purpose: str):
        return self.filter(purposes__contains=[purpose])
