import { html, type TemplateResult } from "lit-html";
import { type Span, total } from "../state/numbers.ts";
import { summaryOf } from "../state/summary.ts";
import type { Chart } from "./chart.ts";
import { count, duration, percent, time } from "./format.ts";
import { type History, type Point, STATUSES } from "./history.ts";
import { table } from "./table.ts";

const COLUMNS = ["Time", ...STATUSES, "Hit ratio"];

/** The numbers of the last minute, and the chart. */
export function overview(span: Span, { points }: History, chart: Chart): TemplateResult {
  return html`<section aria-labelledby="overview">
    <h2 id="overview">Last minute</h2>
    <dl class="tiles">${tiles(span).map(tile)}</dl>
    <h3>Requests a second, by their answer</h3>
    ${chart.element}
    <details>
      <summary>The same as a table</summary>
      ${table("Requests a second", COLUMNS, rowsOf(points), "Nothing yet.")}
    </details>
  </section>`;
}

function tile([name, value]: readonly [string, string]): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function tiles(span: Span): [name: string, value: string][] {
  const { failedLoads, hitRatio, loadsPerSecond, requestsPerSecond, spared } = summaryOf(span);
  return [
    ["Hit ratio", percent(hitRatio)],
    ["Requests", `${count(requestsPerSecond)}/s`],
    ["Loads", `${count(loadsPerSecond)}/s`],
    ["Failed loads", count(failedLoads)],
    ["Loading spared", duration(spared)],
    ["Spared in all", duration(total(span.to, "saved"))],
  ];
}

/** The latest points come first. */
function rowsOf(points: readonly Point[]): string[][] {
  const latest = points.slice(-20).reverse();
  return latest.map((point) => [
    time(point.at),
    ...STATUSES.map((status) => count(point[status])),
    percent(point.ratio),
  ]);
}
