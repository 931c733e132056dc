import { compose } from "@hitbox/composition";
import { backendConformance } from "@hitbox/conformance";
import { memory } from "@hitbox/memory";
import { type DynamoDbServer, startDynalite } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf } from "./support.ts";

const table = "tiers";

describe("memory over DynamoDB keeps the contract", () => {
  let server: DynamoDbServer;
  beforeAll(async () => {
    server = await startDynalite();
    await createTable(clientOf(server), { table, sortKey: "sk" });
  });
  afterAll(() => server.close());
  backendConformance({
    test,
    open: (prefix) =>
      compose(
        memory({ maxEntries: 20_000 }),
        dynamodb({ client: clientOf(server), table, sortKey: "sk", prefix, timeout: 20_000 }),
      ),
  });
});
