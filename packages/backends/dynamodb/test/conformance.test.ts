import { startDynalite } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { describe } from "vitest";
import { TABLES, tablesConformance } from "./every-table.ts";

describe("dynalite", () => tablesConformance(quickly(TABLES, 1), startDynalite));
