/**
 * `answers`: the same question has the same answer wherever it is asked. Judged by answers, never by
 * settings: UTC and Etc/UTC are two names of one time zone.
 *
 * A C library that orders text in another way than the primary's breaks indexes on a replica.
 * Source: https://wiki.postgresql.org/wiki/Locale_data_changes
 *
 * @module
 */
import { unlike } from "./alike.ts";
import type { Precondition } from "./kind.ts";
import { isArranged, type Sight } from "./sight.ts";

/** A question: an expression, and the settings that may change its answer. */
interface Question {
  sql: string;
  settings: readonly string[];
}

/**
 * By what is asked about. Only ASCII: they must be understood in any encoding. `1-1` and `11` changed
 * places in glibc 2.28.
 */
export const questions: Readonly<Record<string, Question>> = {
  "points in time": {
    sql: `'2024-01-31 12:00:00+00'::timestamptz::text || ' ' ||
      '2024-07-31 12:00:00+00'::timestamptz::text`,
    settings: ["timezone", "datestyle"],
  },
  "intervals": { sql: "interval '1 day 02:03:04'::text", settings: ["intervalstyle"] },
  "fractions": { sql: "(1::float8 / 3)::text", settings: ["extra_float_digits"] },
  "bytes": { sql: "decode('4142', 'hex')::text", settings: ["bytea_output"] },
  "the order of text": {
    sql: `(select string_agg(word, ' ' order by word) from unnest(array['a', 'B', 'b', 'A', '_a',
      'ab', 'a-b', 'a b', '1-1', '11', '10', '9', 'z', '"z']) as word)`,
    settings: [],
  },
  "capitals": { sql: "upper('title')", settings: [] },
  "numbers": { sql: "to_char(1234.5, '9G999D99')", settings: ["lc_numeric"] },
  "amounts": { sql: "12.5::numeric::money::text", settings: ["lc_monetary"] },
  "months": { sql: "to_char(date '2024-05-01', 'TMMonth')", settings: ["lc_time"] },
};

const settings = [...new Set(Object.values(questions).flatMap(({ settings }) => settings))];

/** The key of what look.ts adds: the version of the library that orders text. */
export const collationVersion = "the library of collations";

/** The precondition. */
export const answers: Precondition = {
  name: "answers",
  requirement: "the same answers about time, text and numbers from every server",
  cause: "TimeZone, DateStyle or the like differ, or nodes run on images with other C libraries",
  remedy: "set it alike on every node; give every node the same image, then reindex",
  settings,
  judge(sights, { change }) {
    const [first] = sights;
    return [...Object.keys(questions), collationVersion].flatMap((key) =>
      unlike(sights, (sight) => quoted(sight.answers[key]), `for ${key} `)
        .filter(({ node }) =>
          !settingsOf(key).some((name) => isArranged(change, name, [first!.node, node]))
        )
        .map(({ node, seen }) => {
          const sight = sights.find((each) => each.node === node)!;
          return { node, seen: `${seen}${reason(key, sight, first!)}` };
        })
    );
  },
};

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `"${text}"`;
}

function settingsOf(key: string): readonly string[] {
  return questions[key]?.settings ?? [];
}

/** ` (timezone Europe/Berlin, not UTC)`: the settings by which it differs. */
function reason(key: string, sight: Sight, first: Sight): string {
  const differing = settingsOf(key)
    .filter((name) => sight.settings[name] !== first.settings[name])
    .map((name) => `${name} ${sight.settings[name]}, not ${first.settings[name]}`);
  return differing.length > 0 ? ` (${differing.join("; ")})` : "";
}
