import { checkOption } from "@hitbox/core";
import { optimisticDelete } from "./delete/optimistic.ts";
import { strict } from "./delete/strict.ts";
import { parallel } from "./read/parallel.ts";
import { race } from "./read/race.ts";
import { sequential } from "./read/sequential.ts";
import { always } from "./refill/always.ts";
import { never } from "./refill/never.ts";
import type { DeletePolicy, ReadPolicy, RefillPolicy, WritePolicy } from "./tiers.ts";
import { l2First } from "./write/l2-first.ts";
import { optimistic } from "./write/optimistic.ts";
import { raceWrite } from "./write/race.ts";
import { sequentialWrite } from "./write/sequential.ts";
import { writeBehind } from "./write/write-behind.ts";

// The policies that have a name, each with its default options; the first of each list is the default.
const READ = named<ReadPolicy>(sequential(), race(), parallel());
const WRITE = named<WritePolicy>(optimistic(), sequentialWrite(), raceWrite(), l2First(), writeBehind());
const DELETE = named<DeletePolicy>(strict(), optimisticDelete());
const REFILL = named<RefillPolicy>(always(), never());

export function readPolicy(choice: string | ReadPolicy | undefined): ReadPolicy {
  return choose("read", choice, READ);
}

export function writePolicy(choice: string | WritePolicy | undefined): WritePolicy {
  return choose("write", choice, WRITE);
}

export function deletePolicy(choice: string | DeletePolicy | undefined): DeletePolicy {
  return choose("delete", choice, DELETE);
}

export function refillPolicy(choice: string | RefillPolicy | undefined): RefillPolicy {
  return choose("refill", choice, REFILL);
}

interface Named {
  readonly name: string;
}

function named<Policy extends Named>(...policies: Policy[]): ReadonlyMap<string, Policy> {
  return new Map(policies.map((policy) => [policy.name, policy]));
}

function choose<Policy extends Named>(
  option: string,
  choice: string | Policy | undefined,
  policies: ReadonlyMap<string, Policy>,
): Policy {
  if (typeof choice === "object" && choice !== null) {
    const does = (choice as unknown as Readonly<Record<string, unknown>>)[option];
    checkOption(typeof does === "function", option, choice, `must be a policy, with a method ${option}`);
    return choice;
  }
  const [first, ...others] = policies.keys();
  const policy = policies.get(choice === undefined ? (first as string) : choice);
  const names = [first, ...others].join(", ");
  checkOption(policy !== undefined, option, choice, `must be one of ${names}, or a policy`);
  return policy;
}
