"""The enumerations of version 11 and what they mean here, with older names that still turn up."""

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
# Types that say too little; the name decides and a notice tells what was decided.
# RegionalOrganization: wellbeing services counties, but also joint authorities for, say, vocational training.
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
# Texts of the general description that a service leans on, as "serviceWithGD" marks them.
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

# The one system name for service classes (P...), target groups (KR...) and life events (KE...): codes do not
# clash.
CODE_SYSTEM = "ptv"
# Classes without a code still have an address; the newer form ends in the code.
CODE_IN_URI = re.compile(r"/code/([A-Z]{1,2}\d+(?:\.\d+)*)$")
# Older addresses number the classes instead: v1001 is P1, v2001 is KR1, v3001 is KE1 and so on, without a
# rule that leads from the number to the subclass, so those are counted as unknown.

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
# These bring the municipalities that they consist of, and those are what is kept.
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
# Anything else means that the map service found no point for the address.
COORDINATES_KNOWN = {"Ok", "EnteredByUser", "EnteredByAR", ""}

# --- channels ---

LOCATION_CHANNEL = "ServiceLocation"
CHANNEL_CODES = {
    "ServiceLocation": "on-site",
    "Phone": "phone",
    # An online service or a form is filled in; it is not a meeting.
    "EChannel": "written",
    "PrintableForm": "written",
    # A page informs, nothing more.
    "WebPage": "",
}
# "Perhechat", "chatti", "chattjour", but no château.
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
# What the catalogue itself shows for the two charges that need no words of the organisation.
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

# Codes of the catalogue that are another name of a language kept here.
LANGUAGE_ALIASES = {"prs": "fa", "fas": "fa", "ckb": "ku", "kmr": "ku", "sqi": "sq", "fil": "tl"}
