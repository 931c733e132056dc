import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DEFINITIONS, type Definition } from "@hitbox/recorder";
import { expect, test } from "vitest";

const PAGE = fileURLToPath(new URL("../../docs/reference/metrics.md", import.meta.url));
const HEAD = [
  "| for Prometheus | for OpenTelemetry, unit | kind | labels | is |",
  "| --- | --- | --- | --- | --- |",
];

function row({ name, otel, unit, kind, labels, help }: Definition): string {
  const listed = labels.map((label) => `\`${label}\``).join(", ");
  return `| \`${name}\` | \`${otel}\`, ${unit} | ${kind} | ${listed} | ${help} |`;
}

test("docs/reference/metrics.md lists every metric as it is defined", () => {
  const [, listed = ""] = readFileSync(PAGE, "utf8").split(/<!-- \/?metrics -->\n/);
  const rows = Object.values(DEFINITIONS).map(row);
  expect(listed.trim().split("\n")).toEqual([...HEAD, ...rows]);
});
