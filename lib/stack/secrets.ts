/**
 * What must never be shown: every password the stack holds.
 *
 * @module
 */
import type { StackNode } from "./model.ts";
import type { ReadService } from "./services.ts";

/** Variables that hold a secret itself; `PASSWORD_ENCRYPTION` or `PASSWORD_FILE` does not. */
const secretName = /(?:PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN)$/i;
/** The password of a connection string */
const conninfo = /\bpassword\s*=\s*(?:'((?:[^'\\]|\\[^])*)'|([^\s'"]+))/gi;
const address = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s@/]+)@/gi;
/** Options of pg_hba.conf that hold a secret. */
const hbaOption = /^(?:ldapbindpasswd|radiussecrets)=([^]+)$/;

/** Every secret of the services and nodes, and others, each once, the longest first. */
export function findSecrets(
  services: readonly ReadService[],
  nodes: readonly StackNode[],
  others: readonly string[] = [],
): string[] {
  const found = new Set(others);
  for (const { environment, command, entrypoint } of services) {
    for (const [name, value] of Object.entries(environment)) {
      if (secretName.test(name)) found.add(value);
    }
    for (const text of [...Object.values(environment), ...command, ...entrypoint]) {
      for (const secret of secretsIn(text)) found.add(secret);
    }
  }
  for (const { password, replication, settings, hba } of nodes) {
    found.add(password);
    if (replication) found.add(replication.password);
    for (const { value } of settings) for (const secret of secretsIn(value)) found.add(secret);
    for (const option of hba.flatMap((rule) => rule.options)) {
      found.add(hbaOption.exec(option)?.[1] ?? "");
    }
  }
  found.delete("");
  // Whoever masks them one after the other must not leave the end of a longer one.
  return [...found].sort((one, other) => other.length - one.length || (one < other ? -1 : 1));
}

function secretsIn(text: string): string[] {
  const found: string[] = [];
  for (const [, quoted, bare] of text.matchAll(conninfo)) {
    found.push(quoted?.replace(/\\([^])/g, "$1") ?? bare!);
  }
  for (const [, encoded] of text.matchAll(address)) {
    found.push(encoded!);
    try {
      found.push(decodeURIComponent(encoded!));
    } catch {
      // A stray percent sign: as written is all there is.
    }
  }
  return found;
}
