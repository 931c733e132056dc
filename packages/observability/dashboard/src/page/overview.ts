import { html, type TemplateResult } from "lit-html";
import type { Chart } from "./chart.ts";
import { count, duration, percent, time } from "./format.ts";
import { type History, type Point, STATUSES } from "./history.ts";
import { gained, rate, type Span, share, total } from "./numbers.ts";
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
  const all = gained(span, "requests");
  const failed = gained(span, "load", "", "", "failed");
  return [
    ["Hit ratio", percent(share(all - gained(span, "requests", "", "", "miss"), all))],
    ["Requests", `${count(rate(span, "requests"))}/s`],
    ["Loads", `${count(rate(span, "load"))}/s`],
    ["Failed loads", count(failed)],
    ["Loading spared", duration(gained(span, "saved"))],
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
