import { checkFault, type Fault, type FaultScript, type FaultySettings } from "./faulty-options.ts";
import { seededRandom } from "./sample.ts";

/** The fault of one operation, and the seed of the damage that it does. */
export interface Drawn {
  readonly fault: Fault;
  readonly seed: number;
}

/** Decides on faults: a script first, then chance. */
export function faultDraw(settings: FaultySettings): (...about: Parameters<FaultScript>) => Drawn {
  const { operations, script } = settings;
  const random = seededRandom(settings.seed);
  const scripted = scriptOf(script);
  return (operation, keys, count) => {
    if (!operations.includes(operation)) return { fault: undefined, seed: 0 };
    // Always three numbers, so that the fault of one operation does not depend on the faults of others.
    const [roll, share, seed] = [random(), random(), Math.floor(random() * 2 ** 32)];
    return { fault: scripted(operation, keys, count) ?? byChance(settings, roll, share, operation), seed };
  };
}

function scriptOf(script: FaultySettings["script"]): FaultScript {
  if (typeof script === "function") {
    return (...about) => {
      const fault = script(...about);
      checkFault(fault);
      return fault;
    };
  }
  const queue = [...script];
  return () => queue.shift();
}

function byChance(
  { chance, error, maxDelay }: FaultySettings,
  roll: number,
  share: number,
  operation: string,
): Fault {
  const faults: readonly (readonly [number | undefined, Fault])[] = [
    [chance.fail, { fail: error }],
    [chance.delay, { delay: Math.round(share * maxDelay) }],
    [chance.hang, "hang"],
    [chance.corrupt, readsOnly(operation, "corrupt")],
    [chance.truncate, readsOnly(operation, "truncate")],
  ];
  let below = 0;
  for (const [part = 0, fault] of faults) {
    below += part;
    if (roll < below) return fault;
  }
  return undefined;
}

function readsOnly(operation: string, damage: "corrupt" | "truncate"): Fault {
  return operation.startsWith("read") ? damage : undefined;
}
