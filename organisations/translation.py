"""Fields translated into Finnish, Swedish and English (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from .models import Contact, Municipality, Organisation, OrganisationPhone, WellbeingCounty


@register([Municipality, WellbeingCounty])
class AreaTexts(TranslationOptions):
    fields = ("name",)


@register(Organisation)
class OrganisationTexts(TranslationOptions):
    fields = ("name", "description", "website")


@register(OrganisationPhone)
class PhoneTexts(TranslationOptions):
    fields = ("label", "charge_note")


@register(Contact)
class ContactTexts(TranslationOptions):
    fields = ("title",)
