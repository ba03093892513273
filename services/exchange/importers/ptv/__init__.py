"""Import services, organisations and places from the Finnish Service Catalogue (PTV) of Suomi.fi.

`download` fetches pages of the live interface into a folder, `source` reads the folder, `v11` converts its items to the
records of `importers.base.records`, and `reader` checks and links these. None of that depends on Django. `import_ptv`
passes the records to `importers.base`, which compares them with the database and writes.
"""
