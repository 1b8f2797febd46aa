import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import type { RunEvent } from "../result/event.ts";
import { anyRun } from "../result/testdata/any_run.ts";
import { heads, mixedRun } from "../result/testdata/mixed_run.ts";
import { type ProgressOptions, startProgress } from "./progress.ts";
import { Screen } from "./testdata/screen.ts";

/** A display fed by hand, whose time is the time of the events. */
function show(given: Partial<ProgressOptions> = {}) {
  const screen = new Screen();
  let [now, draw] = [0, () => {}];
  let listener = (_event: RunEvent) => {};
  let [ticking, listening] = [false, false];
  const source = {
    subscribe(each: typeof listener) {
      [listener, listening] = [each, true];
      return () => void (listening = false);
    },
  };
  const progress = startProgress(source, {
    write: (text) => screen.write(text),
    isTerminal: true,
    columns: () => 80,
    color: false,
    ticker: {
      now: () => now,
      every(_ms, act) {
        [draw, ticking] = [act, true];
        return () => void (ticking = false);
      },
    },
    ...given,
  });
  return {
    screen,
    take(events: readonly RunEvent[]) {
      for (const event of events) {
        now = event.t;
        listener(event);
      }
    },
    draw(atMs = now) {
      now = atMs;
      draw();
    },
    end() {
      progress.end();
      deepEqual([ticking, listening], [false, false]);
      return screen.lines.join("\n");
    },
  };
}

for (const level of ["quiet", "normal", "verbose"] as const) {
  Deno.test(`startProgress() prints plain lines where nobody watches, ${level}`, async (t) => {
    const display = show({ level, isTerminal: false });
    display.take(mixedRun());
    await t.assertSnapshot(display.end());
    equal(display.screen.raw.includes("\u001b"), false);
  });
}

Deno.test("startProgress() calls a failure that was accepted waived, until that expires", () => {
  const waived = (expires: string) => {
    const waiver = { control: "scenario:recovery/kill", reason: "known", owner: "me", expires };
    const display = show({ isTerminal: false });
    display.take(
      mixedRun().map((event) =>
        event.type === "run-started" ? { ...event, waivers: [waiver] } : event
      ),
    );
    return display.end();
  };
  ok(/^waived +scenarios\/recovery\/kill\.yaml/m.test(waived("2026-01-02")));
  ok(/^FAIL +scenarios\/recovery\/kill\.yaml/m.test(waived("2026-01-01")));
});

Deno.test("startProgress() draws what runs now below what ended", async (t) => {
  const display = show({ color: true });
  display.take(mixedRun().filter((event) => event.t < 1000));
  display.draw(1234);
  await t.assertSnapshot(display.screen.lines.join("\n"));
  ok(display.screen.raw.includes("\u001b[35mERROR\u001b[39m"));
});

Deno.test("startProgress() draws over its own lines only, and erases them at the end", () => {
  const plain = show({ isTerminal: false });
  plain.take(mixedRun());
  const live = show();
  for (const event of mixedRun()) {
    live.take([event]);
    live.draw();
    live.draw();
  }
  equal(live.end(), plain.end());
});

Deno.test("startProgress() shows at most eight running cases, and counts the others", () => {
  const cases = Array.from({ length: 12 }, (_, n) => ({ ...heads.passed, id: `case${n}` }));
  const display = show();
  const [first] = mixedRun() as [RunEvent & { type: "run-started" }];
  const begun = cases.map(({ id }): RunEvent => ({
    ...{ t: 1, at: "", type: "case-started", case: id },
    ...{ worker: 1, attempt: 1 },
  }));
  display.take([{ ...first, cases }, ...begun]);
  display.draw(2001);
  deepEqual(display.screen.lines.slice(-3), [
    "  case7  creating its cluster  2.0s",
    "  and 4 more",
    "0/12  2.0s",
  ]);
});

Deno.test("startProgress() draws nothing when it is quiet", () => {
  const display = show({ level: "quiet" });
  display.take(mixedRun().slice(0, 5));
  display.draw();
  equal(display.end(), "");
});

Deno.test("startProgress() never draws wider than the terminal, whatever a title holds", () => {
  fc.assert(fc.property(anyRun, fc.integer({ min: 2, max: 60 }), (events, columns) => {
    const plain = show({ isTerminal: false });
    const live = show({ columns: () => columns });
    for (const event of events) {
      plain.take([event]);
      live.take([event]);
      const before = live.screen.lines.length;
      live.draw();
      for (const line of live.screen.lines.slice(before)) ok([...line].length < columns);
    }
    equal(live.end(), plain.end());
  }));
});

Deno.test("startProgress() keeps no timer when it has ended", async () => {
  const screen = new Screen();
  const source = { subscribe: () => () => {} };
  const progress = startProgress(source, {
    write: (text) => screen.write(text),
    isTerminal: true,
    columns: () => 80,
    color: false,
  });
  while (screen.lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  progress.end();
  deepEqual(screen.lines, []);
});
