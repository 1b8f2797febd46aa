import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../run/random.ts";
import { directions, type Disturbance } from "./policy.ts";
import { Relay } from "./relay.ts";

/** Two ends with a relay in between: `replica` has connected, `upstream` is what that led to. */
class Ends implements AsyncDisposable {
  readonly listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly relay = new Relay({
    listen: "127.0.0.1",
    upstream: { host: "127.0.0.1", port: this.listener.addr.port },
    random: seededRandom(1),
  });
  readonly sockets: Deno.TcpConn[] = [];

  async dial(): Promise<Deno.TcpConn> {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port: this.relay.port });
    this.sockets.push(socket);
    return socket;
  }

  async accept(): Promise<Deno.TcpConn> {
    const socket = await this.listener.accept();
    this.sockets.push(socket);
    return socket;
  }

  async pair() {
    const [replica, upstream] = await Promise.all([this.dial(), this.accept()]);
    // The relay knows of it when something has passed.
    await send(upstream, Uint8Array.of(0));
    await receive(replica, 1);
    return { replica, upstream };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) {
      try {
        socket.close();
      } catch { /* the test has closed it */ }
    }
    this.listener.close();
    await this.relay[Symbol.asyncDispose]();
  }
}

async function send(socket: Deno.TcpConn, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
}

async function receive(socket: Deno.TcpConn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await socket.read(bytes.subarray(at));
    if (read === null) throw new Error(`it ended after ${at} of ${count} bytes`);
    at += read;
  }
  return bytes;
}

/** Bytes that are all different from their neighbours at any distance that a mistake would have. */
function text(count: number, seed: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: count }, () => random() * 256);
}

/** Waits for something that must come true. */
async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const nextTurns = () => new Promise((resolve) => setTimeout(resolve, 20));

Deno.test("Relay passes bytes both ways and counts them", async () => {
  await using ends = new Ends();
  const { replica, upstream } = await ends.pair();
  const wal = text(1_000_000, 1);
  const [got] = await Promise.all([receive(replica, wal.length), send(upstream, wal)]);
  deepEqual(got, wal);
  const answer = text(1000, 2);
  await send(replica, answer);
  deepEqual(await receive(upstream, answer.length), answer);
  await until(() => ends.relay.lanes.downstream.passed === wal.length + 1);
  equal(ends.relay.lanes.upstream.passed, answer.length);
});

Deno.test("Relay tells each side when the other has ended", async () => {
  await using ends = new Ends();
  const { replica, upstream } = await ends.pair();
  upstream.close();
  equal(await replica.read(new Uint8Array(1)), null);
  replica.close();
  await until(() => ends.relay.connections === 0);
});

Deno.test("Relay holds what comes while a direction is cut, and the other direction passes", async () => {
  await using ends = new Ends();
  const { replica, upstream } = await ends.pair();
  const { relay } = ends;
  const heal = relay.disturb(["downstream"], { isHeld: true });
  const { passed } = relay.lanes.downstream;
  await send(upstream, text(1000, 3));
  await until(() => relay.held("downstream") === 1000);
  await send(replica, Uint8Array.of(7));
  deepEqual(await receive(upstream, 1), Uint8Array.of(7));
  await nextTurns();
  equal(relay.lanes.downstream.passed, passed);
  heal();
  deepEqual(await receive(replica, 1000), text(1000, 3));
});

Deno.test("Relay makes the sender wait while a direction is cut", async () => {
  await using ends = new Ends();
  const { replica, upstream } = await ends.pair();
  const { relay } = ends;
  const heal = relay.disturb(["downstream"], { isHeld: true });
  const wal = text(16 * 1024 * 1024, 4);
  let isSent = false;
  const sending = send(upstream, wal).then(() => isSent = true);
  await until(() => relay.held("downstream") > 0);
  await nextTurns();
  ok(!isSent);
  ok(relay.held("downstream") <= 256 * 1024);
  heal();
  deepEqual(await receive(replica, wal.length), wal);
  await sending;
});

Deno.test("Relay loses what is held when its end came during the cut", async () => {
  await using ends = new Ends();
  const { replica, upstream } = await ends.pair();
  const { relay } = ends;
  const heal = relay.disturb(directions, { isHeld: true });
  // With nothing on the way the end itself is what may not pass.
  upstream.close();
  await nextTurns();
  equal(relay.connections, 1);
  heal();
  await rejects(receive(replica, 1));
  await until(() => relay.connections === 0);
});

