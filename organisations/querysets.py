"""Every read of organisations that has a name."""

from django.db import models
from django.db.models import Q

from organisations.ordering import alphabetical


class OrganisationQuerySet(models.QuerySet):
    def published(self):
        """What the public may see."""
        return self.filter(status="published")

    def working_in(self, municipality):
        """Whose own area holds the municipality, directly or through its county. Nationwide ones are left out."""
        return self.filter(Q(municipalities=municipality) | Q(counties=municipality.county_id)).distinct()

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")


class ContactQuerySet(models.QuerySet):
    def of_published(self):
        return self.filter(organisation__status="published")

    def visible_to(self, user):
        """Public contacts for everybody; those for professionals only to people who have signed in."""
        return self if user.is_authenticated else self.filter(visibility="public")

    def hidden_from(self, user):
        """Those that `visible_to` leaves out."""
        return self.none() if user.is_authenticated else self.exclude(visibility="public")

    def for_purpose(self, purpose: str):
        return self.filter(purposes__contains=[purpose])
