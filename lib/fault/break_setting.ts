/**
 * `break_setting`: somebody writes a wrong line into postgresql.auto.conf. What a reload can change
 * is reloaded; everything else, and every value that ALTER SYSTEM refuses, meets the server at its
 * next start, so it is restarted, and may stay down. Healing puts the file back as it was.
 * Source: https://www.postgresql.org/docs/current/config-setting.html
 *
 * @module
 */
import { z } from "zod";
import { alterSystem, reloadSettings } from "../cluster/alter_system.ts";
import type { Node } from "../cluster/model.ts";
import { NodeError } from "../cluster/model.ts";
import { formatSettings } from "../cluster/setting_text.ts";
import type { Scene } from "../run/scene.ts";
import { SqlError } from "../sql/session.ts";
import { defineFault, FaultError } from "./kind.ts";
import { bringBack, mustRun, proveDown } from "./proof.ts";

const file = "postgresql.auto.conf";

/** How long a reload may take until it is in effect, in milliseconds. */
const reloadMs = 10_000;

/** The fault. */
export const break_setting = defineFault({
  name: "break_setting",
  summary: "A wrong setting: in effect after a reload, or met at a restart, perhaps refused there",
  words: {
    setting: z.string().regex(/^[a-z_]\w*(\.\w+)?$/i, { error: "must be the name of a setting" })
      .describe("name of a setting"),
    value: z.union([z.string(), z.number().transform(String)]).describe("what it is set to"),
  },
  requires: [],
  silences: true,
  async inject(scene, node, { setting, value }, signal) {
    await mustRun(node, "break a setting of");
    const wrong = { setting, value, signal };
    const before = await scene.observer.ask(
      node,
      `select context in ('postmaster', 'internal'), setting, pg_read_file('${file}'),
         (select saved.setting from pg_file_settings saved
          where saved.name = $1 and saved.sourcefile like '%/${file}' order by seqno desc limit 1)
       from pg_settings where name = $1`,
      [setting],
      signal,
    );
    const [row] = before.rows;
    if (!row) throw new FaultError(`Cannot break ${setting} of ${node.name}: no such setting`);
    const [needsRestart, was, text, saved] = row as [boolean, string, string, string | null];
    const takes = !needsRestart && await alter(scene, node, wrong);
    if (!takes) return await breakStart(scene, node, { ...wrong, was, text });
    const now = await valueOf(scene, node, wrong);
    const heal = async (limit: AbortSignal) => {
      const before = { ...wrong, was, text, signal: limit };
      if (await node.state() === "stopped") return await undo(scene, node, before);
      await alter(scene, node, { ...wrong, value: saved ?? undefined, signal: limit });
      const seen = await valueOf(scene, node, before);
      if (seen === was) return `${setting} of ${node.name} is "${was}" again`;
      throw new FaultError(`${setting} of ${node.name} is "${seen}", not "${was}" as before`);
    };
    if (now === was) {
      await heal(signal);
      throw new FaultError(
        `${setting} of ${node.name} is still "${was}": it was that before, or is set elsewhere`,
      );
    }
    return { proof: `${setting} of ${node.name} is "${now}" instead of "${was}"`, heal };
  },
});

interface Wrong {
  setting: string;
  value: string;
  signal: AbortSignal;
}

/** What there was before. */
interface Before extends Wrong {
  was: string;
  text: string;
}

/**
 * No value: as it is without the line. False when ALTER SYSTEM refuses the value: only a hand in the
 * file can bring it in.
 */
async function alter(
  scene: Scene,
  node: Node,
  wrong: { setting: string; value: string | undefined; signal: AbortSignal },
): Promise<boolean> {
  const { setting: name, value, signal } = wrong;
  try {
    await alterSystem(scene.observer, node, [{ name, value }], signal);
  } catch (error) {
    // Class 22: the value; 42602, 42704: as a name or an object.
    if (error instanceof SqlError && /^(22|42)/.test(error.code)) return false;
    throw error;
  }
  await reload(scene, node, signal);
  return true;
}

async function reload(scene: Scene, node: Node, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(reloadMs)]);
  await reloadSettings(scene.observer, node, limit).catch((error) => {
    if (signal.aborted || !limit.aborted) throw error;
    throw new FaultError(`${node.name} has not read its settings again`);
  });
}

async function valueOf(
  scene: Scene,
  node: Node,
  { setting, signal }: Wrong,
): Promise<string> {
  const sql = "select setting from pg_settings where name = $1";
  return String((await scene.observer.ask(node, sql, [setting], signal)).rows[0]![0]);
}

async function write(node: Node, text: string, signal: AbortSignal): Promise<void> {
  if (!node.writeData) throw new FaultError(`Cannot write to the data of ${node.name} here`);
  await node.writeData(file, text, signal);
}

/** Restarts the server on the wrong line. */
async function breakStart(scene: Scene, node: Node, wrong: Before) {
  const { setting, value, was, text, signal } = wrong;
  const heal = (limit: AbortSignal) => undo(scene, node, { ...wrong, signal: limit });
  await node.stop("fast", signal);
  await write(node, `${text}\n${formatSettings([{ name: setting, value }])}`, signal);
  try {
    await node.start(signal);
  } catch (error) {
    if (!(error instanceof NodeError) || signal.aborted) throw error;
    const said = error.log.findLast((line) => /FATAL|LOG:.*(invalid|contains)/.test(line));
    const down = await proveDown(node, signal);
    return { proof: `with ${setting} = ${value} it does not start: ${said ?? down}`, heal };
  }
  const now = await valueOf(scene, node, wrong);
  if (now !== was) {
    return { proof: `${setting} of ${node.name} is "${now}" since a restart, not "${was}"`, heal };
  }
  await heal(signal);
  throw new FaultError(
    `${setting} of ${node.name} is still "${was}" after a restart: it was that before, or is set ` +
      "elsewhere",
  );
}

/** Puts the file back, with a restart where a reload would not do. */
async function undo(scene: Scene, node: Node, before: Before): Promise<string> {
  const { setting, was, text, signal } = before;
  if (await node.state() !== "stopped" && await valueOf(scene, node, before) === was) {
    const now = await scene.observer.value(node, `select pg_read_file('${file}')`, signal);
    if (now === text) return `${setting} of ${node.name} was put right by the scenario`;
  }
  if (await node.state() !== "stopped") await node.stop("fast", signal);
  await write(node, text, signal);
  const back = await bringBack(node, signal);
  const now = await valueOf(scene, node, before);
  if (now !== was) throw new FaultError(`${setting} of ${node.name} is "${now}", not "${was}"`);
  return `${back}; ${setting} of ${node.name} is "${was}" again`;
}
