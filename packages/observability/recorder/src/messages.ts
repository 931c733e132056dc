import type { BackendMessages } from "@hitbox/core";

// The messages that the recorder counts, with the fields that it reads. Those of packages that an
// application may be without are declared here: the recorder needs core alone.

interface CacheFields {
  readonly cache: string;
  readonly entity: string;
}

/** Numbers of calls that go on. */
export interface Calls extends CacheFields {
  readonly hit: number;
  readonly stale: number;
  readonly miss: number;
  readonly collapsed: number;
  readonly savedMs: number;
  /** Answers that do not say how long they took to load. */
  readonly untimed: number;
}

export interface Timed extends CacheFields {
  readonly durationMs: number;
  readonly outcome: string;
}

export interface MemoryChanged {
  readonly backend: string;
  stats(): { readonly entries: number; readonly bytes: number | undefined; readonly evictions: number };
}

export interface Compared {
  readonly backend: string;
  readonly candidate: string;
  readonly outcome: string;
  readonly hit: boolean;
}

export interface Task {
  readonly kind: string;
  readonly isOver: boolean;
}

/** Every channel that is counted. */
export interface Messages extends BackendMessages {
  readonly "hitbox:cache:tally": Calls;
  readonly "hitbox:cache:age": CacheFields & { readonly ageMs: number };
  readonly "hitbox:cache:load": Timed;
  readonly "hitbox:cache:lease": Timed;
  readonly "hitbox:cache:refresh": CacheFields & { readonly why: string };
  readonly "hitbox:cache:error": CacheFields & { readonly operation: string; readonly error: unknown };
  readonly "hitbox:cache:retry": CacheFields & { readonly state: string; readonly waiting: number };
  readonly "hitbox:cache:check": CacheFields & { readonly outcome: string };
  readonly "hitbox:composition:refused": { readonly composition: string; readonly why: string };
  readonly "hitbox:composition:coherence": { readonly composition: string; readonly state: string };
  readonly "hitbox:circuit:state": { readonly backend: string; readonly state: string };
  readonly "hitbox:switch:state": { readonly backend: string; readonly state: string };
  readonly "hitbox:shadow:compared": Compared;
  readonly "hitbox:memory:changed": MemoryChanged;
  readonly "hitbox:offload:spawned": Task;
  readonly "hitbox:offload:completed": Task;
  readonly "hitbox:offload:failed": Task;
  readonly "hitbox:offload:timed-out": Task;
  readonly "hitbox:offload:deduplicated": Task;
}
