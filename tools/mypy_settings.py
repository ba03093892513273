"""Settings for mypy only: modeltranslation adds its fields, but leaves the managers whose types the models declare."""

from modeltranslation import translator

from palvelukartta.settings import *

translator.add_manager = lambda model: None
