import { html, type TemplateResult } from "lit-html";

export type Cell = string | TemplateResult;

/** A table with a caption, which scrolls on a narrow screen. The first cell of a row is its heading. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  none: string,
): TemplateResult {
  if (rows.length === 0) return html`<h3>${caption}</h3><p class="none">${none}</p>`;
  return html`<div class="scrolls" role="region" aria-label=${caption} tabindex="0">
    <table>
      <caption>${caption}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
      <tbody>${rows.map(row)}</tbody>
    </table>
  </div>`;
}

function row([heading = "", ...cells]: readonly Cell[]): TemplateResult {
  return html`<tr><th scope="row">${heading}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}
