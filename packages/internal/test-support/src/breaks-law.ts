import { inspect } from "node:util";

/**
 * Fails a test because a law is broken, and shows the facts that break it, such as the change, the value and
 * its origin.
 */
export function breaksLaw(law: string, facts: Readonly<Record<string, unknown>>): never {
  const lines = Object.entries(facts).map(
    ([name, fact]) => `  ${name}: ${inspect(fact, { depth: 6, breakLength: Infinity })}`,
  );
  throw new Error([`broken law: ${law}`, ...lines].join("\n"));
}
