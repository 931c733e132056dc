import type { Compressor } from "@hitbox/core";
import { type Cases, joinCases } from "../../case.ts";
import { bomb } from "./bomb.ts";
import { hostileInput } from "./hostile-input.ts";
import { roundTrips } from "./round-trips.ts";

export const compressorCases: Cases<Compressor> = joinCases(roundTrips, hostileInput, bomb);
