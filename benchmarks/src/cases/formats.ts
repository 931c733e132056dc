import { json, typedJson } from "@hitbox/core";
import { parse, stringify } from "devalue";
import superjson from "superjson";
import type { Comparison, Side } from "../compare.ts";
import { user } from "../workload.ts";

interface Codec {
  readonly name: string;
  readonly write: (value: unknown) => Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
const ours = (format: ReturnType<typeof json>): Codec => ({
  name: `${format.id}, to bytes and back`,
  write: (value) => format.serialize(value),
  read: (bytes) => format.deserialize(bytes),
});
const PEERS: Readonly<Record<"superjson" | "devalue", Codec>> = {
  superjson: {
    name: "superjson, to bytes and back",
    write: (value) => Buffer.from(superjson.stringify(value)),
    read: (bytes) => superjson.parse(textOf(bytes)),
  },
  devalue: {
    name: "devalue, to bytes and back",
    write: (value) => Buffer.from(stringify(value)),
    read: (bytes) => parse(textOf(bytes)),
  },
};

/** A row of a table as a driver of a database gives it. */
const ROW = {
  id: 42,
  name: "Ada Lovelace",
  email: "ada@example.org",
  role: "admin",
  active: true,
  score: 0.25,
  createdAt: new Date(1_700_000_000_123),
  updatedAt: new Date(1_710_000_000_456),
};

function roundTrips({ write, read }: Codec, value: unknown): Side {
  return (count) => {
    for (let step = 0; step < count; step++) {
      if (read(write(value)) === undefined) throw new Error("a value came back wrong");
    }
  };
}

/** What it costs plain data that its format could keep types too. */
export function plainData(): Comparison {
  const value = user(1);
  const [baseline, subject] = [ours(json()), ours(typedJson())];
  return {
    name: "plain data as typed JSON",
    baseline: { name: baseline.name, run: roundTrips(baseline, value) },
    subject: { name: subject.name, run: roundTrips(subject, value) },
    ratio: "time",
    goal: 1.1,
    count: 20_000,
    rounds: 51,
  };
}

/** A row with two dates, by typed JSON and by a peer. */
export function rowWithDates(peer: keyof typeof PEERS): Comparison {
  const [baseline, subject] = [PEERS[peer], ours(typedJson())];
  return {
    name: `a row with two dates, over ${peer}`,
    baseline: { name: baseline.name, run: roundTrips(baseline, ROW) },
    subject: { name: subject.name, run: roundTrips(subject, ROW) },
    ratio: "throughput",
    goal: 3,
    count: 10_000,
    rounds: 51,
  };
}
