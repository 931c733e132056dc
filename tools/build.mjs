import { pnpm } from "./pnpm.mjs";

// `npm run build -- …`: turbo calls pnpm by its name, which a machine with only Node and npm has not.

const { status } = await pnpm(["exec", "turbo", "run", "build", ...process.argv.slice(2)]);
process.exitCode = status;
