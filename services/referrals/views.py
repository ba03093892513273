"""For professionals: give one service, and show, delete or forget lists that were handed over."""

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from organisations.core.request_kind import is_from_own_page
from services.actions.referral_lists import revoke
from services.models import ReferralList, Service
from services.models.referral_list import hash_token

from . import device_lists
from .addresses import absolute_url
from .handover import Handover
from .list_safety import safety_context
from .message_text import list_text, service_text


@require_safe
def give_service(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything needed to give one service to a client; nothing is stored."""
    service = get_object_or_404(Service.objects.published().for_handover(), pk=pk)
    link = absolute_url(request, reverse("service-link", args=[service.pk]))
    handover = Handover(
        title=service.name,
        link=link,
        text=service_text(service, link),
        page=absolute_url(request, service.get_absolute_url()),
    )
    return render(request, "services/referrals/service.html", {"service": service, "handover": handover})


@require_safe
@never_cache
def given_lists(request: HttpRequest) -> HttpResponse:
    """The lists that were handed over from this device or by this user."""
    lists = _own_lists(request).prefetch_related("items__service").order_by("-ends_at", "-pk")
    return render(request, "services/referrals/given_lists.html", {"lists": lists})


@require_safe
@never_cache
def given_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The link of a list, to be handed over; only the device that made the list knows it."""
    services = Prefetch("items__service", Service.objects.with_safety())
    referral_list = get_object_or_404(_own_lists(request).prefetch_related(services), pk=pk)
    token = next((t for t in device_lists.tokens_of(request) if hash_token(t) == referral_list.token_hash), "")
    handover = None
    if token:
        link = absolute_url(request, reverse("family:list", args=[token]))
        names = [service.name for service in referral_list.services]
        title = str(referral_list.get_title_display())
        handover = Handover(title=title, link=link, text=list_text(title, names, link), page=link)
    context = {
        "referral_list": referral_list,
        "handover": handover,
        # That somebody answered, not what: the family may say what it likes.
        "is_answered": any(item.outcome for item in referral_list.items.all()),
        **safety_context(referral_list.services, timezone.localdate()),
    }
    return render(request, "services/referrals/given_list.html", context)


@require_POST
def revoke_list(request: HttpRequest, pk: int) -> HttpResponse:
    referral_list = get_object_or_404(_own_lists(request), pk=pk)
    revoke(referral_list=referral_list)
    messages.success(request, _("The list has been deleted. Its link no longer works."))
    return redirect("referrals:given")


@require_POST
@csrf_exempt  # The page that calls it has no CSRF cookie; the Origin header is checked instead.
def forget_device(request: HttpRequest) -> HttpResponse:
    """Remove the secrets of lists from this device. The lists live on until they end."""
    if not is_from_own_page(request):
        return HttpResponse(status=400)
    response = HttpResponse(status=204)
    device_lists.forget(request, response)
    return response


@require_safe
def service_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A short address of a service, in the language of the reader's browser."""
    return redirect(get_object_or_404(Service.objects.published(), pk=pk))


def _own_lists(request: HttpRequest):
    """The current lists of this device and of the user."""
    hashes = [hash_token(token) for token in device_lists.tokens_of(request)]
    is_own = Q(token_hash__in=hashes)
    if request.user.is_authenticated:
        is_own |= Q(made_by=request.user)
    return ReferralList.objects.current(timezone.now()).filter(is_own)
