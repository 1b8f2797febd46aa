/**
 * `backup_restores`: a backup that `do: backup` took starts on a server of its own, recovers up to
 * what the primary has now, and holds the same rows at the same LSN. A backup that was never
 * restored is a hope. Where its manifest can be read it is verified against that first: a restore
 * reads but a part of the files.
 *
 * The server is removed after the look. While it runs it replicates from the primary, and where there
 * is an archive it restores from that first.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { NodeError } from "../cluster/model.ts";
import { unverified, type Verification } from "../cluster/verification.ts";
import type { Evidence } from "../result/event.ts";
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
    const limit = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
    let restored: Node & AsyncDisposable;
    let verified: Evidence[];
    let startedAt: number;
    try {
      const verification = await scene.cluster.verifyBackup?.(words.of, primary, limit);
      verified = evidenceOf(verification);
      if (verification?.verdict === "damaged") return damaged(words.of, { expected, verification });
      startedAt = performance.now();
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
      evidence: [
        ...verified,
        { kind: "process", text: `backup ${words.of} started as ${node.name}` },
        ...look.evidence,
      ],
      measured: [{ unit: "ms", value: ms }],
    };
  },
});

/** What pg_verifybackup came to, or why nothing was verified. */
function evidenceOf(verification: Verification | undefined): Evidence[] {
  const { verdict, said } = verification ?? unverified("this target has no way to");
  const head = verdict === "unverified" ? "not verified with pg_verifybackup" : "pg_verifybackup";
  return [{ kind: "verification", text: `${head}: ${said.join("\n")}` }];
}

/** The backup does not change any more. */
function damaged(
  name: string,
  { expected, verification }: { expected: string; verification: Verification },
): Look {
  const [first = "it did not say why", ...more] = verification.said;
  const rest = more.length > 0 ? ` (and ${more.length} lines more)` : "";
  const seen = `${name} is not as its manifest says: ${first}${rest}`;
  const evidence = evidenceOf(verification);
  return { holds: false, final: true, code: "BackupDamaged", expected, seen, evidence };
}

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
