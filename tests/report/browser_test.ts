/**
 * The HTML reports in a real browser: from disk, without a network, with and without JavaScript.
 * Looks for Chromium where Debian puts it, or at `CHROMIUM`; without one the tests say so and are
 * ignored.
 */
/// <reference lib="dom" />
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { formats } from "../../lib/report/registry.ts";
import { realRun, withWaivers } from "./results.ts";

const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
const isAbsent = !existsSync(executablePath);

/** Everything a page says or asks for that a report must not. */
interface Opened {
  page: Page;
  complaints: string[];
}

async function withBrowser(work: (open: Open) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    });
    const files = new Map<string, string>();
    for (const [name, result] of [["html", realRun()], ["compliance", withWaivers()]] as const) {
      const path = join(folder, `${name}.html`);
      await Deno.writeTextFile(path, formats.get(name)!.render(result));
      files.set(name, path);
    }
    await work((name, options = {}) => open(browser!, files.get(name)!, options));
  } finally {
    await browser?.close();
    await Deno.remove(folder, { recursive: true });
  }
}

type Open = (name: string, options?: BrowserContextOptions) => Promise<Opened>;

async function open(browser: Browser, path: string, options: BrowserContextOptions) {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!/^(?:file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  return { page, complaints };
}

function test(name: string, work: (open: Open) => Promise<void>): void {
  Deno.test({
    name: name + (isAbsent ? ` (IGNORED: there is no ${executablePath})` : ""),
    ignore: isAbsent,
    // The driver keeps timers and pipes of its own until the process ends.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withBrowser(work),
  });
}

test("the report opens from disk without a complaint, light, dark and small", async (open) => {
  for (const name of ["html", "compliance"]) {
    for (
      const options of [
        { colorScheme: "light" },
        { colorScheme: "dark" },
        { viewport: { width: 420, height: 800 } },
      ] as const
    ) {
      const { page, complaints } = await open(name, options);
      deepEqual(complaints, []);
      const [wide, seen] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        innerWidth,
      ]);
      ok(wide! <= seen!, `${name} is ${wide} wide in ${seen}`);
    }
  }
});

test("the report is dark where that is wanted", async (open) => {
  const ground = async (colorScheme: "light" | "dark") => {
    const { page } = await open("html", { colorScheme });
    return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  };
  equal(await ground("light"), "rgb(255, 255, 255)");
  equal(await ground("dark"), "rgb(20, 23, 27)");
});

test("the report is complete without JavaScript", async (open) => {
  const { page, complaints } = await open("html", { javaScriptEnabled: false });
  equal(await page.locator("#filter").isVisible(), false);
  const failure = page.locator("details.case").nth(1);
  ok(await failure.locator(".seen").isVisible());
  ok(await failure.locator("figure.picture svg .role.primary").first().isVisible());
  const passed = page.locator("details.case[data-verdict=passed]").first();
  equal(await passed.locator(".inside").isVisible(), false);
  await passed.locator("summary").first().click();
  ok(await passed.locator(".inside").isVisible());
  deepEqual(complaints, []);
});

test("the report filters by keyboard", async (open) => {
  const { page } = await open("html");
  await page.keyboard.press("/");
  await page.keyboard.type("failed lost");
  equal(await page.locator("#count").textContent(), "1 of 9");
  equal(await page.locator("details.case:visible").count(), 1);
  await page.keyboard.press("Escape");
  equal(await page.locator("details.case:visible").count(), 9);
  await page.keyboard.press("j");
  equal(await page.evaluate(() => document.activeElement?.tagName), "SUMMARY");
});

test("a link into a closed case opens it", async (open) => {
  const { page } = await open("html");
  await page.evaluate(() => {
    location.hash = "#case/scenarios/lag/lag-under-load.yaml/steps[0]";
  });
  const row = page.locator("[id='case/scenarios/lag/lag-under-load.yaml/steps[0]']");
  await row.waitFor({ state: "visible", timeout: 5000 });
});

test("the report prints", async (open) => {
  for (const name of ["html", "compliance"]) {
    const { page, complaints } = await open(name);
    await page.emulateMedia({ media: "print" });
    match(new TextDecoder("latin1").decode((await page.pdf()).subarray(0, 8)), /^%PDF-/);
    deepEqual(complaints, []);
  }
});

test("the policy of the report stops what is not its own", async (open) => {
  const { page, complaints } = await open("html");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'broken into'";
    document.body.append(script);
    const image = document.createElement("img");
    image.src = "https://192.0.2.1/x.png";
    document.body.append(image);
  });
  ok(await page.title() !== "broken into");
  await page.waitForTimeout(100);
  const refused = complaints.filter((each) => /Content Security Policy/.test(each)).join("\n");
  match(refused, /script-src/);
  match(refused, /img-src/);
});
