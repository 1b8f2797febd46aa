import assert from "node:assert/strict";
import fc from "fast-check";
import {
  contains,
  formatSubnet,
  freeSubnet,
  overlaps,
  parseSubnet,
  type Subnet,
} from "./subnet.ts";

const subnet = (text: string): Subnet => {
  const found = parseSubnet(text);
  assert(found, text);
  return found;
};

Deno.test("parseSubnet() reads what formatSubnet() writes", () => {
  const block = fc.tuple(fc.nat(2 ** 32 - 1), fc.nat(32)).map(([address, bits]) => {
    const size = 2 ** (32 - bits);
    return { start: Math.floor(address / size) * size, size };
  });
  fc.assert(fc.property(block, (block) => {
    assert.deepEqual(parseSubnet(formatSubnet(block)), block);
  }));
});

Deno.test("parseSubnet() does not read what is none", () => {
  for (const text of ["", "all", "::1/128", "10.0.0.0/33", "300.0.0.1", "10.0.0"]) {
    assert.equal(parseSubnet(text), undefined, text);
  }
});

Deno.test("overlaps() sees a block inside another, either way round, and no neighbour", () => {
  assert(overlaps(subnet("172.18.0.0/16"), subnet("172.18.4.0/24")));
  assert(overlaps(subnet("172.18.4.0/24"), subnet("172.18.0.0/16")));
  assert(!overlaps(subnet("172.18.0.0/16"), subnet("172.19.0.0/16")));
  assert(!contains(subnet("172.18.4.0/24"), subnet("172.18.0.0/16")));
});

Deno.test("freeSubnet() never meets a taken one, and ends when all are taken", () => {
  const taken: Subnet[] = [];
  for (let next = freeSubnet(taken); next; next = freeSubnet(taken)) {
    assert(!taken.some((other) => overlaps(other, next!)));
    taken.push(next);
    assert(taken.length <= 2048);
  }
  assert.equal(taken.length, 2048);
  assert.equal(freeSubnet([subnet("10.0.0.0/8")]), undefined);
});
