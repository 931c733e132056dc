import { createTable } from "@hitbox/dynamodb";
import { countedClient } from "./requests.ts";
import { SCENARIOS, type Scenario, tiers, WITHOUT_DYNAMODB } from "./scenarios.ts";
import { openDynamoDb } from "./server.ts";

const TABLE = "hitbox-example";

async function main(): Promise<void> {
  const server = await openDynamoDb(process.env.DYNAMODB_ENDPOINT || undefined);
  const { client, sinceLast } = countedClient(server.endpoint);
  let isOpen = true;
  try {
    await createTable(client, { table: TABLE });
    console.log(`DynamoDB is ${server.is}.\n`);
    const options = { client, table: TABLE, prefix: `example-${Date.now()}` };
    const cache = tiers(options);
    const run = async (scenarios: Readonly<Record<string, Scenario>>): Promise<void> => {
      for (const [name, scenario] of Object.entries(scenarios)) {
        sinceLast();
        const start = performance.now();
        const answeredBy = await scenario(cache, options);
        print([name, answeredBy, `${(performance.now() - start).toFixed(1)} ms`, sinceLast()]);
      }
    };
    print(["scenario", "answered by", "took", "requests to DynamoDB"]);
    await run(SCENARIOS);
    await server.close();
    isOpen = false;
    if (process.env.DYNAMODB_ENDPOINT) return;
    await run(WITHOUT_DYNAMODB);
  } finally {
    client.destroy();
    if (isOpen) await server.close();
  }
}

function print([scenario = "", answeredBy = "", took = "", requests = ""]: readonly string[]): void {
  const cells = [scenario.padEnd(43), answeredBy.padEnd(20), took.padStart(10), ` ${requests}`];
  console.log(cells.join(" ").trimEnd());
}

main().catch((error: unknown) => {
  console.error(`dynamodb-tier: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
