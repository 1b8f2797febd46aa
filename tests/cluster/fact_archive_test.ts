/**
 * `archived` on real servers: a segment that is there, and every way in which one is not.
 *
 * @module
 */
import { join } from "node:path";
import { found, onCluster, type Subject } from "./fact_fixture.ts";
import { perform } from "./operation_fixture.ts";

async function closed(on: Subject): Promise<string> {
  const [evidence] = await perform(on, "switch_wal", { node: "primary" });
  return (evidence!.data as { closed: string }).closed;
}

Deno.test("archived sees a segment as the server wrote it, and one that is damaged or gone", () =>
  onCluster({ replicas: 1, archive: true }, async (on) => {
    found(await on.look("archived"), { holds: undefined, code: "NoWrite" });
    const lsn = await on.write("create table item (id int)");
    found(await on.look("archived"), {
      holds: false,
      code: "StillOpen",
      seen: /still writes 0000/,
    });
    const segment = await closed(on);
    const whole = await on.until("archived", true, { words: { lsn } });
    found(whole, { holds: true, seen: /is in the archive as master has it, SHA-256/ });
    found(await on.look("archived", { words: { of: segment } }), { holds: true });
    const path = join(on.cluster.archive!, segment);
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.subarray(0, 8192));
    found(await on.look("archived"), { holds: false, code: "OtherBytes", seen: /is not whole/ });
    bytes[100]! ^= 1;
    await Deno.writeFile(path, bytes);
    const damaged = await on.look("archived");
    found(damaged, { holds: false, final: true, code: "OtherBytes", seen: /has other bytes/ });
    await Deno.remove(path);
    const gone = await on.look("archived");
    found(gone, { holds: false, final: true, code: "NotInArchive", seen: /no such file/ });
    const of = "no segment";
    found(await on.look("archived", { words: { of } }), { holds: undefined, final: true });
  }));

Deno.test("archived is not deceived by an archive_command that succeeds and does nothing", () =>
  onCluster({ replicas: 1, archive: true, settings: {} }, async (on) => {
    await on.sql("master", "alter system set archive_command = '/bin/true'");
    await perform(on, "reload", { node: "master" });
    await on.write("create table item (id int)");
    await closed(on);
    const lied = async () => {
      for (;;) {
        const look = await on.look("archived");
        if (look.code !== "NotArchived") return look;
      }
    };
    found(await lied(), {
      holds: false,
      final: true,
      code: "NotInArchive",
      seen: /takes 0000\w+ for archived, but the archive has no such file/,
    });
  }));

Deno.test("archived says that archiving fails, and holds once it works", () =>
  onCluster({ replicas: 0, archive: true }, async (on) => {
    await on.sql("master", "alter system set archive_command = '/bin/false'");
    await perform(on, "reload", { node: "master" });
    await on.write("create table item (id int)");
    const segment = await closed(on);
    for (let seen = ""; !seen.includes("archiving failed");) {
      const look = await on.look("archived");
      found(look, { holds: false, code: "NotArchived", seen: /has not archived 0000/ });
      seen = look.seen;
    }
    await on.sql("master", "alter system reset archive_command");
    await perform(on, "reload", { node: "master" });
    await on.until("archived", true, { words: { of: segment } });
  }));

Deno.test("archived cannot be judged without an archive", () =>
  onCluster({ replicas: 0 }, async (on) => {
    await on.write("create table item (id int)");
    const look = await on.look("archived");
    found(look, { holds: undefined, final: true, code: "NoArchive", seen: /cluster: \{ archive/ });
  }));
