"""Which fields are text in Finnish, Swedish and English (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from .content.service_texts import SERVICE_TEXT_NAMES
from .models import (
    Category,
    LocationPhone,
    PathStep,
    ScheduleException,
    Service,
    ServiceLocation,
    ServicePath,
    ServicePhone,
)


@register(Category)
class CategoryTexts(TranslationOptions):
    fields = ("name", "note")


@register(Service)
class ServiceTexts(TranslationOptions):
    fields = SERVICE_TEXT_NAMES


@register(ServiceLocation)
class LocationTexts(TranslationOptions):
    fields = ("name", "street", "city", "hours_note", "accessibility_note", "website")


@register(ScheduleException)
class ScheduleExceptionTexts(TranslationOptions):
    fields = ("note",)


@register([ServicePhone, LocationPhone])
class PhoneTexts(TranslationOptions):
    fields = ("label", "charge_note")


@register(ServicePath)
class ServicePathTexts(TranslationOptions):
    fields = ("name", "summary")


@register(PathStep)
class PathStepTexts(TranslationOptions):
    fields = ("title", "who", "move_on", "responsible", "search_text")
