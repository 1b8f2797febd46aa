import { deepEqual, rejects } from "node:assert/strict";
import { UsageError } from "./usage.ts";
import { acceptedBy } from "./waivers.ts";

Deno.test("acceptedBy() takes what the stack's own file declares, for as long as it does", async () => {
  const accepted = { "claim:G1": "it is a demonstration" };
  deepEqual(await acceptedBy({ file: "a/compose.yaml", accepted }, []), [{
    control: "claim:G1",
    reason: "it is a demonstration",
    owner: "compose.yaml",
    expires: "9999-12-31",
  }]);
  deepEqual(await acceptedBy({ file: "compose.yaml" }, []), []);
});

Deno.test("acceptedBy() refuses to accept what does not exist", async () => {
  const accepted = { "claim:G9": "a slip" };
  await rejects(acceptedBy({ file: "compose.yaml", accepted }, []), UsageError);
});
