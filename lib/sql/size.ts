/**
 * Sizes as PostgreSQL writes them: kB is 1024 bytes.
 * Source: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
 *
 * @module
 */

const units = ["B", "kB", "MB", "GB", "TB"];

/** Bytes of `64MB`; undefined when it is not a size with a unit. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)$/.exec(text.trim());
  return match ? Number(match[1]) * 1024 ** units.indexOf(match[2]!) : undefined;
}

/** The same size in the largest unit that divides it: `64MB`, `1536MB`. */
export function exactSize(bytes: number): string {
  let step = 0;
  let value = bytes;
  while (value !== 0 && value % 1024 === 0 && step < units.length - 1) {
    value /= 1024;
    step++;
  }
  return `${value}${units[step]}`;
}

/** `64MB`, `1.5GB`: short, for people. */
export function formatSize(bytes: number): string {
  let step = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && step < units.length - 1) {
    value /= 1024;
    step++;
  }
  return `${Number(value.toFixed(1))}${units[step]}`;
}