Deno.test("Relay leads no new connection through a cut, and leads it on afterwards", async () => {
  await using ends = new Ends();
  const heal = ends.relay.disturb(["upstream"], { isHeld: true });
  const replica = await ends.dial();
  await send(replica, Uint8Array.of(1));
  const accepted = ends.accept();
  let isLed = false;
  accepted.then(() => isLed = true);
  await nextTurns();
  ok(!isLed);
  heal();
  deepEqual(await receive(await accepted, 1), Uint8Array.of(1));
});

Deno.test("Relay refuses a connection whose upstream does", async () => {
  await using ends = new Ends();
  ends.listener.close();
  const replica = await ends.dial();
  await rejects(receive(replica, 1));
  Object.assign(ends, { listener: Deno.listen({ hostname: "127.0.0.1", port: 0 }) });
});

Deno.test({
  name: "Relay.reset() ends both sides by RST",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using ends = new Ends();
    const { replica, upstream } = await ends.pair();
    equal(ends.relay.reset(), "RST");
    await rejects(replica.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
    await rejects(upstream.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
    equal(ends.relay.reset(), undefined);
  },
});

Deno.test("Relay.abandon() ends one side and does not tell the other until told to", async () => {
  for (const direction of directions) {
    await using ends = new Ends();
    const { replica, upstream } = await ends.pair();
    const tell = ends.relay.abandon(direction);
    const [gone, kept] = direction === "downstream" ? [upstream, replica] : [replica, upstream];
    equal(await gone.read(new Uint8Array(1)), null);
    let isTold = false;
    const told = kept.read(new Uint8Array(1)).then((count) => {
      isTold = true;
      return count;
    });
    await nextTurns();
    ok(!isTold);
    tell();
    equal(await told, null);
  }
});

Deno.test("Relay makes bytes as late as it is told, and not more than that in their order", async () => {
  await using ends = new Ends();
  const { replica, upstream } = await ends.pair();
  const end = ends.relay.disturb(["downstream"], { delayMs: 60, jitterMs: 20 });
  const sentAt = performance.now();
  await send(upstream, text(3, 5));
  deepEqual(await receive(replica, 3), text(3, 5));
  ok(performance.now() - sentAt >= 40);
  end();
});

Deno.test("Relay lets bytes pass at a rate", async () => {
  await using ends = new Ends();
  const { replica, upstream } = await ends.pair();
  // A fifth of it is no whole number of bytes: the window must be one all the same.
  const rate = 262_144;
  ends.relay.disturb(["downstream"], { bytesPerSecond: rate });
  const wal = text(100_000, 6);
  const sentAt = performance.now();
  const [got] = await Promise.all([receive(replica, wal.length), send(upstream, wal)]);
  deepEqual(got, wal);
  // A twentieth of a second's bytes may pass at once.
  ok(performance.now() - sentAt >= (wal.length / rate - 0.05) * 1000 - 1);
});

const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  isHeld: fc.boolean(),
  delayMs: fc.constantFrom(0, 1, 5),
  jitterMs: fc.constantFrom(0, 3),
  bytesPerSecond: fc.constantFrom(Infinity, 2_000_000),
});

Deno.test("Relay keeps every byte and its order, whatever changes meanwhile", async () => {
  const part = fc.record({
    bytes: fc.integer({ min: 1, max: 60_000 }),
    then: fc.record({ direction: fc.constantFrom(...directions), what: disturbance }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
      await using ends = new Ends();
      const { replica, upstream } = await ends.pair();
      const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
      const [wal, answers] = [text(total, 8), text(total, 9)];
      const both = Promise.all([receive(replica, total), receive(upstream, total)]);
      let at = 0;
      let end = () => {};
      for (const { bytes, then } of parts) {
        end();
        end = ends.relay.disturb([then.direction], then.what);
        const slice = [at, at += bytes] as const;
        await Promise.all([
          send(upstream, wal.slice(...slice)),
          send(replica, answers.slice(...slice)),
        ]);
      }
      end();
      const [got, gotBack] = await both;
      deepEqual(got, wal);
      deepEqual(gotBack, answers);
    }),
    { numRuns: 25 },
  );
});
