from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0003_search")]

    operations = [
        # The rows are derived and lack what the new columns hold: `manage.py reindex` makes them anew.
        migrations.RunSQL(
            "TRUNCATE services_listing, services_searchposting, services_searchphraseterm, services_searchphrase, "
            "services_categoryterm, services_categoryfit, services_searchterm",
            migrations.RunSQL.noop,
        ),
        migrations.AddField("searchposting", "named", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("categoryterm", "language", models.CharField(max_length=2, default=""), preserve_default=False),
        migrations.AddField("listing", "kind", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("listing", "completeness", models.FloatField(default=0), preserve_default=False),
        migrations.AddIndex("listing", models.Index(fields=["kind"], name="listing_kind")),
    ]
