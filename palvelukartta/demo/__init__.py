"""The demonstration: invented organisations of the Vantaa-Kerava region, in `organisations/*.yaml`."""

# (e-mail, password, role) of the demo accounts, which exist only in the demo.
DEMO_LOGINS = [
    ("koordinaattori@palvelukartta.example", "kartta-demo-koordinaattori", "coordinator"),
    ("paakayttaja@palvelukartta.example", "kartta-demo-paakayttaja", "superuser"),
    ("jarjeston-paakayttaja@palvelukartta.example", "kartta-demo-jarjesto-1", "admin of an NGO"),
    ("jarjeston-muokkaaja@palvelukartta.example", "kartta-demo-jarjesto-2", "editor of an NGO"),
]
# The key of the organisation of the last two accounts.
MEMBER_ORGANISATION_KEY = "vantaan-perhepihlaja"
