import { deepEqual, rejects } from "node:assert/strict";
import { Meeting } from "./together.ts";

Deno.test("Meeting.meet() lets all go on when the last has come, again and again", async () => {
  const meeting = new Meeting(2);
  const seen: string[] = [];
  const come = async (name: string) => {
    await meeting.meet();
    seen.push(`${name}1`);
    await meeting.meet();
    seen.push(`${name}2`);
  };
  const first = come("a");
  await Promise.resolve();
  deepEqual(seen, []);
  await Promise.all([first, come("b")]);
  deepEqual(seen, ["a1", "b1", "a2", "b2"]);
});

Deno.test("Meeting.fail() ends the wait of those who are there and of those who come", async () => {
  const meeting = new Meeting(2);
  const waiting = meeting.meet();
  meeting.fail(new Error("it does not bite"));
  await rejects(waiting, /it does not bite/);
  await rejects(meeting.meet(), /it does not bite/);
});
