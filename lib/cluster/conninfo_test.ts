import assert from "node:assert/strict";
import fc from "fast-check";
import { formatConninfo, parseConninfo, readdress } from "./conninfo.ts";

Deno.test("parseConninfo() reads what formatConninfo() writes", () => {
  const keyword = fc.stringMatching(/^[a-z_]{1,8}$/);
  fc.assert(fc.property(fc.dictionary(keyword, fc.string()), (values) => {
    const conninfo = new Map(Object.entries(values));
    assert.deepEqual(parseConninfo(formatConninfo(conninfo)), conninfo);
  }));
});

Deno.test("parseConninfo() reads both forms and refuses others", () => {
  const address = { host: "127.0.0.1", port: 20001 };
  const text = "host=master port = 5432 user='my user' password='it\\'s' sslmode=require";
  assert.equal(
    formatConninfo(readdress(parseConninfo(text)!, address)),
    "host=127.0.0.1 port=20001 user='my user' password='it\\'s' sslmode=require",
  );
  const uri = parseConninfo("postgresql://me:p%20w@master:5433/db?application_name=r1")!;
  assert.equal(
    formatConninfo(uri),
    "host=master port=5433 user=me password='p w' dbname=db application_name=r1",
  );
  for (const wrong of ["host", "host='a", "host=a b"]) {
    assert.equal(parseConninfo(wrong), undefined);
  }
});
