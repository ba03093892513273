"""History by triggers: every write to these tables, by whatever, leaves its change in `services_change`."""

from django.db import migrations, models

from services.models.change import Operation
from services.models.history_triggers import ALL_OPERATIONS, create_history_triggers

# Table, kind of record, column of the record, column of its organisation.
TRACKED = [
    ("organisations_organisation", "organisation", "id", ""),
    ("organisations_organisationphone", "organisation", "organisation_id", ""),
    ("organisations_organisation_municipalities", "organisation", "organisation_id", ""),
    ("organisations_organisation_counties", "organisation", "organisation_id", ""),
    ("services_category_organisations", "organisation", "organisation_id", ""),
    ("organisations_contact", "contact", "id", "organisation_id"),
    ("organisations_contact_municipalities", "contact", "contact_id", ""),
    ("services_service", "service", "id", "organisation_id"),
    ("services_servicephone", "service", "service_id", ""),
    ("services_service_categories", "service", "service_id", ""),
    ("services_service_locations", "service", "service_id", ""),
    ("services_service_municipalities", "service", "service_id", ""),
    ("services_service_counties", "service", "service_id", ""),
    ("services_servicelocation", "location", "id", "organisation_id"),
    ("services_schedule", "location", "location_id", ""),
    ("services_scheduleexception", "location", "location_id", ""),
    ("services_locationphone", "location", "location_id", ""),
    ("services_category", "category", "id", ""),
    ("services_synonym", "category", "category_id", ""),
    ("services_externalcode", "category", "category_id", ""),
]
# What was imported is no history, but comes back with a deleted record.
ONLY_REMOVED = [
    ("organisations_organisationreference", "organisation", "organisation_id", ""),
    ("services_servicereference", "service", "service_id", ""),
    ("services_locationreference", "location", "location_id", ""),
]
# A statement at a time, and rows as JSON: columns that come later, as those of translated texts did, need no new trigger.
FUNCTION = """
CREATE FUNCTION services_note_change() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  told constant jsonb := coalesce(nullif(current_setting('palvelukartta.doing', true), ''), '{}')::jsonb;
  moment constant bigint := coalesce((told->>'moment')::bigint, pg_current_xact_id()::text::bigint);
  note constant text := 'INSERT INTO services_change (at, moment, through, program, "user", kind, record, organisation, '
    'part, row, operation, before, after) '
    'SELECT now(), $1, $2, current_setting(''application_name''), $3, $4, (known->>$5)::bigint, (known->>$6)::bigint, '
    '$7, (known->>''id'')::bigint, operation, before, after FROM (%s) AS change ORDER BY 10';
  came_only constant text := 'SELECT to_jsonb(came) AS known, ''added'' AS operation, NULL::jsonb AS before, '
    'jsonb_strip_nulls(to_jsonb(came)) AS after FROM came';
  gone_only constant text := 'SELECT to_jsonb(gone) AS known, ''removed'' AS operation, '
    'jsonb_strip_nulls(to_jsonb(gone)) AS before, NULL::jsonb AS after FROM gone';
  -- OFFSET 0: each row becomes JSON once, not once for each of its columns.
  differing constant text := 'SELECT b || a AS known, ''changed'' AS operation, before, after '
    'FROM (SELECT to_jsonb(gone) AS b, to_jsonb(came) AS a FROM gone JOIN came USING (id) OFFSET 0) AS pair, '
    'LATERAL (SELECT jsonb_object_agg(key, old.value) AS before, jsonb_object_agg(key, new.value) AS after '
    'FROM jsonb_each(b) AS old JOIN jsonb_each(a) AS new USING (key) '
    'WHERE old.value <> new.value AND key <> ''updated_at'') AS difference';
BEGIN
  EXECUTE format(note, CASE TG_OP
    WHEN 'INSERT' THEN came_only
    WHEN 'DELETE' THEN gone_only
    ELSE format('SELECT * FROM (%s) AS differing WHERE before IS NOT NULL', differing)
      || ' UNION ALL ' || came_only || ' WHERE NOT EXISTS (SELECT FROM gone WHERE gone.id = came.id)'
      || ' UNION ALL ' || gone_only || ' WHERE NOT EXISTS (SELECT FROM came WHERE came.id = gone.id)'
  END) USING moment, coalesce(told->>'through', ''), (told->>'user')::bigint,
    TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], TG_TABLE_NAME;
  RETURN NULL;
END
$body$;
"""
DROP_FUNCTION = "DROP FUNCTION services_note_change();"


class Migration(migrations.Migration):

    dependencies = [
        ("organisations", "0002_areas"),
        ("services", "0013_freshness"),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('moment', models.BigIntegerField()),
                ('through', models.CharField(blank=True, max_length=10)),
                ('program', models.CharField(blank=True, max_length=64)),
                ('user', models.BigIntegerField(null=True)),
                ('kind', models.CharField(choices=[('organisation', 'organisation'), ('contact', 'contact'), ('service', 'service'), ('location', 'location'), ('category', 'category')], max_length=12)),
                ('record', models.BigIntegerField()),
                ('organisation', models.BigIntegerField(null=True)),
                ('part', models.CharField(max_length=63)),
                ('row', models.BigIntegerField()),
                ('operation', models.CharField(max_length=7)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('erased', models.BooleanField(db_default=False, default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'record', 'id'], name='change_of_record'), models.Index(condition=models.Q(('organisation__isnull', False)), fields=['organisation', 'kind', 'record'], name='change_in_organisation'), models.Index(condition=models.Q(('operation', 'removed')), fields=['part', 'id'], name='change_removed')],
            },
        ),
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        *(
            migrations.RunSQL(
                *create_history_triggers(
                    table, kind=kind, record_column=record, organisation_column=organisation, operations=operations
                )
            )
            for tables, operations in ((TRACKED, ALL_OPERATIONS), (ONLY_REMOVED, (Operation.REMOVED,)))
            for table, kind, record, organisation in tables
        ),
    ]
