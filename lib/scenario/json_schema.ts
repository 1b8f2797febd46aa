/**
 * The JSON Schema of scenario files, for completion in editors; made from the schemas that parse.
 *
 * @module
 */
import { z } from "zod";
import { scenarioGrammar } from "./grammar.ts";
import { type Registries, shipped } from "./registries.ts";
import { type StepGrammar, stepGrammar } from "./step_grammar.ts";

/** A kind that comes from the matrix can only be checked by parsing. */
const laterKinds = (["expect", "fault", "do"] as const).map((verb) =>
  z.looseObject({ [verb]: z.string().regex(/^\$\{[A-Za-z_]\w*\}$/) })
);

/** The schema in draft 2020-12, of the file as it is written. */
export function scenarioJsonSchema(registries: Registries = shipped): unknown {
  // The grammar of steps holds itself, in `while`; it is complete when this is first asked for.
  let grammar: StepGrammar | undefined = undefined;
  const step: z.ZodType = z.lazy(() => z.union(everyStep(grammar!))).meta({ id: "Step" });
  grammar = stepGrammar(registries, z.array(step));
  const { query, expect } = grammar.always;
  const invariant = z.union([query, ...expect.values(), laterKinds[0]!]).meta({ id: "Invariant" });
  const schema = scenarioGrammar({ steps: z.array(step), always: z.array(invariant) });
  return {
    ...z.toJSONSchema(schema, {
      target: "draft-2020-12",
      io: "input",
      unrepresentable: "any",
      cycles: "ref",
    }),
    title: "pgproof scenario",
  };
}

function everyStep(grammar: StepGrammar): z.ZodType[] {
  const { expect, fault, do: operations } = grammar.kinds;
  return [
    ...Object.values(grammar.plain),
    ...expect.values(),
    ...fault.values(),
    ...operations.values(),
    ...laterKinds,
  ];
}
