"""Write a service: kept as a draft beside what readers see, published, copied or thrown away."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from organisations.models import Organisation, User
from organisations.models.base import Status
from services.models import Draft, Service, ServicePhone

from .index import index_services, take_turns
from .written import PHONES, RECORDS, Difference, Values, differences, digests, phones_of, written


class Conflict(Exception):
    """Somebody else has changed the service meanwhile; nothing was stored.

    `theirs` are the values as they are now, in the draft or (`published`) as readers see them.
    """

    def __init__(self, theirs: Values, found: list[Difference], *, published: bool):
        super().__init__(f"{len(found)} differences")
        self.theirs, self.differences, self.published = theirs, found, published


@transaction.atomic
def start_service(*, organisation: Organisation, values: Values, by: User | None) -> Service:
    """A new service that nobody but its keepers sees, with its draft."""
    made = Service.objects.create(organisation=organisation, status=Status.DRAFT)
    Draft.objects.create(service=made, values=values, seen=digests(written(made)), by=by)
    return made


@transaction.atomic
def save_draft(
    *, service: Service, values: Values, base: Mapping[str, str], seen: Mapping[str, str], by: User | None
) -> Draft:
    """Keep what was written, right or wrong. `base` are the digests of the version that the writer began with,
    `seen` those of what was published then. Raises Conflict."""
    locked = _locked(service)
    _refuse_unseen(locked, values, base)
    draft, _made = Draft.objects.update_or_create(
        service=locked, defaults={"values": values, "seen": dict(seen), "by": by}
    )
    return draft


@transaction.atomic
def publish(
    *,
    service: Service,
    values: Values,
    facts: Mapping,
    base: Mapping[str, str],
    seen: Mapping[str, str],
    by: User | None,
    now: dt.datetime,
) -> Service:
    """Show readers what was written. `facts` are the values as the form understood them. Raises Conflict."""
    take_turns()
    locked = _locked(service)
    _refuse_unseen(locked, values, base)
    _refuse_unseen(locked, values, seen, published=True)
    write(service=locked, facts=facts)
    locked.status, locked.assured_at, locked.assured_by = Status.PUBLISHED, now, by
    locked.save()
    Draft.objects.filter(service=locked).delete()
    index_services(service_ids=[locked.pk])
    return locked


@transaction.atomic
def write(*, service: Service, facts: Mapping) -> None:
    """Give a service what a form understood. Its search rows and its day of confirmation are the caller's affair."""
    for name, value in facts.items():
        if name in RECORDS:
            getattr(service, name).set(value)
        elif name != PHONES and not name.startswith("phone-"):
            setattr(service, name, value)
    service.save()
    service.phones.all().delete()
    ServicePhone.objects.bulk_create(
        ServicePhone(service=service, order=row, **phone)
        for row, phone in enumerate(phone for phone in phones_of(facts) if phone["number"])
    )


@transaction.atomic
def discard_draft(*, service: Service) -> bool:
    """Throw the draft away; a service that was nothing but its draft goes with it. Returns whether it went."""
    locked = _locked(service)
    Draft.objects.filter(service=locked).delete()
    if locked.status == Status.DRAFT and not (locked.name_fi or locked.name_sv or locked.name_en):
        locked.delete()
        return True
    return False


@transaction.atomic
def copy_service(*, service: Service, names: Mapping[str, str], by: User | None) -> Service:
    """A new service that says the same under other names, for its keepers alone until it is published."""
    values = current(service) | {field: name for field, name in names.items() if name}
    return start_service(organisation=service.organisation, values=values, by=by)


def current(service: Service) -> Values:
    """The values somebody goes on with: those of the draft where there is one."""
    draft = Draft.objects.filter(service=service).first()
    return written(service) if draft is None else draft.values


def _locked(service: Service) -> Service:
    return Service.objects.select_for_update(of=("self",)).get(pk=service.pk)


def _refuse_unseen(service: Service, mine: Values, base: Mapping[str, str], *, published: bool = False) -> None:
    theirs = written(service) if published else current(service)
    found = differences(base=base, theirs=theirs, mine=mine)
    if any(difference.they_changed for difference in found):
        raise Conflict(theirs, found, published=published)
