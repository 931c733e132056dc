import { startDynalite } from "@hitbox/test-servers";
import { describe } from "vitest";
import { TABLES, tablesConformance } from "./every-table.ts";

describe("dynalite", () => tablesConformance(TABLES.slice(0, 1), startDynalite));
