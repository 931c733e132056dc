/** The metrics that the page shows. */
export const SHOWN = [
  "requests",
  "age",
  "saved",
  "load",
  "refreshes",
  "errors",
  "retriesWaiting",
  "reads",
  "readHits",
  "readTime",
  "readAge",
  "readErrors",
  "writes",
  "writeTime",
  "writeErrors",
  "refused",
  "coherenceLost",
  "coherenceLosses",
  "circuit",
  "tasksNow",
  "memoryEntries",
  "memoryBytes",
  "memoryEvictions",
] as const;

export type ShownMetric = (typeof SHOWN)[number];

/** A number, or the sum and the buckets of a histogram, under one set of labels. */
export interface Series {
  readonly labels: readonly string[];
  readonly value: number;
  /** Of a histogram: `value` observations add up to this. */
  readonly sum?: number | undefined;
  /** Of a histogram: observations of each bucket alone. */
  readonly counts?: readonly number[] | undefined;
}

export type Metrics = Readonly<Record<ShownMetric, readonly Series[]>>;

/** Events of one key, as counted by a sketch: at most `error` too many. */
export interface KeyCount {
  readonly key: string;
  readonly count: number;
  readonly error: number;
}

/** Keys that a snapshot names. It is shared through a store, so it is kept small. */
export const NAMED_KEYS = 100;

/** The numbers of one process, or of several that are added up. */
export interface Numbers {
  readonly metrics: Metrics;
  /** Keys with the most hits, first. */
  readonly hot: readonly KeyCount[];
  /** Keys with the most loads, first. */
  readonly missed: readonly KeyCount[];
}

export interface ProcessInfo {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Epoch milliseconds since which it counts, and of these numbers. */
  readonly since: number;
  readonly at: number;
}

/** One process at one time: this is shared through the store. */
export interface Snapshot extends ProcessInfo, Numbers {}

/** Calls of one process. */
export interface ProcessRow extends ProcessInfo {
  readonly requests: number;
  readonly answered: number;
}

/** All that an open page is told, again and again. */
export interface State extends Numbers {
  readonly at: number;
  readonly processes: readonly ProcessRow[];
  /** Bounds of the buckets of a histogram. */
  readonly buckets: Readonly<Record<"readTime" | "age", readonly number[]>>;
  readonly switches: readonly { readonly name: string; readonly isOn: boolean }[];
  /** The caches and backends that can be looked into. */
  readonly sources: readonly { readonly name: string; readonly hasTags: boolean }[];
  readonly canWrite: boolean;
  readonly showsValues: boolean;
  /** Set if the numbers of other processes cannot be had. */
  readonly fleetError?: string | undefined;
}
