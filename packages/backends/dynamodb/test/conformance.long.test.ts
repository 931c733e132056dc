import { startDynamoDbLocal } from "@hitbox/test-servers";
import { describe } from "vitest";
import { TABLES, tablesConformance } from "./every-table.ts";

describe("DynamoDB Local", () => tablesConformance(TABLES, startDynamoDbLocal));
