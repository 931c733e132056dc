import { startDynalite, startDynamoDbLocal } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { describe } from "vitest";
import { TABLES, tablesConformance } from "./every-table.ts";

const SERVERS = [
  { server: "dynalite", tables: TABLES.slice(0, 1), start: startDynalite },
  { server: "DynamoDB Local", tables: TABLES, start: startDynamoDbLocal },
];

// CI runs the last server alone, `npm run test:long` runs both.
describe.each(quickly(SERVERS, 1))("$server", ({ tables, start }) => tablesConformance(tables, start));
