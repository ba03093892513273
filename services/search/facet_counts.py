"""Facet counts by bitmaps: one bit string per token marks the services that have it, in blocks of consecutive ids.

Counting ANDs the bits of the chosen tokens and counts the ones. It is exact; a hundred thousand services take thirteen
blocks of a kilobyte for each token. Triggers maintain the bits (see the migration `facet_bits`), so that every write
to the listings keeps them up to date.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

# Ids per block, 2 ** 13; the migration uses the same number.
BLOCK_SIZE = 8192
_ONE_DAY = timedelta(days=1)
# Dimensions that no facet shows: they have many tokens, or hold dates and ages. Same as in `facet_bits_counted`.
UNCOUNTED_DIMENSIONS = ("municipality", "county", "listed", "valid_until", "age_min", "age_max")


@dataclass
class ListingConditions:
    """Conditions on listings by name: tokens, or a range of tokens, of which a listing must have at least one."""

    tokens: dict[str, list[str]] = field(default_factory=dict)
    ranges: dict[str, tuple[str, str]] = field(default_factory=dict)

    def require_any(self, name: str, tokens: Iterable[str]) -> None:
        self.tokens[name] = list(tokens)

    def for_age(self, years: int) -> None:
        self.ranges["age_min"] = ("age_min:00000", f"age_min:{years:05}")
        self.ranges["age_max"] = (f"age_max:{years:05}", "age_max:99999")

    def on_offer(self, today: date) -> None:
        """Leave out services that ended before `today`."""
        self.ranges["valid_until"] = ("valid_until:0001-01-01", f"valid_until:{today - _ONE_DAY:%Y-%m-%d}")

    def columns(self) -> list[list[str]]:
        tokens = [(name, token) for name, values in self.tokens.items() for token in values]
        ranges = [(name, low, high) for name, (low, high) in self.ranges.items()]
        return [
            *([row[n] for row in tokens] for n in range(2)),
            *([row[n] for row in ranges] for n in range(3)),
            list({**self.tokens, **self.ranges}),
        ]


def facet_counts_sql(
    conditions: ListingConditions,
    dimensions: list[str],
    matching: tuple[str, list] | None,
    page: tuple[int, int] | None = None,
) -> tuple[str, list]:
    """Return SQL and parameters of (token, number, 0, 0): the number of listings with each token under all conditions.

    For tokens of one of the `dimensions` the condition of that name is ignored. The token "" counts the listings
    that meet all conditions. `matching` is SQL of (service_id, score) with its parameters: only those are counted.
    `page` (number, size) adds the rows of a page, best match first, then latest confirmed: (NULL, id, position on the
    page, score); a page beyond the last is the last. One statement, so that the matches are computed once.
    """
    sql, params = matching or ("", [])
    parts = (_MATCHED_LISTINGS if matching else _ALL_LISTINGS) | {"counted": f"dimension NOT IN {UNCOUNTED_DIMENSIONS}"}
    text = f"WITH {_MATCHING.format(sql=sql) if matching else ''} {_COUNTS.format(**parts)} {_PAGE if page else ''}"
    number, size = page or (1, 1)
    *columns, names = conditions.columns()
    return text, [*params, *columns, ["", *dimensions], names, number - 1, size, dimensions]


_MATCHING = """
scored AS MATERIALIZED ({sql}), matched AS (
  SELECT (service_id >> 13)::int AS block, bit_or(services_bit(service_id)) AS bits FROM scored GROUP BY 1
),
"""
_ALL_LISTINGS = {"bits": "listed.bits", "join": ""}
_MATCHED_LISTINGS = {"bits": "listed.bits & matched.bits", "join": "JOIN matched ON matched.block = listed.block"}
_COUNTS = """
chosen AS MATERIALIZED (
  SELECT condition.name, stored.block, bit_or(stored.bits) AS bits
  FROM unnest(%s::text[], %s::text[]) AS condition(name, token) JOIN services_facetbits AS stored USING (token)
  GROUP BY condition.name, stored.block
  UNION ALL
  SELECT condition.name, stored.block, bit_or(stored.bits)
  FROM unnest(%s::text[], %s::text[], %s::text[]) AS condition(name, low, high)
  JOIN services_facetbits AS stored
    ON stored.dimension = condition.name AND stored.token BETWEEN condition.low AND condition.high
  GROUP BY condition.name, stored.block
), base AS MATERIALIZED (
  SELECT listed.block, {bits} & ~coalesce(ended.bits, B'0'::bit(8192)) AS bits
  FROM services_facetbits AS listed {join}
  LEFT JOIN chosen AS ended ON ended.name = 'valid_until' AND ended.block = listed.block
  WHERE listed.token = 'listed:yes'
), masks AS MATERIALIZED (
  SELECT shown.name, base.block, base.bits & coalesce(bit_and(chosen.bits), base.bits) AS bits
  FROM base CROSS JOIN unnest(%s::text[]) AS shown(name)
  LEFT JOIN chosen ON chosen.block = base.block AND chosen.name NOT IN ('valid_until', shown.name)
  GROUP BY shown.name, base.block, base.bits
  -- A condition that nothing in the block meets has no row to be ANDed.
  HAVING count(chosen.name) = cardinality(array_remove(array_remove(%s::text[], 'valid_until'), shown.name))
), total AS MATERIALIZED (
  SELECT coalesce(sum(bit_count(bits)), 0)::bigint AS number FROM masks WHERE name = ''
), place AS (
  -- The requested page, counted from 0, or the last one.
  SELECT least(%s::bigint, greatest(number - 1, 0) / size) AS last, size
  FROM total CROSS JOIN (SELECT %s::bigint) AS of(size)
), counted AS MATERIALIZED (
  -- Counted before they are grouped: a sort of the bits themselves would go to disk.
  SELECT stored.token, bit_count(stored.bits & masks.bits) AS number
  FROM (
    SELECT token, block, bits, CASE WHEN dimension = ANY(%s) THEN dimension ELSE '' END AS mask
    FROM services_facetbits WHERE {counted}
  ) AS stored JOIN masks ON masks.block = stored.block AND masks.name = stored.mask
)
SELECT token, sum(number)::bigint AS number, 0 AS place, 0.0::float AS score
FROM counted WHERE number > 0 GROUP BY token
UNION ALL SELECT '', number, 0, 0.0 FROM total
"""
_PAGE = """
UNION ALL SELECT NULL, page.service_id, row_number() OVER (), page.score FROM (
  SELECT best.service_id, best.score
  FROM (
    SELECT scored.service_id, scored.score
    FROM scored JOIN masks ON masks.name = '' AND masks.block = scored.service_id >> 13
      AND get_bit(masks.bits, (scored.service_id & 8191)::int) = 1
    -- Only those that may stand on the page are looked up.
    ORDER BY scored.score DESC FETCH FIRST (SELECT (last + 1) * size FROM place) ROWS WITH TIES
  ) AS best JOIN services_listing AS listing ON listing.service_id = best.service_id
  ORDER BY best.score DESC, listing.assured_at DESC NULLS LAST, best.service_id
  LIMIT (SELECT size FROM place) OFFSET (SELECT last * size FROM place)
) AS page
"""
