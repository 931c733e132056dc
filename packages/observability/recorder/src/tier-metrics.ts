import type { Families } from "./families.ts";
import type { Listeners } from "./listen.ts";
import type { Task } from "./messages.ts";

const STATES = ["closed", "half-open", "open"];

/** Counts the messages of compositions, of their background work and of wrappers. */
export function tierMetrics({ circuit, circuitChanges, ...families }: Families): Listeners {
  const { coherenceLosses, coherenceLost, refused, shadowHits, shadowReads, switchOn } = families;
  const { tasks, tasksNow } = families;
  const task = (event: string) => (message: Task) => {
    tasks.of(message.kind, event).value += 1;
    const now = tasksNow.of(message.kind);
    if (event === "spawned") now.value += 1;
    // A task that began before the recorder is not counted.
    else if (message.isOver && now.value > 0) now.value -= 1;
  };
  return {
    "hitbox:composition:refused": ({ composition, why }) => {
      refused.of(composition, why).value += 1;
    },
    "hitbox:composition:coherence": ({ composition, state }) => {
      const isLost = state === "lost";
      coherenceLost.of(composition).value = isLost ? 1 : 0;
      coherenceLosses.of(composition).value += isLost ? 1 : 0;
    },
    "hitbox:circuit:state": ({ backend, state }) => {
      circuitChanges.of(backend, state).value += 1;
      for (const one of STATES) circuit.of(backend, one).value = one === state ? 1 : 0;
    },
    "hitbox:switch:state": ({ backend, state }) => {
      switchOn.of(backend).value = state === "on" ? 1 : 0;
    },
    "hitbox:shadow:compared": ({ backend, candidate, outcome, hit }) => {
      shadowReads.of(backend, candidate, outcome).value += 1;
      shadowHits.of(backend, candidate).value += hit ? 1 : 0;
    },
    "hitbox:offload:spawned": task("spawned"),
    "hitbox:offload:completed": task("completed"),
    "hitbox:offload:failed": task("failed"),
    "hitbox:offload:timed-out": task("timed-out"),
    "hitbox:offload:deduplicated": task("deduplicated"),
  };
}
