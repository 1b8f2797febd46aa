/**
 * A socket for the driver that reads into one piece of memory, again and again, and shows what came
 * before the driver sees it. Reading through a stream costs a load as much as sending does.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Socket } from "node:net";

/** What is read at once at most. */
const pieceBytes = 65_536;

/**
 * Opens none yet: the driver connects it. `hear` is shown every piece, which is its own only until it
 * returns; true: the driver is not to see it.
 */
export function heardSocket(hear: (piece: Uint8Array) => boolean): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(pieceBytes),
      callback: (bytes, buffer) => {
        const piece = buffer.subarray(0, bytes);
        // The driver keeps what is not a whole message yet.
        if (!hear(piece)) socket.emit("data", Buffer.from(piece));
        return true;
      },
    },
  });
  return socket;
}
