import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { anyText } from "../result/testdata/any_run.ts";
import { cleanText, clip, headAndTail, oneLine } from "./clean.ts";

Deno.test("cleanText() drops escape sequences and replaces what cannot be shown", () => {
  equal(
    cleanText("\u001b[31mred\u001b[0m\ttab\r\nline\rline\u0000\ud800\ufffe\u009b"),
    [
      "red\ttab",
      "line",
      "line\ufffd\ufffd\ufffd\ufffd",
    ].join("\n"),
  );
});

Deno.test("cleanText() leaves nothing that moves a cursor or breaks XML", () => {
  fc.assert(fc.property(anyText, (text) => {
    // deno-lint-ignore no-control-regex
    ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/.test(cleanText(text)));
    ok(cleanText(text).isWellFormed());
    equal(cleanText(cleanText(text)), cleanText(text));
  }));
});

Deno.test("oneLine() is one line", () => {
  equal(oneLine("  a\r\n\tb  "), "a b");
});

Deno.test("clip() keeps to a width and does not cut characters in two", () => {
  equal(clip("abc", 3), "abc");
  equal(clip("abcd", 3), "ab…");
  equal(clip("😀😀😀", 2), "😀…");
  equal(clip("abcd", 0), "");
});

Deno.test("headAndTail() says how much it left out", () => {
  equal(headAndTail("abcdef", 6), "abcdef");
  equal(headAndTail("abcdefghij", 4), "ab\n... 6 characters left out ...\nij");
});
