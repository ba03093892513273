"""A mypy plugin: the fields that modeltranslation adds to models (`name_fi` beside `name`), typed once as `str`."""

from collections.abc import Callable

from django.apps import apps
from modeltranslation.translator import translator
from mypy.plugin import ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class


class TranslatedFieldsPlugin(Plugin):
    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        if not apps.models_ready:
            return None
        for model in translator.get_registered_models():
            if f"{model.__module__}.{model.__name__}" == fullname:
                names = [
                    f.name for fields in translator.get_options_for_model(model).all_fields.values() for f in fields
                ]
                return lambda context: add_text_fields(context, names)
        return None


def add_text_fields(context: ClassDefContext, names: list[str]) -> None:
    text = context.api.named_type("builtins.str")
    for name in names:
        add_attribute_to_class(context.api, context.cls, name, text)


def plugin(version: str) -> type[Plugin]:
    return TranslatedFieldsPlugin
