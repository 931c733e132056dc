import { parseArgs } from "node:util";
import { buildSite, serveSite } from "./docs/site.mjs";

// Makes the site of the documentation, in .cache/docs/site. Needs a build.
//
//   npm run docs              builds it
//   npm run docs -- --serve   serves it, and shows each change of a page at once

const { values: flags } = parseArgs({ options: { serve: { type: "boolean" } } });
await (flags.serve ? serveSite() : buildSite());
