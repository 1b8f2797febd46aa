/**
 * The command of a container: split into arguments, and what it sets of the server.
 *
 * @module
 */

/** A quote that is never closed. */
export class CommandError extends Error {
  override name = "CommandError";
}

/**
 * Splits a command as Compose does: quotes and backslashes as in a shell, no expansion; everything
 * from an unquoted `; & | < >` on is dropped.
 * Source: https://github.com/mattn/go-shellwords, which Compose uses.
 * @throws {CommandError}
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === "\\" && quote !== "'") word = (word ?? "") + (text[++at] ?? "");
    else if (quote !== "") {
      if (letter === quote) quote = "";
      else word += letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[;&|<>]/.test(letter)) break;
    else word = (word ?? "") + letter;
  }
  if (quote !== "") throw new CommandError(`a ${quote} is never closed`);
  if (word !== undefined) words.push(word);
  return words;
}

/** A setting of the command line. */
export interface Argument {
  name: string;
  value: string;
}

/**
 * Short options that set something, with the setting's name, and its value where it takes none.
 * Source: https://www.postgresql.org/docs/current/app-postgres.html
 */
const shortOptions: Record<string, { name: string; value?: string }> = {
  B: { name: "shared_buffers" },
  F: { name: "fsync", value: "off" },
  h: { name: "listen_addresses" },
  i: { name: "listen_addresses", value: "*" },
  k: { name: "unix_socket_directories" },
  l: { name: "ssl", value: "on" },
  N: { name: "max_connections" },
  p: { name: "port" },
  S: { name: "work_mem" },
};

/**
 * What a command sets of the server; undefined when it does not run the server by itself, as a
 * shell script does.
 */
export function serverArguments(command: readonly string[]): Argument[] | undefined {
  const rest = [...command];
  if (rest[0]?.endsWith("docker-entrypoint.sh")) rest.shift();
  // The official image puts "postgres" before a first word that is an option.
  if (rest.length > 0 && !rest[0]!.startsWith("-")) {
    if (rest.shift()!.split("/").at(-1) !== "postgres") return undefined;
  }
  const found: Argument[] = [];
  while (rest.length > 0) {
    const word = rest.shift()!;
    const [, letter, attached] = /^-([A-Za-z])([^]*)$/.exec(word) ?? [];
    if (word.startsWith("--")) found.push(...assignment(word.slice(2)));
    else if (letter === "c") found.push(...assignment(attached || (rest.shift() ?? "")));
    else if (letter !== undefined) {
      const option = shortOptions[letter];
      if (option?.value !== undefined) found.push({ name: option.name, value: option.value });
      else if (option) found.push({ name: option.name, value: attached || (rest.shift() ?? "") });
      else if ("Ddftx".includes(letter) && attached === "") rest.shift();
    }
  }
  return found;
}

/** `max-wal-senders=10`: a dash in a name counts as an underscore. */
function assignment(text: string): Argument[] {
  const [, name, value] = /^([^=]+)=([^]*)$/.exec(text) ?? [];
  return name === undefined ? [] : [{ name: name.replaceAll("-", "_"), value: value! }];
}
