/**
 * `.env` and `env_file:` as Compose reads them, which is not as a shell does.
 * Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 *
 * @module
 */
import { interpolate, InterpolationError } from "./interpolate.ts";
import { mistake, type SourceFile } from "./source_file.ts";

const assignment = new RegExp(
  String.raw`^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*` +
    String.raw`(?:'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|([^\n]*))`,
  "gm",
);
const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/**
 * Names and values of the file, in order. Values without quotes, or in double ones, may use
 * variables of `known` and of earlier lines.
 * @throws {InterpolationError}
 */
export function parseEnvFile(
  text: string,
  known: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, single, double, bare] of text.replaceAll("\r\n", "\n").matchAll(assignment)) {
    // What is known already wins, as the shell's environment wins over `.env`.
    const expand = (value: string) => interpolate(value, { environment: { ...found, ...known } });
    if (single !== undefined) found[name!] = single.replaceAll("\\'", "'");
    else if (double !== undefined) found[name!] = expand(unescapeDouble(double));
    else found[name!] = expand(bare!.replace(/(?:^|[ \t]+)#.*$/, "").trim());
  }
  return found;
}

/** A backslash before a dollar keeps it; {@link interpolate} turns the doubled one into one. */
function unescapeDouble(text: string): string {
  return text.replace(/\\([^])/g, (all, letter: string) => {
    if (letter === "$") return "$$";
    return escapes[letter] ?? (/["\\']/.test(letter) ? letter : all);
  });
}

/**
 * The same for a file of the stack.
 * @throws {StackError} at an expression that cannot be replaced.
 */
export function readEnvFile(
  file: SourceFile,
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  try {
    return parseEnvFile(file.text, known);
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const offset = Math.max(0, file.text.indexOf(error.expression));
    throw mistake({ file, offset }, { message: error.message });
  }
}
