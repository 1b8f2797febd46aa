/**
 * `backup_restores`: a backup that `do: backup` took starts on a server of its own, recovers up to
 * what the primary has now, and holds the same rows at the same LSN. A backup that was never
 * restored is a hope.
 *
 * The server is removed after the look. While it runs it replicates from the primary, and where there
 * is an archive it restores from that first.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { NodeError } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { ownName } from "../scenario/words.ts";
import { sleep } from "../time/sleep.ts";
import { undecidable, unseen } from "./finding.ts";
import { defineFact, type Look } from "./kind.ts";
import { describeRoles } from "./position.ts";
import { same_data } from "./same_data.ts";

/** How long the restored server may take to catch up and be compared, in milliseconds. */
const compareMs = 15_000;

/** How long starting it may take, in milliseconds. */
const startMs = 25_000;

/** The fact. */
export const backup_restores = defineFact({
  name: "backup_restores",
  summary: "A backup starts on a server of its own and comes to hold the primary's rows",
  words: { of: ownName.describe("the backup's name, which do: backup gave it") },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "primary",
  async look(scene, { words, signal }) {
    const expected = `backup ${words.of} to start and to hold the primary's rows`;
    if (!scene.cluster.tryBackup) {
      return undecidable("NoBackups", expected, "this target cannot start a backup");
    }
    const primary = await scene.roles.livePrimary(signal);
    if (!primary) return unseen("NoPrimary", expected, await describeRoles(scene, signal));
    const startedAt = performance.now();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
    let restored: Node & AsyncDisposable;
    try {
      restored = await scene.cluster.tryBackup(words.of, primary, limit);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof NodeError)) throw error;
      const evidence = error.log.map((text) => ({ kind: "log", text }));
      const seen = error.message;
      // The backup does not change any more.
      return { holds: false, final: true, code: "BackupDoesNotStart", expected, seen, evidence };
    }
    await using node = restored;
    const look = await compared(scene, node, signal);
    const ms = performance.now() - startedAt;
    return {
      ...look,
      expected,
      seen: `${words.of} started; ${look.seen}`,
      evidence: [{ kind: "process", text: `backup ${words.of} started as ${node.name}` }]
        .concat(look.evidence),
      measured: [{ unit: "ms", value: ms }],
    };
  },
});

async function compared(scene: Scene, node: Node, signal: AbortSignal): Promise<Look> {
  const endsAt = performance.now() + compareMs;
  for (;;) {
    const question = { nodes: [node], compare: {}, words: {}, signal };
    const look = await same_data.look(scene, question);
    if (look.holds || look.final || performance.now() > endsAt) return look;
    if (await node.state() === "stopped") {
      const lines = await node.readLog(0, 20);
      const seen = `then its server ended, saying: ${lines.at(-1) ?? "nothing"}`;
      const evidence = lines.map((text) => ({ kind: "log", text }));
      return { ...look, holds: false, final: true, code: "BackupDoesNotStart", seen, evidence };
    }
    await sleep(50, signal);
  }
}
