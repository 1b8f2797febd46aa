/**
 * UUIDs made from names (version 5, RFC 9562 section 5.5): the same result gives the same document.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Of this tool; every name is told apart by it. */
const namespace = "6d1f4f0a-3f0e-4c57-9a53-6f8f5f1d2c11";

/** The UUID of a name in parts. */
export function uuidOf(...names: string[]): string {
  const bytes = createHash("sha1")
    .update(Uint8Array.fromHex(namespace.replaceAll("-", "")))
    .update(names.join("\n"))
    .digest()
    .subarray(0, 16);
  bytes[6] = bytes[6]! & 0x0f | 0x50;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
