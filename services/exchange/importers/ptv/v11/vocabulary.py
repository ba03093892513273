"""The enumerations of version 11 with their meaning here, including older names that still occur."""

import re

# --- organisations ---

SECTORS = {
    "Municipality": "municipality",
    "State": "state",
    "Company": "company",
    "Organization": "ngo",
    "SotePublic": "county",
    "Region": "county",
    "WellbeingServicesCounty": "county",
    "WellbeingServiceCounty": "county",
    "SotePrivate": "company",
}
# Ambiguous types: the sector follows from the name, with these as defaults, and a notice reports it.
# RegionalOrganization: wellbeing services counties, but also joint authorities, for instance for vocational training.
# TT1 and TT2: the parent classes "public" and "private service producers".
SECTOR_BY_NAME = {"RegionalOrganization": "municipality", "TT1": "state", "TT2": "ngo"}

# Whole words only: a "seurakuntaopisto" is a school, not a parish.
PARISH_NAME = re.compile(
    r"(?:seurakunta|seurakunnat|seurakuntayhtymä|hiippakunta|kirkkohallitus|luostari|församling(?:en|ar)?"
    r"|samfällighet(?:en)?|stift|parish(?:es)?|congregation)\b"
    r"|\b(?:ortodoksinen|evankelis-luterilainen) kirkko\b",
    re.IGNORECASE,
)
COUNTY_NAME = re.compile(
    r"hyvinvointialue|hyvinvointiyhtymä|sairaanhoitopiiri|välfärdsområde|wellbeing services county|\bHUS\b",
    re.IGNORECASE,
)
MUNICIPALITY_NAME = re.compile(
    r"(?:kaupunki|kunta|kuntayhtymä)\b|\b(?:stad|kommun|samkommun|city of|municipality of)\b", re.IGNORECASE
)
COMPANY_NAME = re.compile(r"\b(?:oy|oyj|ab|abp|ltd|ky|tmi|osk|osuuskunta)\b", re.IGNORECASE)

# --- what is published ---

PUBLISHED_STATUSES = {"Published", ""}
UNPUBLISHED_STATUSES = {"Draft", "Modified", "Deleted", "Archived", "Withdrawn", "OldPublished"}

# --- names and descriptions ---

NAME, ALTERNATIVE_NAME = "Name", "AlternativeName"
NAME_TYPES = {"Name": NAME, "AlternativeName": ALTERNATIVE_NAME, "AlternateName": ALTERNATIVE_NAME}

DESCRIPTION_TYPES = {
    "Description": "Description",
    "Summary": "Summary",
    "ShortDescription": "Summary",
    "UserInstruction": "UserInstruction",
    "ServiceUserInstruction": "UserInstruction",
    "ChargeTypeAdditionalInfo": "ChargeTypeAdditionalInfo",
    "DeadLine": "DeadLine",
    "DeadLineAdditionalInfo": "DeadLine",
    "ProcessingTime": "ProcessingTime",
    "ProcessingTimeAdditionalInfo": "ProcessingTime",
    "ValidityTime": "ValidityTime",
    "ValidityTimeAdditionalInfo": "ValidityTime",
    "ServiceType": "ServiceType",
    "ServiceTypeAdditionalInfo": "ServiceType",
    "BackgroundDescription": "BackgroundDescription",
    "GeneralDescriptionTypeAdditionalInformation": "ServiceType",
}
# The prefix of texts of the general description of a service in "serviceWithGD".
GENERAL_DESCRIPTION_PREFIX = "GD_"

# --- services ---

SERVICE_TYPES = {
    "Service",
    "PermitOrObligation",
    "PermissionAndObligation",
    "ProfessionalQualification",
    "ProfessionalQualifications",
}
COST_CODES = {"Chargeable": "fee", "Charged": "fee", "FreeOfCharge": "free", "Free": "free", "Other": "varies"}
ORGANISATION_ROLES = {"Responsible", "OtherResponsible", "Producer"}

