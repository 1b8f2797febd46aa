/**
 * `reload`: makes the server read its configuration files again and waits until it has. A file that
 * the server cannot take is the operation's failure: PostgreSQL itself only logs it.
 * Source: https://www.postgresql.org/docs/current/view-pg-file-settings.html
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { mustRun, until } from "./wait.ts";

/** The operation. All nodes at once. */
export const reload = defineOperation({
  name: "reload",
  summary: "Reads the configuration files again and waits until they are in effect",
  words: {},
  requires: [],
  defaultNode: "all",
  perform: (scene, nodes, _words, signal) =>
    Promise.all(nodes.map((node) => reloadOne(scene, node, signal))),
});

/** A setting that waits for a restart is shown as an error there, but is none. */
const brokenSql = `select file.sourcefile || ':' || file.sourceline || ': ' ||
    coalesce(file.name || ' = ' || file.setting || ': ', '') || file.error
  from pg_file_settings as file left join pg_settings as known on known.name = file.name
  where file.error is not null and known.context is distinct from 'postmaster'
  union all
  select 'pg_hba.conf:' || line_number || ': ' || error from pg_hba_file_rules
  where error is not null`;

const pendingSql = "select name from pg_settings where pending_restart order by name";

async function reloadOne(scene: Scene, node: Node, signal: AbortSignal): Promise<Evidence> {
  await mustRun(node, "reload");
  const column = async (sql: string) =>
    (await scene.observer.ask(node, sql, [], signal)).rows.map(([value]) => String(value));
  const loadTime = "select pg_conf_load_time()::text";
  const [before] = await column(loadTime);
  await column("select pg_reload_conf()");
  const loadedAt = await until(node, "load its configuration", {
    async look() {
      // With an error the time stays as it was when nothing was applied, so errors come first.
      const broken = await column(brokenSql);
      if (broken.length > 0) {
        throw new OperationError(`${node.name} cannot load its files: ${broken.join("; ")}`);
      }
      const [now] = await column(loadTime);
      return now === before ? { seen: `loaded at ${before}, before it was asked` } : { done: now };
    },
    signal,
  });
  const pending = await column(pendingSql);
  const rest = pending.length > 0 ? `; waiting for a restart: ${pending.join(", ")}` : "";
  const text = `${node.name} loaded its files at ${loadedAt}${rest}`;
  return { kind: "setting", node: node.name, text, data: { loadedAt, pending } };
}
