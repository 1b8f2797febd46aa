import { deepEqual, equal, throws } from "node:assert/strict";
import { ContainerFiles } from "./container_files.ts";
import type { Mount } from "./model.ts";
import { MountError, parseTmpfs, parseVolume, uniqueMounts } from "./mounts.ts";

Deno.test("parseVolume() tells bind mounts, named and anonymous volumes apart", () => {
  deepEqual(["./a:/x", "../a:/x:ro,z", "data:/x:rw", "/x/"].map((one) => parseVolume(one, "/s")), [
    { type: "bind", source: "/s/a", target: "/x", readOnly: false },
    { type: "bind", source: "/a", target: "/x", readOnly: true },
    { type: "volume", source: "data", target: "/x", readOnly: false },
    { type: "volume", target: "/x", readOnly: false },
  ]);
});

Deno.test("parseVolume() reads the long form", () => {
  deepEqual(parseVolume({ type: "bind", source: "a", target: "/x", read_only: true }, "/s"), {
    type: "bind",
    source: "/s/a",
    target: "/x",
    readOnly: true,
  });
  equal(parseVolume({ type: "npipe", target: "/x" }, "/s"), undefined);
});

Deno.test("parseVolume() refuses what is no mount", () => {
  for (const text of ["", "a:b", "./a:", "a:/b:ro:z", "x"]) {
    throws(() => parseVolume(text, "/s"), MountError);
  }
});

Deno.test("uniqueMounts() keeps the last of one target", () => {
  deepEqual(uniqueMounts([parseTmpfs("/a"), parseTmpfs("/b"), parseTmpfs("/a:ro")]), [
    { type: "tmpfs", target: "/a", readOnly: true },
    { type: "tmpfs", target: "/b", readOnly: false },
  ]);
});

Deno.test("hostPath() takes the mount with the longest prefix, and looks into no data", () => {
  const bind = (source: string, target: string): Mount => ({
    type: "bind",
    source,
    target,
    readOnly: false,
  });
  const files = new ContainerFiles([
    bind("/h/etc", "/etc"),
    bind("/h/file.conf", "/etc/pg/postgresql.conf"),
    { type: "volume", source: "v", target: "/etc/volume", readOnly: false },
    bind("/h/data", "/pgdata"),
    bind("/h/own.conf", "/pgdata/18/own.conf"),
  ], "/pgdata/18");
  equal(files.hostPath("/etc/pg/postgresql.conf"), "/h/file.conf");
  equal(files.hostPath("/etc/pg/../x"), "/h/etc/x");
  equal(files.hostPath("/etcetera"), undefined);
  equal(files.hostPath("/etc/volume/x"), undefined);
  equal(files.hostPath("/pgdata/18/postgresql.conf"), undefined);
  equal(files.hostPath("own.conf"), "/h/own.conf");
});
