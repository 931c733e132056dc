import uPlot from "uplot";
import { time } from "./format.ts";
import { type Point, STATUSES } from "./history.ts";

const HEIGHT = 220;
/** Lines differ in more than their colour. */
const DASHES: readonly (readonly number[])[] = [[], [8, 3], [2, 3], [10, 3, 2, 3]];

/** Requests a second by their answer, drawn. */
export class Chart {
  readonly element: HTMLElement = document.createElement("div");
  readonly #plot: uPlot;

  constructor() {
    this.element.className = "chart";
    // A canvas says nothing: the table below it does.
    this.element.ariaHidden = "true";
    this.#plot = new uPlot(options(), [[], ...STATUSES.map(() => [])], this.element);
    new ResizeObserver(() => this.#fit()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#plot.redraw());
  }

  show(points: readonly Point[]): void {
    const times = points.map(({ at }) => at / 1_000);
    this.#plot.setData([times, ...STATUSES.map((status) => points.map((point) => point[status]))]);
  }

  #fit(): void {
    const width = this.element.clientWidth;
    if (width > 0) this.#plot.setSize({ width, height: HEIGHT });
  }
}

function options(): uPlot.Options {
  const axis = { stroke: () => color("--text"), grid: { stroke: () => color("--line"), width: 1 } };
  return {
    width: 600,
    height: HEIGHT,
    cursor: { y: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, space: 80, values: (_, times) => times.map(clock) },
      { ...axis, size: 60 },
    ],
    series: [{ value: (_, at) => (at === null ? "–" : clock(at)) }, ...STATUSES.map(line)],
  };
}

function clock(seconds: number): string {
  return time(seconds * 1_000);
}

function line(status: string, index: number): uPlot.Series {
  return {
    label: `${status}/s`,
    stroke: () => color(`--${status}`),
    width: 2,
    dash: [...(DASHES[index] ?? [])],
    points: { show: false },
    value: (_, value) => (value === null ? "–" : value.toFixed(1)),
  };
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
