import { parseArgs } from "node:util";
import { mendLinks } from "./docs/mend-links.mjs";
import { buildSite, serveSite } from "./docs/site.mjs";

// Makes the site of the documentation, in .cache/docs/site. Needs a build.
//
//   npm run docs              builds it
//   npm run docs -- --serve   serves it, and shows each change of a page at once
//   npm run docs -- --mend    after pages have moved: points links at where they are now

const { values: flags } = parseArgs({ options: { serve: { type: "boolean" }, mend: { type: "boolean" } } });
if (flags.mend) console.log(mendLinks().join("\n"));
else if (flags.serve) await serveSite();
else await buildSite();
