/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { html, render, type TemplateResult } from "lit-html";
import plotStyle from "uplot/dist/uPlot.min.css";
import type { Span } from "../state/numbers.ts";
import { Chart } from "./chart.ts";
import { time } from "./format.ts";
import { inspector } from "./inspector.ts";
import { Model } from "./model.ts";
import { overview } from "./overview.ts";
import { states } from "./states.ts";
import { STYLE } from "./style.ts";
import { caches, keys, memories, processes, tiers } from "./tables.ts";

const CONNECTION = {
  opening: "Connecting",
  live: "Live",
  lost: "Connection lost; trying again",
};

/** Style sheets of a script are allowed by the policy, which allows no inline style. */
function addStyles(): void {
  document.adoptedStyleSheets = [plotStyle, STYLE].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}

function start(root: HTMLElement): void {
  addStyles();
  root.replaceChildren();
  const chart = new Chart();
  const model = new Model(() => draw());
  const draw = (): void => {
    chart.show(model.history.points);
    render(page(model, chart), root);
  };
  draw();
  model.listen();
}

function page(model: Model, chart: Chart): TemplateResult {
  const { connection, history, message } = model;
  const { latest, span } = history;
  return html`<header>
      <h1>hitbox</h1>
      <p class=${`status ${connection}`} role="status">${CONNECTION[connection]}</p>
      <p class="updated">${latest ? `Updated at ${time(latest.at)}` : ""}</p>
    </header>
    <main>
      <p class="message" role="status">${message}</p>
      ${latest?.fleetError ? html`<p role="alert">Other processes are missing: ${latest.fleetError}</p>` : ""}
      ${span ? sections(span, model, chart) : html`<p>Waiting for the first numbers.</p>`}
    </main>`;
}

function sections(span: Span, model: Model, chart: Chart): TemplateResult {
  const { to } = span;
  const [first] = to.sources;
  const look = first && ((key: string) => void model.look(model.source || first.name, key));
  return html`${overview(span, model.history, chart)}
    <section aria-labelledby="caches"><h2 id="caches">Caches and tiers</h2>
      ${caches(span)} ${tiers(span)} ${memories(span)}
    </section>
    ${inspector(to, model)}
    <section aria-labelledby="keys"><h2 id="keys">Keys</h2>
      <div class="columns">
        <div>${keys("Hit most", to.hot, look)}</div>
        <div>${keys("Loaded most", to.missed, look)}</div>
      </div>
    </section>
    ${states(span, model)}
    <section aria-labelledby="processes"><h2 id="processes">Processes</h2>${processes(span)}</section>`;
}

const root = document.getElementById("page");
if (root !== null) start(root);