# Service classes (P...), target groups (KR...) and life events (KE...) share a system, as their codes are distinct.
CODE_SYSTEM = "ptv"
# Classes without a code have a URI; newer ones end in the code.
CODE_IN_URI = re.compile(r"/code/([A-Z]{1,2}\d+(?:\.\d+)*)$")
# Older URIs number the classes: v1001 is P1, v2001 is KR1, v3001 is KE1. The numbers of subclasses follow no rule, so
# these classes are counted as unknown.

# --- areas ---

NATIONWIDE = {"Nationwide", "WholeCountry"}
NATIONWIDE_BUT_ALAND = {"NationwideExceptAlandIslands", "WholeCountryExceptAlandIslands"}
LIMITED_AREA_TYPES = {"LimitedType", "AreaType"}

MUNICIPALITY_AREAS = {"Municipality"}
COUNTY_AREAS = {
    "WellbeingServiceCounties",
    "WellbeingServicesCounties",
    "WellbeingServiceCounty",
    "WellbeingServicesCounty",
}
# Areas that list their municipalities, which are stored instead.
COMPOSED_AREAS = {
    "Region",
    "Province",
    "BusinessSubRegion",
    "BusinessRegions",
    "HospitalDistrict",
    "HospitalRegions",
}

# --- addresses ---

VISITING_TYPES = {"Location", "Visiting", ""}
POSTAL_TYPES = {"Postal"}
STREET_ADDRESSES = {"Single", "Street", "Multipoint", "Moving", ""}
OTHER_ADDRESSES = {"Other"}
UNPLACED_ADDRESSES = {"PostOfficeBox", "Abroad", "Foreign", "NoAddress"}
# Other states mean that the map service has no point for the address.
VALID_COORDINATE_STATES = {"Ok", "EnteredByUser", "EnteredByAR", ""}

# --- channels ---

LOCATION_CHANNEL = "ServiceLocation"
CHANNEL_CODES = {
    "ServiceLocation": "on-site",
    "Phone": "phone",
    # An online service or a form is filled in; it is not a meeting.
    "EChannel": "written",
    "PrintableForm": "written",
    # A page only informs.
    "WebPage": "",
}
# Matches "Perhechat", "chatti" and "chattjour", but not "château".
CHAT_NAME = re.compile(r"chat(?!e)", re.IGNORECASE)
REMOTE_NAME = re.compile(
    r"etävastaanot|videovastaanot|videoneuvot|distansmottag|videomottag|remote appointment", re.IGNORECASE
)

PHONE_TYPES = {"Phone", "Sms", "Fax", ""}
CALL_CHARGES = {
    "Chargeable": "usual",
    "Charged": "usual",
    "FreeOfCharge": "free",
    "Free": "free",
    "Other": "other",
}
# The texts of the catalogue for charges without a description by the organisation.
CALL_CHARGE_NOTES = {
    "usual": {
        "fi": "Paikallisverkkomaksu tai matkapuhelinmaksu",
        "sv": "Lokalnätsavgift eller mobiltelefonavgift",
        "en": "Local network or mobile call charge",
    },
    "free": {
        "fi": "Puhelu on maksuton",
        "sv": "Samtalet är avgiftsfritt",
        "en": "The call is free of charge",
    },
    "other": {},
}

# --- opening hours ---

WEEKLY_HOURS = {"DaysOfTheWeek", "Standard"}
OVERNIGHT_HOURS = {"OverMidnight", "Special"}
EXCEPTIONAL_HOURS = {"Exceptional", "Exception"}
WEEKDAYS = {
    "Monday": 1,
    "Tuesday": 2,
    "Wednesday": 3,
    "Thursday": 4,
    "Friday": 5,
    "Saturday": 6,
    "Sunday": 7,
}

# --- languages ---

# Language codes of the catalogue, and the codes used here.
LANGUAGE_ALIASES = {"prs": "fa", "fas": "fa", "ckb": "ku", "kmr": "ku", "sqi": "sq", "fil": "tl"}
