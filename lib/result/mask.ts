/**
 * Keeps secrets out of whatever leaves the harness: events, reports, the console.
 *
 * A secret is replaced as it is, and as it looks inside a URL, an SQL literal, a connection string,
 * JSON or base64. Nothing here knows where secrets come from.
 *
 * @module
 */

/** What stands in a secret's place. */
export const mask = "***";

/** From this length on a secret is replaced wherever it occurs, inside words too. */
const lengthMin = 4;

/** What of the data is the format's own wording. A secret may well be called `postgres` or `passed`. */
export interface MaskOptions {
  /** Fields whose values are words of the format: left as they are. */
  closed?: readonly string[];
  /** When given, keys are replaced only inside these fields; elsewhere they are the format's own. */
  open?: readonly string[];
}

/**
 * Makes a function that replaces every secret in every string of plain data, keys included. Data
 * without secrets comes back equal. A secret shorter than four characters is replaced where it
 * stands alone: replacing it inside words would make a report unreadable, and disclose it.
 */
export function masker(
  secrets: readonly string[],
  options: MaskOptions = {},
): <T>(value: T) => T {
  const text = textMasker(secrets);
  const closed = new Set(options.closed);
  const open = options.open && new Set(options.open);
  const walk = (value: unknown, masksKeys: boolean): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map((each) => walk(each, masksKeys));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        if (masksKeys) return [text(key), walk(each, true)];
        if (closed.has(key)) return [key, each];
        return [key, walk(each, open!.has(key))];
      }),
    );
  };
  return <T>(value: T) => walk(value, open === undefined) as T;
}

function textMasker(secrets: readonly string[]): (text: string) => string {
  const long = pattern(secrets.filter((each) => each.length >= lengthMin).flatMap(formsOf));
  const short = pattern(secrets.filter((each) => each !== "" && each.length < lengthMin));
  const alone = short && new RegExp(`(?<![\\p{L}\\p{N}_])(?:${short})(?![\\p{L}\\p{N}_])`, "gu");
  const anywhere = long && new RegExp(long, "g");
  return (text) => {
    let masked = text;
    // What is left of and right of a mask may form a secret with it; each round makes it shorter.
    for (let last = ""; anywhere && masked !== last;) {
      last = masked;
      masked = masked.replace(anywhere, mask);
    }
    return alone ? masked.replace(alone, mask) : masked;
  };
}

/** An alternation of the texts, the longest first. */
function pattern(texts: readonly string[]): string | undefined {
  const unique = [...new Set(texts)].sort((a, b) => b.length - a.length);
  return unique.length === 0 ? undefined : unique.map(RegExp.escape).join("|");
}

/** A secret as it may be spelt. The quotings: `quote_literal`, and libpq's connection strings
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE). */
function formsOf(secret: string): string[] {
  const url = encodeURIComponent(secret.toWellFormed());
  const base64 = new TextEncoder().encode(secret).toBase64({ omitPadding: true });
  return [
    secret,
    url,
    url.replace(/%../g, (code) => code.toLowerCase()),
    url.replaceAll("%20", "+"),
    secret.replaceAll("'", "''"),
    secret.replaceAll("\\", "\\\\").replaceAll("'", "''"),
    secret.replace(/['\\]/g, "\\$&"),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replaceAll("+", "-").replaceAll("/", "_"),
  ];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
