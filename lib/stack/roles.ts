/**
 * Which services are PostgreSQL nodes, and who replicates from whom: as `x-pgproof` says, else as
 * `REPLICATE_FROM` says.
 *
 * @module
 */
import { nearest } from "../scenario/nearest.ts";
import type { ReadService } from "./services.ts";
import { cite, mistake, type Place } from "./source_file.ts";
import type { ComposeSource } from "./services.ts";
import { placeAt } from "./tree.ts";

/** The variable that makes a service a replica. */
export const upstreamVariable = "REPLICATE_FROM";

/** A node and its upstream; the primary has none. */
export interface Member {
  service: ReadService;
  upstream?: ReadService;
}

/**
 * The primary first, then the replicas in the declared order.
 * @throws {StackError} when the file does not say it, or contradicts itself.
 */
export function findMembers(source: ComposeSource, services: readonly ReadService[]): Member[] {
  const declared = source.file["x-pgproof"] ?? {};
  const at = (...path: (string | number)[]) => placeAt(source.tree, ["x-pgproof", ...path]);
  const followers = services.filter((one) => one.environment[upstreamVariable]);
  const replicas = declared.replicas
    ? declared.replicas.map((name, index) => named(services, name, at("replicas", index)))
    : followers.filter((one) => one.name !== declared.primary);
  const twice = replicas.findIndex((one, index) => replicas.indexOf(one) !== index);
  if (twice >= 0) {
    throw mistake(at("replicas", twice), { message: `${replicas[twice]!.name} is given twice` });
  }
  const primary = declared.primary !== undefined
    ? named(services, declared.primary, at("primary"))
    : findPrimary(source, services, replicas);
  if (replicas.includes(primary)) {
    throw mistake(at("replicas", replicas.indexOf(primary)), {
      message: `${primary.name} is the primary and cannot be a replica`,
    });
  }
  if (replicas.length === 0) throw nothingToReplicate(source, primary);
  for (const one of followers.filter((one) => one !== primary && !replicas.includes(one))) {
    source.reading.note(
      one.place("environment", upstreamVariable),
      `${one.name} carries ${upstreamVariable} but is not in x-pgproof.replicas: it is left out`,
    );
  }
  const members: Member[] = replicas.map((service) => ({
    service,
    upstream: upstreamOf(service, [primary, ...replicas], primary),
  }));
  for (const member of members) refuseCircle(member, members);
  return [{ service: primary }, ...members];
}

/**
 * The service of a name that `x-pgproof` gives.
 * @throws {StackError} when there is none.
 */
export function named(services: readonly ReadService[], name: string, place: Place): ReadService {
  const found = services.find((one) => one.name === name);
  if (found) return found;
  const near = nearest(name, services.map((one) => one.name));
  throw mistake(place, {
    message: `no service "${name}"`,
    hint: near === undefined
      ? `services: ${services.map((one) => one.name).join(", ")}`
      : `did you mean "${near}"?`,
    code: "unknown-name",
  });
}

/** The one service that replicas point at and that is none itself. */
function findPrimary(
  source: ComposeSource,
  services: readonly ReadService[],
  replicas: readonly ReadService[],
): ReadService {
  const found = new Set<ReadService>();
  for (const replica of replicas) {
    if (!replica.environment[upstreamVariable]) continue;
    const upstream = upstreamOf(replica, services);
    if (!replicas.includes(upstream)) found.add(upstream);
  }
  const [primary, other] = found;
  if (primary && !other) return primary;
  const message = replicas.length === 0
    ? "the file does not say which services are PostgreSQL nodes"
    : other
    ? `the replicas follow several primaries: ${[...found].map((one) => one.name).join(", ")}`
    : "no replica follows a service that is no replica itself";
  throw mistake(source.tree.entries.get("services")?.place ?? source.tree.place, {
    message,
    hint: `write "x-pgproof: {primary: master, replicas: [replica1]}", or give each replica ` +
      `${upstreamVariable}`,
    code: "missing-word",
  });
}

/**
 * The service a replica follows. One that does not say so follows the primary.
 * @throws {StackError} when the name leads nowhere.
 */
function upstreamOf(
  replica: ReadService,
  services: readonly ReadService[],
  primary?: ReadService,
): ReadService {
  const wish = replica.environment[upstreamVariable];
  if (!wish && primary) return primary;
  // The name may carry a port, which is the one inside the network.
  const host = wish!.replace(/:\d+$/, "");
  const found = services.find((one) => one.hosts.includes(host));
  if (found && found !== replica) return found;
  const near = nearest(host, services.flatMap((one) => one.hosts));
  throw mistake(replica.place("environment", upstreamVariable), {
    message: found
      ? `${replica.name} replicates from itself`
      : `${upstreamVariable} of ${replica.name} names "${host}", which is no node of the stack`,
    hint: found || near === undefined
      ? `nodes: ${services.filter((one) => one !== replica).map((one) => one.name).join(", ")}`
      : `did you mean "${near}"?`,
    code: "unknown-name",
  });
}

function refuseCircle(start: Member, members: readonly Member[]): void {
  const way = [start];
  for (let at = start; at.upstream;) {
    const next = members.find((member) => member.service === at.upstream);
    if (!next) return;
    if (way.includes(next)) {
      const names = [...way, next].map((member) => member.service.name).join(", ");
      throw mistake(start.service.place("environment", upstreamVariable), {
        message: `replicas follow each other in a circle: ${names}`,
      });
    }
    way.push(next);
    at = next;
  }
}

function nothingToReplicate(source: ComposeSource, primary: ReadService) {
  return mistake(placeAt(source.tree, ["x-pgproof"]), {
    message: `the primary ${primary.name} has no replica`,
    hint: `write x-pgproof.replicas, or give a service ${upstreamVariable} ` +
      `(${cite(primary.place())} is the primary)`,
    code: "missing-word",
  });
}
