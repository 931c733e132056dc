import { createCache } from "@hitbox/cache";
import { serveDashboard } from "@hitbox/dashboard";
import { memory } from "@hitbox/memory";
import { switchable } from "@hitbox/wrappers";
import { expect, it, onTestFinished } from "vitest";
import { runInProcess } from "./support/run-in-process.ts";

/** A process with a switch, whose dashboard may change it. */
async function service(authorize?: () => boolean) {
  const far = switchable(memory({ maxEntries: 100, label: "far" }));
  const cache = createCache({ backend: far, ttl: "1h" });
  const served = await serveDashboard({
    caches: { cache },
    switches: { far },
    ...(authorize && { authorize }),
  });
  onTestFinished(async () => {
    await served.close();
    await cache.close();
  });
  return { far, url: served.url };
}

it("switches a tier of a running process off and on, and not without --yes", async () => {
  const { far, url } = await service(() => true);
  const first = await runInProcess(["switch", url, "far", "off"]);
  expect([first.code, JSON.parse(first.stdout).dryRun, far.isOn]).toEqual([0, true, true]);
  const off = await runInProcess(["switch", url, "far", "off", "--yes", "--text"]);
  expect([off.code, off.stdout, far.isOn]).toEqual([0, "far is off.\n", false]);
  const listed = await runInProcess(["switch", url, "--text"]);
  expect(listed.stdout).toMatch(/TIER +STATE\nfar +off/);
  const on = await runInProcess(["switch", url, "far", "on", "--yes"]);
  expect([on.code, JSON.parse(on.stdout), far.isOn]).toEqual([
    0,
    { name: "far", was: "off", state: "on", dryRun: false },
    true,
  ]);
});

it("says that a dashboard is read-only, and changes nothing", async () => {
  const { far, url } = await service();
  const { code, stderr } = await runInProcess(["switch", url, "far", "off", "--yes"]);
  expect([code, far.isOn]).toEqual([4, true]);
  expect(stderr).toContain("read-only");
});

it.each([
  [["near", "off"], "It has: far"],
  [["far", "perhaps"], "NAME off"],
  [["far"], "NAME off"],
])("ends for %j with exit code 2, and says what to write", async (args, remedy) => {
  const { url } = await service(() => true);
  const { code, stderr } = await runInProcess(["switch", url, ...args, "--yes"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(remedy)]);
});
