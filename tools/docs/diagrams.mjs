import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../pnpm.mjs";

const require = createRequire(join(ROOT, "docs/package.json"));
const FENCE = /^```mermaid\nflowchart (\w\w)\n([\s\S]*?)^```$/gm;
// Helvetica, since Graphviz reserves the widths of its letters: text of the page would not fit otherwise.
const STYLE =
  'bgcolor="transparent"; node [shape=box, style=rounded, fontname="Helvetica"]; ranksep=0.4; nodesep=0.2';
/** Mermaid's directions as Graphviz names them. */
const DIRECTIONS = { TD: "TB" };

/** Draws the flowcharts of a page, which are of nodes and arrows alone, as pictures within the page. */
export async function drawDiagrams(text) {
  if (!text.includes("```mermaid")) return text;
  const { instance } = await import(pathToFileURL(require.resolve("@viz-js/viz")).href);
  const viz = await instance();
  return text.replace(FENCE, (_, direction, body) => {
    const lines = body.trim().split("\n");
    return figure(
      viz,
      DIRECTIONS[direction] ?? direction,
      lines.map((line) => line.trim()),
    );
  });
}

function figure(viz, direction, lines) {
  const edges = lines.map((line) =>
    line
      .split(" --> ")
      .map((name) => JSON.stringify(name))
      .join(" -> "),
  );
  const drawn = viz.renderString(`digraph { rankdir=${direction}; ${STYLE}; ${edges.join("; ")} }`, {
    format: "svg",
  });
  // Colours come from the page: it may be dark. The titles of Graphviz would be tooltips.
  const svg = drawn
    .slice(drawn.indexOf("<svg"))
    .replaceAll(/(?:stroke|fill)="black"/g, (found) => found.replace("black", "currentColor"))
    .replaceAll(/<title>[\s\S]*?<\/title>|<!--[\s\S]*?-->/g, "")
    .replace(/<svg width="(\d+)pt" height="\d+pt"/, '<svg aria-hidden="true" style="width: $1pt"')
    .replaceAll(/\n+/g, "\n");
  const said = lines.filter((line) => line.includes("-->")).map((line) => line.replace("-->", "imports"));
  const open = `<figure class="diagram" tabindex="0" role="img" aria-label="${said.join(", ")}">`;
  return `${open}\n${svg.trim()}\n</figure>`;
}
