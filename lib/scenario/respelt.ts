/**
 * Units as people spell them elsewhere, and the same value as this language takes it: `10 seconds`,
 * `16MiB`, `200 tps`. Only for suggestions; a scenario has one spelling.
 *
 * @module
 */

/** By small letters. A letter may stand for a time and for a size; what parses decides. */
const spellings: Record<string, readonly string[]> = {
  us: ["us"],
  usec: ["us"],
  microseconds: ["us"],
  msec: ["ms"],
  millis: ["ms"],
  millisecond: ["ms"],
  milliseconds: ["ms"],
  s: ["s"],
  sec: ["s"],
  secs: ["s"],
  second: ["s"],
  seconds: ["s"],
  m: ["min", "MB"],
  mins: ["min"],
  minute: ["min"],
  minutes: ["min"],
  hr: ["h"],
  hrs: ["h"],
  hour: ["h"],
  hours: ["h"],
  day: ["d"],
  days: ["d"],
  b: ["B"],
  byte: ["B"],
  bytes: ["B"],
  k: ["kB"],
  kb: ["kB"],
  kib: ["kB"],
  mb: ["MB"],
  mib: ["MB"],
  g: ["GB"],
  gb: ["GB"],
  gib: ["GB"],
  t: ["TB"],
  tb: ["TB"],
  tib: ["TB"],
};

const perSecond = /\s*(?:\/|per)\s*s(?:ec(?:ond)?)?$|^[toq]ps$/i;

/** The text with a unit that `isFit` accepts; undefined when it is not a matter of spelling. */
export function respelt(text: string, isFit: (text: string) => boolean): string | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z/ ]{1,20})$/i.exec(text.trim()) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const base = unit.replace(perSecond, "").toLowerCase();
  const units = spellings[base] ?? [];
  const candidates = [...units, ...units.map((each) => `${each}/s`), "/s"];
  return candidates.map((each) => `${amount}${each}`).find(isFit);
}
