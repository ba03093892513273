"""For professionals: refer a client by the route that the service asks professionals to take."""

from urllib.parse import quote

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisations.core.collation import alphabetical_key
from organisations.models import Contact
from services.content.referral_contacts import referral_contacts
from services.models import Service


@require_safe
def refer_client(request: HttpRequest, pk: int) -> HttpResponse:
    """A checklist: consent, whom to contact, how, with what, and how long the wait is. Nothing is stored or sent."""
    contacts = Contact.objects.visible_to(request.user).prefetch_related("municipalities")
    service = get_object_or_404(
        Service.objects.published()
        .for_handover()
        .with_safety()
        .prefetch_related("contacts", Prefetch("organisation__contacts", contacts)),
        pk=pk,
    )
    visible = list(service.organisation.contacts.all())
    areas = {area.pk: area for contact in referral_contacts(service, visible) for area in contact.municipalities.all()}
    chosen = request.GET.get("municipality", "")
    chosen = chosen if chosen in areas else ""
    message = _message(service)
    return render(
        request,
        "services/referrals/refer.html",
        {
            "service": service,
            "contacts": referral_contacts(service, visible, chosen),
            "hidden_contacts": Contact.objects.filter(organisation=service.organisation)
            .hidden_from(request.user)
            .count(),
            "municipalities": sorted(areas.values(), key=lambda area: alphabetical_key(area.name)),
            "municipality": chosen,
            "message": message,
            "sms_link": f"sms:?&body={quote(message, safe='')}",
            "mail_link": f"mailto:?subject={quote(service.name, safe='')}&body={quote(message, safe='')}",
        },
    )


def _message(service: Service) -> str:
    """A first message that says nothing about the client."""
    return _(
        "Hello! I would like to refer a client to you: %(service)s. The client has agreed. When could we talk? "
        "My name, workplace and phone number:"
    ) % {"service": service.name}
