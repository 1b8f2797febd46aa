/**
 * A pause that ends early when its signal does.
 *
 * @module
 */

/**
 * Resolves after `ms` milliseconds.
 * @throws the signal's reason as soon as it aborts.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, Math.max(0, ms));
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Waits for `work`, but no longer than the signal allows. The work itself goes on: use it for what
 * cannot be cancelled.
 * @throws the signal's reason when it aborts first.
 */
export function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => {});
    return Promise.reject(signal.reason);
  }
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  promise.catch(() => {});
  return Promise.race([work, promise]).finally(() => {
    signal.removeEventListener("abort", stop);
    work.catch(() => {});
  });
}
