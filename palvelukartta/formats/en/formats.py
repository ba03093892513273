# No reader has to guess which number is the month.
DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
