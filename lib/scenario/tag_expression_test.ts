import { deepEqual, equal, throws } from "node:assert/strict";
import { OptionError } from "./option_error.ts";
import { parseTagExpression } from "./tag_expression.ts";

Deno.test("parseTagExpression() binds not before and before or", () => {
  const filter = parseTagExpression("smoke or lag and not slow");
  deepEqual(
    [["smoke", "slow"], ["lag"], ["lag", "slow"], []].map((tags) => filter(tags)),
    [true, true, false, false],
  );
});

Deno.test("parseTagExpression() takes a comma for or, and parentheses first", () => {
  const filter = parseTagExpression("(smoke, lag) and not (slow)");
  deepEqual([["smoke"], ["lag", "slow"], ["slow"]].map((tags) => filter(tags)), [
    true,
    false,
    false,
  ]);
  equal(parseTagExpression("not not a")(["a"]), true);
});

Deno.test("parseTagExpression() shows where an expression goes wrong", async (t) => {
  const wrong = ["", "a and", "a b", "(a", "a)", "or a", "a,,b", "not", "a and (b or)"];
  const told = wrong.map((text) => {
    try {
      parseTagExpression(text);
    } catch (error) {
      if (error instanceof OptionError) return error.message;
    }
    throw new Error(`"${text}" was accepted`);
  });
  await t.assertSnapshot(told.join("\n\n"), { serializer: String });
});

Deno.test("parseTagExpression() refuses what would nest too deep", () => {
  throws(() => parseTagExpression("(".repeat(100_000)), OptionError);
});
