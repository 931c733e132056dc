import { pnpm } from "./pnpm.mjs";

// `npm run fuzz`: searches for an hour for each reader, and keeps the inputs that reach new code in the
// corpus folders. `FUZZ_SECONDS=600 npm run fuzz`: for ten minutes each.

const environment = { FUZZ_SECONDS: process.env.FUZZ_SECONDS ?? "3600", FUZZ_KEEP: "1" };
const { status } = await pnpm(["exec", "vitest", "run", "--mode", "fuzz"], { environment });
process.exitCode = status;
