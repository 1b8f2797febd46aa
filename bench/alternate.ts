/**
 * Rounds in which each contender has one turn, so that whatever else the machine does meets all of
 * them alike. Every other round goes backwards: nobody always follows the same one.
 *
 * @module
 */

/** How long to go on. */
export interface Rounds {
  /** At most so many. */
  max: number;
  /** At least so many, however late it is. Default: 3. */
  min?: number;
  /** No round is begun that would not end by then, if it is as long as the others were. */
  endsAt: number;
  signal: AbortSignal;
}

/**
 * Each contender's samples, sample i from round i. A first round, which warms up, is not among them.
 * @throws what a contender throws, or the signal's reason.
 */
export async function alternate<Name extends string>(
  contenders: Record<Name, (signal: AbortSignal) => Promise<number>>,
  { max, min = 3, endsAt, signal }: Rounds,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  const startedAt = performance.now();
  for (let round = 0; round <= max; round++) {
    const now = performance.now();
    if (round > min && now + (now - startedAt) / round > endsAt) break;
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      signal.throwIfAborted();
      const value = await contenders[name](signal);
      if (round > 0) samples[name].push(value);
    }
  }
  return samples;
}
