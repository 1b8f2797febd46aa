/**
 * A setting in the text of postgresql.conf.
 *
 * @module
 */
import { parseConfiguration } from "../stack/configuration_file.ts";
import { ChangeError } from "./error.ts";

/**
 * The text with another value of a setting: in place of its last line, which is the one that counts,
 * or as a new line at the end. Without a value every line of it is taken out.
 * @throws {ChangeError} when there is no line to take out.
 */
export function withSetting(text: string, name: string, value: string | undefined): string {
  const lines = text.split("\n");
  const found = parseConfiguration(text)
    .filter((line) => line.name.toLowerCase() === name.toLowerCase())
    .map(({ line }) => line - 1);
  if (value === undefined) {
    if (found.length === 0) throw new ChangeError(`${name} is in no line of the file`);
    return lines.filter((_, index) => !found.includes(index)).join("\n");
  }
  const line = `${name} = '${value.replaceAll("'", "''")}'`;
  const last = found.at(-1);
  if (last !== undefined) return lines.with(last, line).join("\n");
  return `${text.replace(/\n?$/, "\n")}${line}\n`;
}

/** A command of Compose with one more setting; as a text it is split as a shell would. */
export function withArgument(command: unknown, name: string, value: string): string | string[] {
  // Compose puts variables in place of $.
  const argument = `${name}=${value.replaceAll("$", "$$$$")}`;
  if (Array.isArray(command)) return [...command.map(String), "-c", argument];
  if (typeof command !== "string") throw new ChangeError("the node has no command of its own");
  return `${command} -c '${argument.replaceAll("'", "'\\''")}'`;
}
