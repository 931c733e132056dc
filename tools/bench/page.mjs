/** Sections of the page, by the names of the measurements. The first that fits counts. */
const SECTIONS = [
  ["Against other caches", /bentocache|cacheable|cache-manager|one load$/],
  ["Formats", /typed JSON|superjson|devalue/],
  ["Redis", /redis|tracked/i],
  ["Other stores", /DynamoDB|memcached|SQLite|PostgreSQL|MariaDB|S3/],
  ["Memory, tiers and the cache", /./],
];
const ORDER = ["Memory, tiers and the cache", "Against other caches", "Redis", "Other stores", "Formats"];

const HEAD = `# Benchmarks

Measurements of the hot paths, each beside the same work without hitbox or by another library.
\`npm run bench\` measures them and writes this page.

- **Ratios, not times.** Both sides run in turns on one machine, so a busy moment disturbs both. A figure is
  the median of a hundred rounds or more. The range is its middle half.
- **× the time**: hitbox takes so many times as long as the other side. Less is better.
- **× as many**: hitbox does so many times as many operations a second. More is better.
- **Goals** are limits that the project holds itself to. A goal that was missed stays in the table.
`;

/** The page \`docs/how-it-works/benchmarks.md\`, from the last measurements. */
export function benchmarksPage({ date, node, processor, cores, results }) {
  const sections = ORDER.map((title) => [title, results.filter((one) => sectionOf(one) === title)]);
  const tables = sections.map(([title, rows]) => `## ${title}\n\n${table(rows)}`);
  const machine = `with Node ${node.slice(1)} on ${cores} cores (${processor})`;
  return `${[`${HEAD}\nMeasured on ${date.slice(0, 10)} ${machine}.`, ...tables].join("\n\n")}\n`;
}

const sectionOf = ({ name }) => SECTIONS.find(([, pattern]) => pattern.test(name))[0];

function table(results) {
  const rows = results.map(
    (one) => `| ${one.name} | ${one.baseline} | ${figure(one)} | ${range(one)} | ${goal(one)} |`,
  );
  return ["| measured | beside | result | range | goal |", "| --- | --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

const UNITS = { time: "× the time", throughput: "× as many", added: " ns more" };
const digits = (value, ratio) => value.toFixed(ratio === "added" ? 0 : value < 3 ? 2 : 1);
const figure = ({ value, ratio }) => `${digits(value, ratio)}${UNITS[ratio]}`;
const range = ({ spread, ratio }) => spread.map((edge) => digits(edge, ratio)).join(" to ");

function goal({ goal: bound, ratio, met }) {
  if (bound === undefined) return "";
  return `${ratio === "throughput" ? "at least" : "at most"} ${bound}${met ? "" : ", missed"}`;
}
