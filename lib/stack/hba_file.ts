/**
 * The rules of a pg_hba.conf and of what it includes, in the order the server tries them.
 *
 * @module
 */
import type { ContainerFiles } from "./container_files.ts";
import { HbaError, hbaFields, hbaLines, hbaRule } from "./hba.ts";
import { type ConfigurationSource, included, isInclude } from "./include.ts";
import type { HbaRule } from "./model.ts";
import type { Reading } from "./reading.ts";

/**
 * Reads the rules. A line that is no rule is noted: a server that starts refuses every connection
 * with such a file, one that runs keeps its old rules.
 * @throws {StackError} when an included file does not exist.
 */
export async function readHba(
  reading: Reading,
  files: ContainerFiles,
  source: ConfigurationSource,
): Promise<HbaRule[]> {
  const { file } = source;
  const rules: HbaRule[] = [];
  for (const { text, line } of hbaLines(file.text)) {
    const place = { file, offset: file.lineStart(line) };
    try {
      const fields = hbaFields(text);
      const [directive, target] = fields;
      if (directive === undefined) continue;
      if (isInclude(directive) && target !== undefined && fields.length === 2) {
        const include = { directive, target: target.replaceAll('"', ""), place, from: source };
        for (const inner of await included(reading, files, include)) {
          rules.push(...await readHba(reading, files, inner));
        }
        continue;
      }
      const rule = hbaRule(fields);
      if (/(?:^|,)@/.test(`${rule.database},${rule.user}`)) {
        reading.note(place, "names that a rule takes from a file (@file) are not read");
      }
      rules.push({ ...rule, source: { file: file.name, line } });
    } catch (error) {
      if (!(error instanceof HbaError)) throw error;
      reading.note(place, `not a rule of pg_hba.conf: ${error.message}`);
    }
  }
  return rules;
}
