/**
 * Bank: transfers move money between accounts, so every read of all accounts in one snapshot has the
 * same sum, on any node. A snapshot that shows half of a transfer does not.
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";
import { Anomalies, describeOperation, type Verdict } from "./verdict.ts";

/** What is known of the bank. */
export interface Bank {
  /** Accounts are the keys 0 to `accounts` - 1. */
  accounts: number;
  /** What all of them hold together. */
  total: number;
  /** Whether an account may be below zero. Default: not. */
  overdraft?: boolean;
}

/** Judges every read of all accounts. */
export function checkBank(history: History, bank: Bank): Verdict {
  const { ending: endings, kind, key, value } = history.columns;
  const anomalies = new Anomalies();
  const counts = { reads: 0, transfers: 0 };
  const seen = new Uint8Array(bank.accounts);
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    const [start, stop] = [history.start(row), history.stop(row)];
    if (start === stop || kind[start] !== micro.read) {
      counts.transfers++;
      continue;
    }
    counts.reads++;
    seen.fill(0);
    let sum = 0;
    let known = 0;
    for (let slot = start; slot < stop; slot++) {
      const account = key[slot]!;
      if (!(account < bank.accounts) || seen[account]) {
        report("unknown-account", row, `account ${account} was not asked for`);
        continue;
      }
      seen[account] = 1;
      if (Number.isNaN(value[slot])) continue;
      known++;
      sum += value[slot]!;
      if (value[slot]! < 0 && !bank.overdraft) {
        report("overdraft", row, `account ${account} is below zero: ${value[slot]}`);
      }
    }
    if (known < bank.accounts) {
      const missing = bank.accounts - known;
      report("missing-account", row, `${missing} of ${bank.accounts} accounts are not there`);
    } else if (sum !== bank.total) {
      report("wrong-total", row, `the accounts sum to ${sum}, not ${bank.total}`);
    }
  }
  return anomalies.verdict(counts.reads, counts);

  function report(name: string, row: number, why: string): void {
    anomalies.add(name, () => [why, describeOperation(history, row)]);
  }
}
