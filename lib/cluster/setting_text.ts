/**
 * Settings as text: lines of postgresql.conf, arguments of the server.
 *
 * @module
 */

/** A setting without its history. */
export interface Value {
  name: string;
  value: string;
}

/** A value as postgresql.conf takes it: backslashes and quotes doubled. */
function quoted(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** Lines of a postgresql.conf. */
export function formatSettings(settings: readonly Value[]): string {
  return settings.map(({ name, value }) => `${name} = ${quoted(value)}\n`).join("");
}

/** Arguments of the server. */
export function formatArguments(settings: readonly Value[]): string[] {
  return settings.flatMap(({ name, value }) => ["-c", `${name}=${value}`]);
}
