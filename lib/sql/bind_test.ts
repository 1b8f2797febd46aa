import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { bindNames, readSql } from "./bind.ts";

const values: Record<string, unknown> = { n: 7, name: "it's", list: [1, 2] };
const lookup = (name: string) => {
  if (!(name in values)) throw new RangeError(`no ${name}`);
  return values[name];
};

Deno.test("bindNames() numbers names in order and gives a repeated one the same number", () => {
  deepEqual(bindNames("insert into t values (:name, :n, :name)", lookup), {
    text: "insert into t values ($1, $2, $1)",
    parameters: ["it's", 7],
  });
});

Deno.test("bindNames() leaves SQL without names as it is", () => {
  deepEqual(bindNames("select 1", lookup), { text: "select 1", parameters: [] });
});

Deno.test("bindNames() lets the lookup refuse a name", () => {
  throws(() => bindNames("select :other", lookup), /no other/);
});

Deno.test("bindNames() makes a name and its cast", () => {
  equal(bindNames("select :n::int", lookup).text, "select $1::int");
  equal(bindNames("select a::text, :n", lookup).text, "select a::text, $1");
});

const quiet = {
  "strings": "select ':n', 'it''s :n'",
  "escape strings": String.raw`select E'\':n', e':n'`,
  "quoted identifiers": `select ":n", "a"":n"`,
  "line comments": "select 1 -- :n\n",
  "nested comments": "select /* :n /* :n */ :n */ 1",
  "dollar quotes": "do $$ begin x := :n; end $$",
  "tagged dollar quotes": "select $a$ :n $$ :n $a$",
  "slices": "select a[1:n], a[:n], a[n:n], (a[1:2])[1:n]",
  "assignments": "select f(a:=n)",
  "unfinished strings": "select ':n",
  "unfinished comments": "select /* :n",
};
for (const [what, sql] of Object.entries(quiet)) {
  Deno.test(`readSql() finds no names in ${what}`, () => deepEqual(readSql(sql).names, []));
}

Deno.test("readSql() finds names inside brackets that are not slices", () => {
  const found = (sql: string) => readSql(sql).names.map(({ name }) => name);
  deepEqual(found("select array[:a, :b]"), ["a", "b"]);
  deepEqual(found("select array[[:a],[:b]]"), ["a", "b"]);
  deepEqual(found("select x[(:a)], x[1:(:b)], x[1 + :c]"), ["a", "b", "c"]);
});

Deno.test("readSql() goes on after what it skips", () => {
  deepEqual(readSql("select 'x', $$y$$, a$1$b, /* c */ :n").names, [{ name: "n", offset: 34 }]);
});

Deno.test("readSql() tells statements apart by their first word", () => {
  deepEqual(readSql("begin; Insert into t values (';'); commit;").statements, [
    "begin",
    "insert",
    "commit",
  ]);
  deepEqual(readSql("-- why\n(select 1)").statements, ["select"]);
  deepEqual(readSql(" ;; ").statements, []);
});

Deno.test("readSql() ends on any text", () => {
  fc.assert(fc.property(
    fc.string({ unit: fc.constantFrom(..."ab1:;'\"$-/*[]()\\ \nE"), maxLength: 60 }),
    (sql) => {
      for (const { name, offset } of readSql(sql).names) {
        equal(sql.slice(offset, offset + 1 + name.length), `:${name}`);
      }
    },
  ));
});
