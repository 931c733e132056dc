export { assertProperty, type PropertyOptions } from "./assert-property.ts";
export { breaksLaw } from "./breaks-law.ts";
export { type FuzzOptions, type FuzzReport, fuzz } from "./fuzz.ts";
export { KeptSeeds } from "./kept-seeds.ts";
export { type Replay, replayOf, textOf } from "./replay.ts";
export { Witnesses } from "./witnesses.ts";
