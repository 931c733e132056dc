import { html, type TemplateResult } from "lit-html";
import type { EntryReport } from "../inspect/entry.ts";
import type { State } from "../state/snapshot.ts";
import { distance, duration } from "./format.ts";
import type { Model } from "./model.ts";
import { table } from "./table.ts";

/** Finds keys, shows an entry, deletes it, and invalidates tags. */
export function inspector(state: State, model: Model): TemplateResult {
  if (state.sources.length === 0) return html``;
  return html`<section aria-labelledby="entries">
    <h2 id="entries">Entries</h2>
    <form @submit=${(event: SubmitEvent) => find(event, model)}>
      ${sourceField(
        "source",
        state.sources.map(({ name }) => name),
      )}
      <label>Beginning of the key <input name="prefix" autocomplete="off" spellcheck="false"></label>
      <button>Find keys</button>
    </form>
    ${model.found ? list(model.found.keys, model) : ""}
    ${model.entry ? entry(model.entry, state, model) : ""}
    ${invalidation(state, model)}
  </section>`;
}

function list(keys: readonly string[], model: Model): TemplateResult {
  const item = (key: string) =>
    html`<li><button class="link" @click=${() => model.look(model.source, key)}>${key}</button></li>`;
  return html`<h3>Keys</h3>
    <ul class="keys" tabindex="0" aria-label="Keys that were found">${keys.map(item)}</ul>`;
}

function entry(report: EntryReport, state: State, model: Model): TemplateResult {
  const { isFound, key, tiers, value } = report;
  const remove = () => {
    if (confirm(`Delete the entry of ${key}?`)) void model.remove(key);
  };
  const button = html`<button class="danger" @click=${remove}>Delete this entry</button>`;
  return html`<article aria-labelledby="entry">
    <h3 id="entry">Entry of <code>${key}</code></h3>
    ${isFound ? facts(report, state.at) : html`<p>There is no entry.</p>`}
    ${tierTable(tiers)}
    ${value ? html`<h4>Value</h4><pre tabindex="0" aria-label="Value">${value.text}</pre>` : ""}
    ${value && !value.isWhole ? html`<p>Only a part is shown.</p>` : ""}
    ${isFound && state.canWrite ? button : ""}
  </article>`;
}

function facts(
  { createdAt, expiresAt, loadMs, source, staleAt, state, tags }: EntryReport,
  now: number,
): TemplateResult {
  const facts = [
    ["State", state ?? ""],
    ["Answered by", source ?? ""],
    ["Loaded", distance(createdAt, now)],
    ["Stale", distance(staleAt, now)],
    ["Expires", distance(expiresAt, now)],
    ["Took to load", duration(loadMs === undefined ? undefined : loadMs / 1_000)],
    ["Tags", tags.join(", ") || "none"],
  ];
  return html`<dl class="facts">${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>`)}</dl>`;
}

function tierTable(tiers: EntryReport["tiers"]): TemplateResult {
  const rows = tiers.map(({ code, durationMs, status, tier }) => [
    tier,
    code ?? status,
    duration(durationMs / 1_000),
  ]);
  return table("Tiers that were asked", ["Tier", "Answer", "Time"], rows, "None.");
}

function invalidation({ canWrite, sources }: State, model: Model): TemplateResult {
  const names = sources.filter(({ hasTags }) => hasTags).map(({ name }) => name);
  if (names.length === 0) return html``;
  if (!canWrite) return html`<p class="none">This dashboard is read-only.</p>`;
  return html`<form @submit=${(event: SubmitEvent) => invalidate(event, model)}>
    ${sourceField("tag-source", names)}
    <label>Tag <input name="tag" required autocomplete="off" spellcheck="false"></label>
    <button class="danger">Invalidate the tag</button>
  </form>`;
}

function sourceField(name: string, names: readonly string[]): TemplateResult {
  const options = names.map((each) => html`<option>${each}</option>`);
  return html`<label>Cache <select name=${name}>${options}</select></label>`;
}

function find(event: SubmitEvent, model: Model): void {
  const field = fieldsOf(event);
  void model.find(field("source"), field("prefix"));
}

function invalidate(event: SubmitEvent, model: Model): void {
  const field = fieldsOf(event);
  const tag = field("tag");
  if (confirm(`Invalidate all entries with the tag ${tag}?`)) void model.invalidate(field("tag-source"), tag);
}

function fieldsOf(event: SubmitEvent): (name: string) => string {
  event.preventDefault();
  const data = new FormData(event.target as HTMLFormElement);
  return (name) => String(data.get(name) ?? "");
}
