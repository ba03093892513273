import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As `organisations.core.freshness` says on the day of this migration; rows made later say it themselves.
FILL = """
UPDATE services_listing AS listing
SET unconfirmed_from = coalesce(
  90 + (service.assured_at AT TIME ZONE 'Europe/Helsinki'
    + CASE organisation.sector WHEN 'company' THEN interval '6 months' ELSE interval '12 months' END)::date,
  (service.created_at AT TIME ZONE 'Europe/Helsinki')::date
)
FROM services_service AS service JOIN organisations_organisation AS organisation
  ON organisation.id = service.organisation_id
WHERE service.id = listing.service_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_areas"),
        ("services", "0012_places_on_the_map"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="confirm_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[(3, "3"), (6, "6"), (12, "12"), (24, "24")],
                help_text="Empty: what is usual in the sector.",
                null=True,
                verbose_name="months between confirmations",
            ),
        ),
        migrations.AddField(
            model_name="listing", name="unconfirmed_from", field=models.DateField(null=True), preserve_default=False
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name="listing", name="unconfirmed_from", field=models.DateField()),
        migrations.AddField(
            model_name="mistakereport",
            name="members_told_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="members told"),
        ),
        migrations.AddField(
            model_name="mistakereport",
            name="coordinators_told_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="coordinators told"),
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due", models.DateField()),
                (
                    "stage",
                    models.PositiveSmallIntegerField(choices=[(1, "before"), (2, "due"), (3, "after"), (4, "last")]),
                ),
                ("sent_at", models.DateTimeField(auto_now_add=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="services.service",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "organisation", "service", "due", "stage"),
                        name="reminded_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
