import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

/** Where DynamoDB is. */
export interface DynamoDb {
  readonly endpoint: string;
  /** For people. */
  readonly is: string;
  close(): Promise<void>;
}

/** The DynamoDB at `endpoint`, or a dynalite in this process: its tables are in memory, and gone with it. */
export async function openDynamoDb(endpoint: string | undefined): Promise<DynamoDb> {
  if (endpoint !== undefined) return { endpoint, is: `the one at ${endpoint}`, close: async () => {} };
  const dynalite = createRequire(import.meta.url)("dynalite") as (options: object) => Server;
  const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    is: "dynalite, started for this run",
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
