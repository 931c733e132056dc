import { html, type TemplateResult } from "lit-html";
import { labelsOf, type Span, total } from "../state/numbers.ts";
import type { State } from "../state/snapshot.ts";
import { count } from "./format.ts";
import type { Model } from "./model.ts";
import { table } from "./table.ts";

/** Coherence, circuit breakers, work that waits, and switches. */
export function states({ to }: Span, model: Model): TemplateResult {
  return html`<section aria-labelledby="states">
    <h2 id="states">State</h2>
    ${table("State of tiers", ["Part", "State"], rowsOf(to), "No tier has changed its state yet.")}
    ${to.switches.length > 0 ? switches(to, model) : ""}
  </section>`;
}

function rowsOf(state: State): string[][] {
  return [
    ...labelsOf(state, "coherenceLost").map(([name = ""]) => [
      `Coherence of ${name}`,
      coherence(state, name),
    ]),
    ...labelsOf(state, "circuit").map(([name = ""]) => [`Circuit of ${name}`, circuit(state, name)]),
    ...labelsOf(state, "retriesWaiting").map(([name = ""]) => [
      `Deletes of ${name} that wait`,
      count(total(state, "retriesWaiting", name)),
    ]),
    ...labelsOf(state, "tasksNow").map(([name = ""]) => [
      `Background work: ${name}`,
      count(total(state, "tasksNow", name)),
    ]),
  ];
}

function coherence(state: State, name: string): string {
  const isLost = total(state, "coherenceLost", name) > 0;
  return `${isLost ? "lost" : "kept"}, lost ${count(total(state, "coherenceLosses", name))} times`;
}

/** Of several processes each may be in another state. */
function circuit(state: State, name: string): string {
  const inState = ["open", "half-open", "closed"].map(
    (each) => [each, total(state, "circuit", name, each)] as const,
  );
  return inState
    .flatMap(([each, number]) => (number > 0 ? [number > 1 ? `${each} (${number})` : each] : []))
    .join(", ");
}

function switches({ canWrite, switches: all }: State, model: Model): TemplateResult {
  const rows = all.map(({ isOn, name }) => [
    name,
    isOn ? "on" : "off",
    canWrite
      ? html`<button @click=${() => model.turn(name, !isOn)}>Switch ${name} ${isOn ? "off" : "on"}</button>`
      : "read-only",
  ]);
  return table("Switches of this process", ["Tier", "State", "Change"], rows, "");
}
