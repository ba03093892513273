"""Languages of the family's page. Its fixed words exist in all; the services' own texts in those of the directory."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FamilyLanguage:
    """`code` selects the catalogue in locale/, `html_code` is the `lang` of the page, `name` is in the language."""

    code: str
    name: str
    html_code: str

    @classmethod
    def plain(cls, code: str, name: str) -> "FamilyLanguage":
        return cls(code, name, code)


FAMILY_LANGUAGES = {
    language.code: language
    for language in (
        FamilyLanguage.plain("fi", "Suomi"),
        FamilyLanguage.plain("sv", "Svenska"),
        FamilyLanguage.plain("en", "English"),
        # Easy Finnish has no code of its own; the catalogue is named after what it is.
        FamilyLanguage("fi-selko", "Selkosuomi", "fi"),
        FamilyLanguage.plain("ar", "العربية"),
        FamilyLanguage.plain("so", "Soomaali"),
        FamilyLanguage.plain("ru", "Русский"),
        FamilyLanguage.plain("uk", "Українська"),
    )
}
