import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../pnpm.mjs";

const require = createRequire(join(ROOT, "docs/package.json"));
const FENCE = /^```mermaid\nflowchart \w+\n([\s\S]*?)^```$/gm;
const STYLE = 'rankdir=TB; bgcolor="transparent"; node [shape=box, style=rounded]; ranksep=0.4; nodesep=0.2';

/** Draws the flowcharts of a page, which are of nodes and arrows alone, as pictures within the page. */
export async function drawDiagrams(text) {
  if (!text.includes("```mermaid")) return text;
  const { instance } = await import(pathToFileURL(require.resolve("@viz-js/viz")).href);
  const viz = await instance();
  return text.replace(FENCE, (_, lines) =>
    figure(
      viz,
      lines
        .trim()
        .split("\n")
        .map((line) => line.trim()),
    ),
  );
}

function figure(viz, lines) {
  const edges = lines.map((line) =>
    line
      .split(" --> ")
      .map((name) => JSON.stringify(name))
      .join(" -> "),
  );
  const drawn = viz.renderString(`digraph { ${STYLE}; ${edges.join("; ")} }`, { format: "svg" });
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
