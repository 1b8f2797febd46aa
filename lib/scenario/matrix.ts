/**
 * `matrix`: every combination of its axes, less those that `exclude` takes out.
 *
 * @module
 */
import { oldestMajor } from "../cluster/version.ts";
import type { Path } from "./document.ts";
import { reportIssues } from "./issues.ts";
import type { Value } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import { type Ground, isWords } from "./reading.ts";
import { matrix as grammar } from "./grammar.ts";
import { listed } from "./vocabulary.ts";
import { ownName } from "./words.ts";

/** Combinations that a matrix may have. */
const combinationsMax = 256;

/** Axes that say where a case runs. */
const forms: Record<string, { fits: (text: string) => boolean; noun: string; hint: string }> = {
  postgres: {
    fits: (text) => /^\d+(?:\.\d+)?$/.test(text) && Number(text) >= oldestMajor,
    noun: "version that can be run",
    hint: `from ${oldestMajor} on, like [15, 17, 18]`,
  },
  target: {
    fits: (text) => ["local", "compose"].includes(text),
    noun: "target",
    hint: "write local or compose",
  },
};

/** One value for each axis. */
export type Combination = Record<string, Value>;

/**
 * The combinations in the order of the file, the last axis turning fastest. Undefined when the
 * matrix cannot be used; what is wrong is in the report then.
 */
export function readMatrix(ground: Ground, data: unknown): Combination[] | undefined {
  const { document, report } = ground;
  if (!isWords(data)) {
    report.add(document.keyAt(["matrix"]), "bad-matrix", "a matrix is a map of axes", {
      hint: "write an axis and its values, like how: [kill, pause]",
    });
    return undefined;
  }
  checkNames(ground, data);
  const unread = () => {
    for (const name of Object.keys(data)) ground.unread.add(name);
    return undefined;
  };
  const parsed = grammar.safeParse(data);
  if (!parsed.success) {
    reportIssues(parsed.error.issues, { ground, data, path: ["matrix"] });
    return unread();
  }
  const { exclude = [], ...axes } = parsed.data;
  if (!checkAxes(ground, axes as Record<string, Value[]>)) return unread();
  const all = multiply(axes as Record<string, Value[]>);
  const kept = excludeFrom(ground, all, exclude);
  if (kept.length > 0) return kept;
  report.add(document.keyAt(["matrix", "exclude"]), "bad-matrix", "exclude leaves nothing", {
    hint: "a scenario without a case checks nothing",
  });
  return all;
}

function checkNames(ground: Ground, data: Record<string, unknown>): void {
  const { document, report } = ground;
  for (const name of Object.keys(data)) {
    if (ownName.safeParse(name).success) continue;
    const message = `"${name.slice(0, 40)}" cannot name an axis`;
    report.add(document.keyAt(["matrix", name]), "bad-matrix", message, {
      hint: "use letters, digits and _",
    });
  }
}

function checkAxes(ground: Ground, axes: Record<string, Value[]>): boolean {
  const { document, report } = ground;
  let isFit = true;
  const complain = (path: Path, message: string, hint: string) => {
    report.add(document.keyAt(path), "bad-matrix", message, { hint });
    isFit = false;
  };
  const names = Object.keys(axes);
  if (names.length === 0) complain(["matrix"], "the matrix has no axis", "write one, or remove it");
  let count = 1;
  for (const [name, values] of Object.entries(axes)) {
    const form = forms[name];
    values.forEach((value, index) => {
      if (!form || form.fits(String(value))) return;
      complain(["matrix", name, index], `${JSON.stringify(value)} is no ${form.noun}`, form.hint);
    });
    const seen = new Set<string>();
    values.forEach((value, index) => {
      const text = JSON.stringify(value);
      if (seen.has(text)) complain(["matrix", name, index], `${text} is given twice`, "remove one");
      seen.add(text);
    });
    count *= values.length;
    if (count > combinationsMax) {
      complain(["matrix", name], `more than ${combinationsMax} combinations`, "split the scenario");
      break;
    }
  }
  return isFit;
}

function multiply(axes: Record<string, Value[]>): Combination[] {
  return Object.entries(axes).reduce<Combination[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) =>
        values.map((value) => ({ ...combination, [name]: value }))
      ),
    [{}],
  );
}

function excludeFrom(
  ground: Ground,
  all: Combination[],
  exclude: readonly Combination[],
): Combination[] {
  const { document, report } = ground;
  const axes = Object.keys(all[0]!);
  let kept = all;
  exclude.forEach((rule, index) => {
    const path = ["matrix", "exclude", index];
    const unknown = Object.keys(rule).filter((name) => !axes.includes(name));
    for (const name of unknown) {
      report.add(
        document.keyAt([...path, name]),
        "bad-matrix",
        `the matrix has no axis "${name}"`,
        {
          hint: didYouMean(name, axes) ?? `axes: ${listed(axes)}`,
        },
      );
    }
    if (unknown.length > 0) return;
    const fits = (combination: Combination) =>
      Object.entries(rule).every(([name, value]) => same(combination[name]!, value));
    if (!all.some(fits)) {
      report.add(document.valueAt(path), "bad-matrix", "no combination is like this", {
        hint: strangeValue(all, rule) ?? "what is excluded must be in the matrix",
      });
    }
    kept = kept.filter((combination) => !fits(combination));
  });
  return kept;
}

/** The value of a rule that its axis does not have, and those that it has. */
function strangeValue(all: readonly Combination[], rule: Combination): string | undefined {
  for (const [name, value] of Object.entries(rule)) {
    const values = [...new Set(all.map((combination) => combination[name]!))];
    if (values.some((each) => same(each, value))) continue;
    const known = values.map(String);
    return didYouMean(String(value), known) ?? `the values of "${name}": ${listed(known)}`;
  }
  return undefined;
}

function same(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
