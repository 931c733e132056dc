import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { compose, type OffloadMessage, offload } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { gate, heard, THROWING_LISTENER, thrower, uncaught } from "@hitbox/test-support";
import { expect, onTestFinished, test, vi } from "vitest";
import { tier } from "./support/tier.ts";
import { watched } from "./support/watched.ts";

test("a watcher that throws fails no write, and keeps no change from another watcher", async () => {
  const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => emit.mockRestore());
  const l2 = watched();
  const backend = compose(tier("l1"), l2.backend);
  l2.restore();
  const told: string[] = [];
  backend.watch(THROWING_LISTENER);
  backend.watch({ ...THROWING_LISTENER, changed: (keys) => told.push(...keys) });
  const writing = gate();
  l2.store.gate = (operation) => (operation === "write" ? writing.opened : undefined);
  const set = backend.set("k", cacheValue(1));
  l2.tell("k", "other");
  expect(told).toEqual(["k", "other"]);
  writing.open();
  await set;
  // Once more, now that L1 has lost the older value.
  await vi.waitFor(() => expect(told).toEqual(["k", "other", "k"]));
  expect((await backend.get("k"))?.data).toBe(1);
  expect(emit).toHaveBeenCalled();
});

test.each(["spawned", "completed", "failed", "deduplicated"] as const)(
  "a subscriber to %s offloads that throws stops no task, and keeps no message from others",
  async (event) => {
    const errors = uncaught();
    const channel = `hitbox:offload:${event}`;
    subscribe(channel, thrower);
    onTestFinished(() => void unsubscribe(channel, thrower));
    const messages = heard<OffloadMessage>(channel);
    const background = offload({ onError: thrower });
    const { opened, open } = gate();
    const run = () => opened;
    expect([1, 2].map(() => background.register({ kind: "k", key: "good", run }))).toEqual([true, true]);
    background.register({ kind: "k", key: "bad", run: () => opened.then(thrower) });
    open();
    expect(await background.drain()).toBe(0);
    expect(messages.length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(errors).toHaveLength(messages.length));
  },
);
