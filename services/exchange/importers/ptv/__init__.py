"""Services, organisations and places from the Finnish Service Catalogue (PTV) of Suomi.fi.

From the outside in: `source` gets pages from a folder or the live API, `v11` turns them into the plain
records of `records`, `reader` checks and joins them. None of that knows Django. `fields`, `plan` and `apply`
compare the records with the database and write; `importing` is the one function that the management command
calls.
"""
