"""The table of rights: every address of the site, and what it answers to each role.

Columns are people, rows are routes. A route that is not here fails the test.
"""

# Who asks. "own" is Kivivuori of Vantaa, which lies under Perheliitto; "other" is an NGO of Rovaniemi.
ROLES = {
    "visitor": "has not signed in",
    "pro": "has signed in, looks after nothing",
    "editor": "editor of Kivivuori",
    "admin": "admin of Kivivuori",
    "parent": "admin of Perheliitto, to which Kivivuori belongs",
    "oth-ed": "editor of another organisation",
    "oth-ad": "admin of another organisation",
    "coord": "coordinator of the county of Kivivuori",
    "oth-co": "coordinator of another county",
    "super": "superuser",
}
#  ok     the page, or what a form answers      in     led to the login
#  404    nothing is said to be there           403    there, but not for this person
#  home   led to the own page                   out    led on, as who has no business there
TABLE = """
                                       visitor pro   editor admin parent oth-ed oth-ad coord oth-co super
# Public
to-language                            ok      ok    ok     ok    ok     ok     ok     ok    ok     ok
robots                                 ok      ok    ok     ok    ok     ok     ok     ok    ok     ok
"""
