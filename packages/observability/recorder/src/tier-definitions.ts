import { counter, type Definition, gauge } from "./definition.ts";

export type TierNumber =
  | "refused"
  | "coherenceLost"
  | "coherenceLosses"
  | "tasks"
  | "tasksNow"
  | "circuit"
  | "circuitChanges"
  | "switchOn"
  | "shadowReads"
  | "shadowHits"
  | "memoryEntries"
  | "memoryBytes"
  | "memoryEvictions";

/** Metrics of compositions, background work, wrappers and memory tiers. */
export const TIER_DEFINITIONS: Readonly<Record<TierNumber, Definition>> = {
  refused: counter(
    "composition_refills_refused_total",
    "composition.refills.refused",
    "{refill}",
    ["composition", "why"],
    "Entries that were not put into the first tier, since something newer may exist.",
  ),
  coherenceLost: gauge(
    "composition_coherence_lost",
    "composition.coherence.lost",
    "{composition}",
    ["composition"],
    "1 while changes of other processes go unheard; else 0.",
  ),
  coherenceLosses: counter(
    "composition_coherence_lost_total",
    "composition.coherence.losses",
    "{loss}",
    ["composition"],
    "How often the connection that reports changes of other processes was lost.",
  ),
  tasks: counter(
    "offload_tasks_total",
    "offload.tasks",
    "{task}",
    ["kind", "event"],
    "Events of background work: spawned, completed, failed, timed-out, deduplicated.",
  ),
  tasksNow: gauge(
    "offload_in_flight",
    "offload.in_flight",
    "{task}",
    ["kind"],
    "Background tasks under way.",
  ),
  circuit: gauge(
    "circuit_state",
    "circuit.state",
    "{circuit}",
    ["backend", "state"],
    "1 for the state that a circuit breaker is in, 0 for the other states.",
  ),
  circuitChanges: counter(
    "circuit_changes_total",
    "circuit.changes",
    "{change}",
    ["backend", "state"],
    "Times that a circuit breaker entered a state.",
  ),
  switchOn: gauge(
    "switch_on",
    "switch.on",
    "{switch}",
    ["backend"],
    "1 while a switchable tier is on, 0 while it is off. Known from its first change.",
  ),
  shadowReads: counter(
    "shadow_reads_total",
    "shadow.reads",
    "{read}",
    ["backend", "candidate", "outcome"],
    "Reads that were compared with a candidate: same, different, missing, extra, failed.",
  ),
  shadowHits: counter(
    "shadow_hits_total",
    "shadow.hits",
    "{read}",
    ["backend", "candidate"],
    "Compared reads of which the candidate has an entry.",
  ),
  memoryEntries: gauge(
    "memory_entries",
    "memory.entries",
    "{entry}",
    ["backend"],
    "Entries of memory tiers, expired ones that are still there too.",
  ),
  memoryBytes: gauge("memory_bytes", "memory.size", "By", ["backend"], "Estimated bytes of memory tiers."),
  memoryEvictions: counter(
    "memory_evictions_total",
    "memory.evictions",
    "{entry}",
    ["backend"],
    "Entries that memory tiers dropped for lack of room.",
  ),
};
