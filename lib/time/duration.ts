/**
 * Durations as people write and read them, in PostgreSQL's own units.
 *
 * @module
 */

const unitMs: Record<string, number> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds of `10s`, `1.5min`, `200ms`; undefined when it is not a duration with a unit.
 * Units: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * unitMs[match[2]!]! : undefined;
}

/** The same time, to the bit, in seconds where these are whole: `90s`, `1500ms`. */
export function exactDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** `340ms`, `12.3s`, `2min 5s`: short, for people. */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)}us`;
  if (ms < 10) return `${Number(ms.toFixed(1))}ms`;
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))}s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms - minutes * 60_000) / 1000);
  return seconds === 0 ? `${minutes}min` : `${minutes}min ${seconds}s`;
}
