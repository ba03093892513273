"""Keep a referral list as a template, and delete templates."""

from collections.abc import Sequence

from organisations.core.form_idempotency import submit_once
from organisations.models import Organisation, User
from services.models import ListTemplate, TemplateItem

from .referral_lists import ItemAdvice

MAX_TEMPLATES = 50


class TooManyTemplates(Exception):
    """The user or the organisation has MAX_TEMPLATES templates already."""


def save_template(
    *,
    name: str,
    owner: User | Organisation,
    title: str,
    advice: Sequence[ItemAdvice],
    form_key: str,
) -> ListTemplate:
    """Keep the services with their next steps and phrases; own words are left out.

    Raises TooManyTemplates, AlreadySubmitted and SubmissionInProgress.
    """
    belongs = {"organisation": owner} if isinstance(owner, Organisation) else {"owner": owner}

    def write() -> ListTemplate:
        if ListTemplate.objects.filter(**belongs).count() >= MAX_TEMPLATES:
            raise TooManyTemplates
        template = ListTemplate.objects.create(name=name, title=title, **belongs)
        TemplateItem.objects.bulk_create(
            TemplateItem(
                template=template,
                service=item.service,
                position=position,
                next_step=item.next_step,
                phrases=list(item.phrases),
            )
            for position, item in enumerate(advice, 1)
        )
        return template

    return submit_once(key=form_key, write=write)


def remove_template(*, template: ListTemplate) -> None:
    ListTemplate.objects.filter(pk=template.pk).delete()
