import { type MariaDb, startMariaDb } from "@hitbox/test-servers";
import { createPool, type Pool } from "mysql2/promise";
import { afterAll, beforeAll } from "vitest";

export { dataOf, failureOf, storedEntry as entry } from "@hitbox/test-support";

/** Milliseconds: a deadline that no operation meets which waits for nothing. */
export const FAR_DEADLINE = 20_000;

/** A server for the tests of a file, and a client to look at it. */
export function useServer(settings: readonly string[] = []): {
  readonly url: () => string;
  readonly client: () => Pool;
  readonly server: () => MariaDb;
} {
  let server: MariaDb;
  let client: Pool;
  beforeAll(async () => {
    server = await startMariaDb(settings);
    client = createPool({ uri: server.url, connectionLimit: 4 });
  }, 60_000);
  afterAll(async () => {
    await client.end().catch(() => {});
    await server.close();
  });
  return { url: () => server.url, client: () => client, server: () => server };
}

let tables = 0;

/** A table that no other test of this file uses. */
export function freshTable(): string {
  tables += 1;
  return `table_${tables}`;
}

/** A table's name for any text: capitals and what else no name may have are written by their numbers. */
export function tableOf(space: string): string {
  return `t${space.replace(/[^a-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`)}`;
}
