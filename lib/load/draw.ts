/**
 * Random parameters of a load's statements. What operation n gets depends on the seed, the load and
 * n alone: not on the order of answers, not on how many clients there are.
 *
 * Zipfian and exponential numbers are as pgbench's `random_zipfian` and `random_exponential` draw
 * them: low numbers are the frequent ones.
 * Source: https://www.postgresql.org/docs/current/pgbench.html#PGBENCH-FUNCTIONS
 *
 * @module
 */
import { seededRandom } from "../run/random.ts";
import type { Draw, LoadSpec } from "../scenario/model.ts";
import { seedOf } from "../scenario/seed.ts";

/** Draws from one distribution for operation `n`. */
type Draft = (random: () => number, n: number) => unknown;

/** Everything random about one operation: which script it is, and its parameters. */
export interface Drawn {
  /** Index of the script. */
  script: number;
  /** In the order of {@link Draws.names}. */
  values: readonly unknown[];
}

/** The random choices of one load. */
export class Draws {
  /** The names that are drawn. */
  readonly names: readonly string[];
  readonly #drafts: readonly Draft[];
  /** Running sums of the scripts' weights. */
  readonly #sums: number[] = [];
  readonly #seed: number;

  /** `seed` is that of the case. */
  constructor(spec: LoadSpec, seed: number) {
    const draws = Object.entries(spec.draws ?? {});
    this.names = draws.map(([name]) => name);
    this.#drafts = draws.map(([, draw]) => draftOf(draw));
    let sum = 0;
    for (const { weight } of spec.scripts) this.#sums.push(sum += weight);
    this.#seed = seedOf(seed, spec.name);
  }

  /** What operation `n` is. */
  of(n: number): Drawn {
    if (this.#sums.length === 1 && this.#drafts.length === 0) return plain;
    const random = seededRandom(this.#seed + Math.imul(n, 0x9e3779b1));
    const at = random() * this.#sums.at(-1)!;
    return {
      script: this.#sums.findIndex((sum) => at < sum),
      values: this.#drafts.map((draft) => draft(random, n)),
    };
  }
}

const plain: Drawn = { script: 0, values: [] };

function draftOf(draw: Draw): Draft {
  if (draw.kind === "sequence") return (_, n) => draw.from + n - 1;
  if (draw.kind === "choice") {
    return (random) => draw.values[Math.floor(random() * draw.values.length)];
  }
  const { low, high, skew } = draw;
  const count = high - low + 1;
  if (draw.kind === "uniform") return (random) => low + Math.floor(random() * count);
  if (draw.kind === "exponential") {
    const cut = Math.exp(-skew);
    return (random) => {
      // Truncated at `count`; random() is below 1, so the logarithm's argument is above 0.
      const share = -Math.log(cut + (1 - cut) * (1 - random())) / skew;
      return low + Math.min(count - 1, Math.floor(count * share));
    };
  }
  const zipf = zipfian(count, skew);
  return (random) => low - 1 + zipf(random);
}

/**
 * Ranks 1 to `count`, rank k as often as k^-skew: rejection-inversion, exact for any skew above 0.
 * Source: Hörmann and Derflinger, Rejection-inversion to generate variates from monotone discrete
 * distributions, ACM TOMACS 6 (1996), 169-184.
 */
function zipfian(count: number, skew: number): (random: () => number) => number {
  const power = 1 - skew;
  /** The integral of x^-skew, and its inverse. */
  const area = (x: number) => power === 0 ? Math.log(x) : (x ** power - 1) / power;
  const inverse = (y: number) => power === 0 ? Math.exp(y) : (1 + y * power) ** (1 / power);
  const first = area(1.5) - 1;
  const last = area(count + 0.5);
  return (random) => {
    for (;;) {
      const at = last + random() * (first - last);
      const rank = Math.max(1, Math.min(count, Math.round(inverse(at))));
      if (at >= area(rank + 0.5) - rank ** -skew) return rank;
    }
  };
}
