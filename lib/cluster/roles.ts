/**
 * Who is primary and who replicates, found by asking the servers when a step starts.
 *
 * A node that does not answer keeps the role it was last seen in: a dead replica is still one of
 * the `replicas`, or a check of "every replica" would pass by not looking at it.
 *
 * @module
 */
import { parseLsn } from "../sql/lsn.ts";
import { SqlError } from "../sql/session.ts";
import { receivedSql } from "../sql/wal.ts";
import type { Cluster, Node } from "./model.ts";
import type { Observer } from "./observer.ts";

/** A role as a server says it. */
export type Role = "primary" | "replica";

/** No node fits a selector, or more than one where one is needed. */
export class SelectionError extends Error {
  override name = "SelectionError";
}

/** The selectors that are not names of nodes. */
export const roleSelectors = [
  "primary",
  "replicas",
  "all",
  "any replica",
  "old primary",
  "most advanced replica",
] as const;

/** How long one node may take to say its role before it counts as not answering. */
const askMs = 2000;

/** Finds the nodes that a selector means. */
export interface Finder {
  /** @throws {SelectionError} when there is none, or the choice is not clear. */
  find(selector: string, signal: AbortSignal): Promise<Node[]>;
}

/** Finds nodes by role. */
export class Roles implements Finder {
  readonly #cluster: Cluster;
  readonly #observer: Observer;
  readonly #random: () => number;
  readonly #last = new Map<Node, Role>();
  #primary: Node | undefined;
  #oldPrimary: Node | undefined;

  constructor(cluster: Cluster, observer: Observer, random: () => number) {
    this.#cluster = cluster;
    this.#observer = observer;
    this.#random = random;
    for (const node of cluster.nodes) this.#last.set(node, node.declared.role);
    this.#primary = cluster.nodes.find((node) => node.declared.role === "primary");
  }

  /**
   * Asks every node for its role; undefined for those that do not answer.
   * @throws what the signal aborts with.
   */
  async observe(signal: AbortSignal): Promise<Map<Node, Role | undefined>> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(askMs)]);
    const seen = await Promise.all(this.#cluster.nodes.map(async (node) => {
      try {
        const answer = await this.#observer.value(node, "select pg_is_in_recovery()", limit);
        return [node, answer ? "replica" : "primary"] as const;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SqlError) return [node, undefined] as const;
        throw error;
      }
    }));
    for (const [node, role] of seen) if (role) this.#last.set(node, role);
    const primaries = seen.filter(([, role]) => role === "primary").map(([node]) => node);
    const [first] = primaries.filter((node) => node !== this.#primary);
    if (first && (primaries.length === 1 || !this.#primary)) {
      this.#oldPrimary = this.#primary;
      this.#primary = first;
    }
    return new Map(seen);
  }

  /**
   * The nodes a selector means now.
   * @throws {SelectionError} when there is none, or the choice is not clear.
   */
  async find(selector: string, signal: AbortSignal): Promise<Node[]> {
    const { nodes } = this.#cluster;
    const named = nodes.filter((node) => node.name === selector);
    if (named.length > 0) return named;
    if (selector === "all") return [...nodes];
    const seen = await this.observe(signal);
    const found = await this.#byRole(selector, seen, signal);
    if (found.length === 0) {
      throw new SelectionError(`no node is "${selector}" now: ${this.describe(seen)}`);
    }
    return found;
  }

  /**
   * Finds like this one, but keeps to what it found first. What a step means by a role is settled
   * when the step starts: a replica that promotes itself does not slip out of `replicas`.
   */
  settled(): Finder {
    const found = new Map<string, Node[]>();
    return {
      find: async (selector, signal) => {
        const nodes = found.get(selector) ?? await this.find(selector, signal);
        found.set(selector, nodes);
        return nodes;
      },
    };
  }

  async #byRole(
    selector: string,
    seen: Map<Node, Role | undefined>,
    signal: AbortSignal,
  ): Promise<Node[]> {
    const { nodes } = this.#cluster;
    switch (selector) {
      case "primary": {
        const live = nodes.filter((node) => seen.get(node) === "primary");
        if (live.length > 1) {
          throw new SelectionError(`"primary" is not clear: ${this.describe(seen)}`);
        }
        return live.length === 1 ? live : this.#primary ? [this.#primary] : [];
      }
      case "replicas":
        return nodes.filter((node) => this.#last.get(node) === "replica");
      case "any replica": {
        const live = nodes.filter((node) => seen.get(node) === "replica");
        return live.length > 0 ? [live[Math.floor(this.#random() * live.length)]!] : [];
      }
      case "old primary":
        return this.#oldPrimary ? [this.#oldPrimary] : [];
      case "most advanced replica":
        return await this.#mostAdvanced(nodes.filter((n) => seen.get(n) === "replica"), signal);
      default:
        return [];
    }
  }

  /** By the WAL received or replayed, whichever is further: a restarted receiver forgets the former. */
  async #mostAdvanced(replicas: Node[], signal: AbortSignal): Promise<Node[]> {
    const sql = `select ${receivedSql}::text`;
    const positions = await Promise.all(replicas.map(async (node) => {
      const lsn = await this.#observer.value(node, sql, signal);
      return { node, position: parseLsn(String(lsn)) };
    }));
    positions.sort((a, b) => a.position < b.position ? 1 : a.position > b.position ? -1 : 0);
    return positions.slice(0, 1).map(({ node }) => node);
  }

  /** The one primary that answers now; undefined when none or several do. */
  async livePrimary(signal: AbortSignal): Promise<Node | undefined> {
    const seen = await this.observe(signal);
    const live = this.#cluster.nodes.filter((node) => seen.get(node) === "primary");
    return live.length === 1 ? live[0] : undefined;
  }

  /** `master is primary, replica1 does not answer (last seen as replica), ...` */
  describe(seen: Map<Node, Role | undefined>): string {
    return this.#cluster.nodes.map((node) => {
      const role = seen.get(node);
      return role
        ? `${node.name} is ${role}`
        : `${node.name} does not answer (last seen as ${this.#last.get(node)})`;
    }).join(", ");
  }
}
