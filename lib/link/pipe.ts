/**
 * One direction of one connection: reads here, writes there, in order, as the lane allows.
 *
 *     from ─read─> queue ─due? held? rate?─> to
 *            └──── nothing disturbs ────────┘
 *
 * The queue is short, so whoever sends too much has to wait, as on a real link.
 *
 * @module
 */
import type { Lane } from "./lane.ts";
import { lateMs, windowBytes } from "./policy.ts";

/** Bytes per read. */
const chunkBytes = 256 * 1024;

/** Bytes on their way, and when they may leave. */
interface Chunk {
  bytes: Uint8Array<ArrayBuffer>;
  dueAt: number;
}

/** The end of a connection came while nothing could pass: what was on its way is lost with it. */
export class Severed extends Error {
  override name = "Severed";
}

/** The part of a connection that a pipe uses. */
export type End = Pick<Deno.TcpConn, "read" | "write" | "closeWrite">;

/** One direction of one connection. */
export class Pipe {
  readonly #from: End;
  readonly #to: End;
  readonly #lane: Lane;
  readonly #queue: Chunk[] = [];
  #queuedBytes = 0;
  #isEnded = false;
  #isSevered = false;
  #isStopped = false;
  #failure: unknown;

  constructor(from: End, to: End, lane: Lane) {
    this.#from = from;
    this.#to = to;
    this.#lane = lane;
  }

  /** Bytes that were read and have not left. */
  get held(): number {
    return this.#queuedBytes;
  }

  /**
   * Runs until the one end is over, and says so to the other; or until it is stopped.
   * @throws {Severed}, or what reading or writing fails with.
   */
  async run(): Promise<void> {
    const reading = this.#read().catch((error) => this.#failure = error).finally(() => {
      this.#isEnded = true;
      this.#isSevered = this.#lane.policy.isHeld;
      this.#lane.wake();
    });
    try {
      await this.#write();
    } catch (error) {
      // The other end may stay silent for ever: the caller closes it, which ends the reading.
      this.#isStopped = true;
      this.#lane.wake();
      reading.catch(() => {});
      throw error;
    }
  }

  /** Ends it where it stands; what is on its way is dropped. */
  stop(): void {
    this.#isStopped = true;
    this.#lane.wake();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(chunkBytes);
    while (!this.#isStopped) {
      const room = this.#room();
      if (room <= 0) {
        await this.#lane.pause(Infinity);
        continue;
      }
      const count = await this.#from.read(buffer.subarray(0, room));
      if (count === null) return;
      this.#lane.arrived += count;
      const left = await this.#straight(buffer.subarray(0, count));
      if (left.length > 0) this.#push(left.slice());
    }
  }

  /** With nothing queued, one read is always possible: that is how the end is noticed. */
  #room(): number {
    if (this.#queuedBytes === 0) {
      const { bytesPerSecond } = this.#lane.policy;
      return bytesPerSecond < Infinity ? windowBytes(this.#lane.policy) : chunkBytes;
    }
    return Math.min(chunkBytes, windowBytes(this.#lane.policy) - this.#queuedBytes);
  }

  /** Writes without a detour as long as nothing disturbs; returns what is left. */
  async #straight(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    while (bytes.length > 0 && this.#lane.isPlain && this.#queuedBytes === 0 && !this.#isStopped) {
      const count = await this.#to.write(bytes);
      this.#lane.passed += count;
      bytes = bytes.subarray(count);
    }
    return bytes;
  }

  #push(bytes: Uint8Array<ArrayBuffer>): void {
    const { policy, random } = this.#lane;
    const late = lateMs(policy, bytes.length, random);
    if (late > policy.delayMs + policy.jitterMs) this.#lane.retransmitted++;
    this.#queue.push({ bytes, dueAt: performance.now() + late });
    this.#queuedBytes += bytes.length;
    this.#lane.wake();
  }

  async #write(): Promise<void> {
    while (!this.#isStopped) {
      const [head] = this.#queue;
      if (!head) {
        if (this.#isEnded && !this.#lane.policy.isHeld) return await this.#end();
        await this.#lane.pause(Infinity);
        continue;
      }
      if (this.#isSevered && !this.#lane.policy.isHeld) throw new Severed("cut, then ended");
      const now = performance.now();
      const { isHeld, bytesPerSecond } = this.#lane.policy;
      if (isHeld || head.dueAt > now) {
        await this.#lane.pause(isHeld ? Infinity : head.dueAt - now);
        continue;
      }
      const { bytes, waitMs } = this.#lane.bucket.take(head.bytes.length, bytesPerSecond, now);
      if (bytes === 0) await this.#lane.pause(waitMs);
      else await this.#pass(head, bytes);
    }
  }

  async #pass(head: Chunk, bytes: number): Promise<void> {
    const count = await this.#to.write(head.bytes.subarray(0, bytes));
    this.#lane.passed += count;
    this.#queuedBytes -= count;
    head.bytes = head.bytes.subarray(count);
    if (head.bytes.length === 0) this.#queue.shift();
    this.#lane.wake();
  }

  /** Everything has left: so does the news that there is no more. */
  async #end(): Promise<void> {
    if (this.#isSevered) throw new Severed("cut, then ended");
    if (this.#failure) throw this.#failure;
    await this.#to.closeWrite();
  }
}
