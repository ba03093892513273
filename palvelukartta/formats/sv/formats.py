# As written in Finland.
DATE_FORMAT = SHORT_DATE_FORMAT = "j.n.Y"
