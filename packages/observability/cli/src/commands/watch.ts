import { isTagRecord } from "@hitbox/cache";
import { BackendError } from "@hitbox/core";
import { EXIT } from "../exit-codes.ts";
import type { Output } from "../output/output.ts";
import { safeText } from "../output/safe-text.ts";
import { sharedTier } from "../store/store.ts";
import { aborted } from "./aborted.ts";
import type { Command } from "./command.ts";

export const watch: Command = {
  name: "watch",
  usage: "[PREFIX]",
  summary: "prints the keys and tags that any process changes, as it happens",
  details:
    "Hears of changes as services do: by tracking, or with --coherence bus by announcements. " +
    "Neither says which process made a change. Ends with Ctrl-C.",
  most: 1,
  async run({ args: [prefix = ""], out, io, open }) {
    const { typed } = sharedTier(await open({ changes: "hears" }));
    // Says at once that a store is away, which a watch would wait for.
    await typed.get("%watch:reached");
    if (typed.supports.watch !== true) throw cannotWatch(typed.label);
    const stop = typed.watch({
      changed: (keys) => {
        for (const key of keys) tell(out, key, prefix);
      },
      lost: () => note(out, "lost", "changes go unheard from here on"),
      restored: () => note(out, "listening", "every change is heard from here on"),
    });
    await aborted(io.signal);
    stop();
    return EXIT.ok;
  },
};

function tell(out: Output, key: string, prefix: string): void {
  const event = isTagRecord(key)
    ? { at: Date.now(), event: "tag", tag: key.slice(key.indexOf(":") + 1) }
    : { at: Date.now(), event: "changed", key };
  if (!(event.key ?? event.tag ?? "").startsWith(prefix)) return;
  out.line(
    event,
    () => `${timeOf(event.at)}  ${event.event.padEnd(9)}  ${safeText(event.key ?? event.tag ?? "")}`,
  );
}

function note(out: Output, event: string, text: string): void {
  const at = Date.now();
  out.line({ at, event }, () => `${timeOf(at)}  ${event.padEnd(9)}  ${text}`);
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

function cannotWatch(backend: string): BackendError {
  const remedy = "Redis and PostgreSQL do; a configuration names their `coherence`";
  const message = `${backend} does not tell of changes. ${remedy}`;
  return new BackendError("unsupported", message, { backend });
}
