import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { masker } from "./mask.ts";

Deno.test("masker() replaces a secret in strings and keys, at any depth", () => {
  const masked = masker(["mypassword"])({
    argv: ["--set", "password=mypassword"],
    data: { mypassword: [{ text: "is mypassword!" }], n: 1, none: null },
  });
  deepEqual(masked, {
    argv: ["--set", "password=***"],
    data: { "***": [{ text: "is ***!" }], n: 1, none: null },
  });
});

const spellings: Record<string, string> = {
  "as it is": String.raw`p@ss 'w\d"`,
  "in a URL": "p%40ss%20'w%5Cd%22",
  "in a URL, lower case": "p%40ss%20'w%5cd%22",
  "in a form": "p%40ss+'w%5Cd%22",
  "in an SQL literal": String.raw`p@ss ''w\d"`,
  "in an E'' literal": String.raw`p@ss ''w\\d"`,
  "in a connection string": String.raw`p@ss \'w\\d"`,
  "in JSON": String.raw`p@ss 'w\\d\"`,
  "in base64": "cEBzcyAnd1xkIg",
};

for (const [where, text] of Object.entries(spellings)) {
  Deno.test(`masker() knows a secret ${where}`, () => {
    equal(masker([String.raw`p@ss 'w\d"`])(`<${text}>`), "<***>");
  });
}

Deno.test("masker() takes the longest of several secrets", () => {
  equal(masker(["pass", "passphrase"])("a passphrase, a pass"), "a ***, a ***");
});

Deno.test("masker() replaces a short secret only where it stands alone", () => {
  equal(masker(["pg"])("password=pg in pg_wal of pgproof"), "password=*** in pg_wal of pgproof");
});

Deno.test("masker() ignores an empty secret", () => {
  equal(masker([""])("nothing"), "nothing");
  equal(masker([])("nothing"), "nothing");
});

Deno.test("masker() leaves the words of a format alone", () => {
  const mask = masker(["postgres", "passed"], { closed: ["verdict"], open: ["data"] });
  deepEqual(
    mask({ postgres: "18", verdict: "passed", data: { postgres: { verdict: "passed" } } }),
    { postgres: "18", verdict: "passed", data: { "***": { verdict: "***" } } },
  );
});

const unit = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constantFrom("a'b\\c", "%4%"));
const secret = unit.filter((text) => text.length >= 4 && !text.includes("*"));

Deno.test("masker() lets no secret survive", () => {
  const input = fc.array(secret, { minLength: 1, maxLength: 4 }).chain((secrets) =>
    fc.tuple(
      fc.constant(secrets),
      fc.array(fc.oneof(fc.constantFrom(...secrets), unit, fc.constant("*")), { maxLength: 12 }),
    )
  );
  fc.assert(fc.property(input, ([secrets, parts]) => {
    const text = parts.join("");
    const [key, value] = Object.entries(masker(secrets)({ [text]: text }))[0]!;
    for (const each of secrets) ok(!key.includes(each) && !value.includes(each));
  }));
});

Deno.test("masker() makes no secret out of a mask and its neighbours", () => {
  equal(masker(["secret", "a***"])("asecret"), "***");
});

Deno.test("masker() returns equal data when there is no secret in it", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    deepEqual(masker(["\u{10FFFE}none\u{10FFFE}"])(value), value);
  }));
});
