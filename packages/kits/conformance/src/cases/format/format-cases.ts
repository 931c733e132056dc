import { type Cases, joinCases } from "../../case.ts";
import type { FormatSubject } from "../../format-conformance.ts";
import { hostileInput } from "./hostile-input.ts";
import { independence } from "./independence.ts";
import { refusals } from "./refusals.ts";
import { roundTrips } from "./round-trips.ts";
import { sharing } from "./sharing.ts";

export const formatCases: Cases<FormatSubject> = joinCases(
  roundTrips,
  independence,
  sharing,
  refusals,
  hostileInput,
);
