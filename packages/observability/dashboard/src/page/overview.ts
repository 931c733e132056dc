import { html, type TemplateResult } from "lit-html";
import type { Chart } from "./chart.ts";
import { count, duration, percent, time } from "./format.ts";
import type { History, Point } from "./history.ts";
import { gained, rate, type Span, share, total } from "./numbers.ts";
import { table } from "./table.ts";

/** The numbers of the last minute, and the chart. */
export function overview(span: Span, { points }: History, chart: Chart): TemplateResult {
  return html`<section aria-labelledby="overview">
    <h2 id="overview">Last minute</h2>
    <dl class="tiles">${tiles(span).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <h3>Requests a second, by their answer</h3>
    ${chart.element}
    <details>
      <summary>The same as a table</summary>
      ${table("Requests a second", ["Time", "hit", "stale", "collapsed", "miss", "Hit ratio"], rowsOf(points), "Nothing yet.")}
    </details>
  </section>`;
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
  return latest.map(({ at, collapsed, hit, miss, ratio, stale }) => [
    time(at),
    ...[hit, stale, collapsed, miss].map(count),
    percent(ratio),
  ]);
}
