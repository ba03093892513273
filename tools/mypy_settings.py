"""Settings for mypy only: modeltranslation adds its fields, but leaves the managers whose types the models declare."""

from modeltranslation import translator

from palvelukartta import settings

translator.add_manager = lambda model: None
globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
