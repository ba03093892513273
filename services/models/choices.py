"""Fixed choices for facts about services: channels, routes, languages, cost, accessibility."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    ON_SITE = "on-site", _("on site")
    HOME_VISIT = "home-visit", _("home visit")
    PHONE = "phone", _("by phone")
    CHAT = "chat", _("chat")
    REMOTE = "remote", _("remote meeting")
    WRITTEN = "written", _("in writing")


class AccessRoute(models.TextChoices):
    """Ways into a service, the easiest first."""

    OPEN_DOOR = "open-door", _("open door: just come")
    SELF = "self", _("the family can contact by itself")
    PROFESSIONAL = "professional", _("a professional makes contact")
    APPLY = "apply", _("by application")
    REFERRAL = "referral", _("a referral is needed")


class Cost(models.TextChoices):
    FREE = "free", _("free of charge")
    FEE = "fee", _("subject to a fee")
    VARIES = "varies", _("partly subject to a fee")


class Language(models.TextChoices):
    """Languages in which a service is provided: ISO 639-1, and ISO 639-3 for the sign languages."""

    FI = "fi", _("Finnish")
    SV = "sv", _("Swedish")
    EN = "en", _("English")
    FSE = "fse", _("Finnish sign language")
    FSS = "fss", _("Finland-Swedish sign language")
    SE = "se", _("Northern Sami")
    SMN = "smn", _("Inari Sami")
    SMS = "sms", _("Skolt Sami")
    RU = "ru", _("Russian")
    UK = "uk", _("Ukrainian")
    ET = "et", _("Estonian")
    AR = "ar", _("Arabic")
    SO = "so", _("Somali")
    FA = "fa", _("Persian (Farsi, Dari)")
    KU = "ku", _("Kurdish")
    SQ = "sq", _("Albanian")
    TR = "tr", _("Turkish")
    VI = "vi", _("Vietnamese")
    TH = "th", _("Thai")
    ZH = "zh", _("Chinese")
    ES = "es", _("Spanish")
    FR = "fr", _("French")
    DE = "de", _("German")
    PL = "pl", _("Polish")
    RO = "ro", _("Romanian")
    TL = "tl", _("Filipino")
    NE = "ne", _("Nepali")
    HI = "hi", _("Hindi")
    UR = "ur", _("Urdu")
    BN = "bn", _("Bengali")
    ROM = "rom", _("Romani")
    PT = "pt", _("Portuguese")
    IT = "it", _("Italian")
    JA = "ja", _("Japanese")
    HU = "hu", _("Hungarian")
    LV = "lv", _("Latvian")
    LT = "lt", _("Lithuanian")
    PS = "ps", _("Pashto")
    TI = "ti", _("Tigrinya")
    AM = "am", _("Amharic")


class AccessibilityFact(models.TextChoices):
    """Accessibility of a service."""

    INTERPRETER = "interpreter", _("interpreter arranged")
    EASY_LANGUAGE = "easy-language", _("easy language")
    SIGN_LANGUAGE = "sign-language", _("sign language")
    REMOTE_POSSIBLE = "remote-possible", _("also remotely")
    HOME_VISIT_POSSIBLE = "home-visit-possible", _("also at home")
    CHILDCARE_ON_SITE = "childcare-on-site", _("childcare on site")


class PlaceFact(models.TextChoices):
    """Accessibility of a location."""

    STEP_FREE = "step-free", _("step-free entrance")
    ACCESSIBLE_TOILET = "accessible-toilet", _("accessible toilet")
    LIFT = "lift", _("lift")
    INDUCTION_LOOP = "induction-loop", _("induction loop")
    SENSORY_FRIENDLY = "sensory-friendly", _("quiet space")
    PRAM_ACCESS = "pram-access", _("room for prams")
    GUIDE_DOGS = "guide-dogs-welcome", _("guide dogs welcome")
    PARKING = "parking", _("accessible parking")


class Weekday(models.IntegerChoices):
    """ISO 8601 weekdays."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")
