/**
 * Columns of numbers that grow: a million operations without a million objects.
 *
 * @module
 */

/** The kinds of arrays a column can be made of. */
type Numbers = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** What a column starts with; it doubles when it is full. */
const rowsMin = 1024;

/** One column. Its `data` is replaced when it grows: take it anew after a push. */
export class Column<Data extends Numbers> {
  data: Data;
  length = 0;

  /** `make` allocates: `(rows) => new Uint8Array(rows)`. */
  constructor(make: (rows: number) => Data) {
    this.#make = make;
    this.data = make(rowsMin);
  }

  readonly #make: (rows: number) => Data;

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = this.#make(this.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }
}

/** Columns of each width. */
export const columns = {
  float64: () => new Column((rows) => new Float64Array(rows)),
  int32: () => new Column((rows) => new Int32Array(rows)),
  uint32: () => new Column((rows) => new Uint32Array(rows)),
  uint16: () => new Column((rows) => new Uint16Array(rows)),
  uint8: () => new Column((rows) => new Uint8Array(rows)),
};
