"""The demonstration directory: invented organisations of the Vantaa-Kerava region, in YAML beside this file."""

# (e-mail, password, role) of the people one can sign in as in the demo, and nowhere else.
LOGINS = [
    ("koordinaattori@palvelukartta.example", "kartta-demo-koordinaattori", "coordinator"),
    ("paakayttaja@palvelukartta.example", "kartta-demo-paakayttaja", "superuser"),
]
