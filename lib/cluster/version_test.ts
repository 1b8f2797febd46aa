import assert from "node:assert/strict";
import { compareVersion } from "./version.ts";

Deno.test("compareVersion() compares majors, and minors where they are given", () => {
  const holds = [">=16", ">=17.4", "=17", "=17.4", "<18", "<=17", "<17.5", ">16", ">17.3"];
  for (const condition of holds) assert.equal(compareVersion(condition, 170_004), true, condition);
  const fails = [">=18", ">17", "=17.3", "<17", "<=17.3", ">=17.5", "=16"];
  for (const condition of fails) assert.equal(compareVersion(condition, 170_004), false, condition);
  for (const wrong of ["", "17", "~17", ">=new"]) {
    assert.equal(compareVersion(wrong, 170_004), undefined, wrong);
  }
});
