"""The demonstration directory: invented organisations of the Vantaa-Kerava region, in YAML beside this file."""

# (e-mail, password, role) of the people one can sign in as in the demo, and nowhere else.
DEMO_LOGINS = [
    ("koordinaattori@palvelukartta.example", "kartta-demo-koordinaattori", "coordinator"),
    ("paakayttaja@palvelukartta.example", "kartta-demo-paakayttaja", "superuser"),
    ("jarjeston-paakayttaja@palvelukartta.example", "kartta-demo-jarjesto-1", "admin of an NGO"),
    ("jarjeston-muokkaaja@palvelukartta.example", "kartta-demo-jarjesto-2", "editor of an NGO"),
]
# The key of the organisation that the last two look after.
MEMBER_ORGANISATION_KEY = "vantaan-perhepihlaja"
