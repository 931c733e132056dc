import { bySecond, inAll } from "./numbers.mjs";
import { STORY } from "./story.mjs";

const WIDTH = 720;
const LEFT = 132;
const RIGHT = 12;
const TOP = 30;
const GAP = 16;
const LATENCY = { height: 120, least: 1, most: 3_000, marks: [1, 10, 100, 1_000] };
const BARS = [
  { field: "queries", label: "queries a second", height: 56, most: 40 },
  { field: "failed", label: "failed answers", height: 40, most: 40 },
  { field: "old", label: "old answers", height: 40, most: 20 },
];
const HEIGHT = TOP + LATENCY.height + BARS.reduce((sum, { height }) => sum + GAP + height, 0) + 30;

// Its own background, so that it can be read on any page; the colours follow the reader's system.
const STYLE = `
    .card { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif }
    .band { fill: #eaeef2 } .grid { stroke: #d0d7de } .bar { fill: #0969da } .failed { fill: #cf222e }
    .old { fill: #9a6700 } .line { fill: none; stroke: #0969da; stroke-width: 2 }
    .slowest { stroke: #bc4c00; stroke-dasharray: 4 2 } .note { fill: #59636e }
    @media (prefers-color-scheme: dark) {
      .card { fill: #1b1b1f } text { fill: #dfdfd6 } .band { fill: #32363c } .grid { stroke: #4a4f57 }
      .bar { fill: #58a6ff } .failed { fill: #ff7b72 } .old { fill: #e3b341 } .line { stroke: #58a6ff }
      .slowest { stroke: #f0883e } .note { fill: #a8b0b9 }
    }`;

const x = (ms) => LEFT + (ms / STORY.end) * (WIDTH - LEFT - RIGHT);
const n = (value) => String(Math.round(value * 10) / 10);

/** An SVG of a run: latency, and bars of queries, failures and old answers, for each second of the story. */
export function graph(title, run) {
  const seconds = bySecond(run);
  const parts = [bands(), latency(seconds)];
  let top = TOP + LATENCY.height;
  for (const row of BARS) {
    top += GAP;
    parts.push(bars(seconds, row, top));
    top += row.height;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" \
aria-labelledby="title desc">
  <title id="title">${title}</title>
  <desc id="desc">${description(run)}</desc>
  <style>${STYLE}
  </style>
  <rect class="card" width="${WIDTH}" height="${HEIGHT}" rx="6"/>
${parts.join("\n")}
${axis(top)}
</svg>
`;
}

/** The graph in two sentences, for readers who do not see it. */
export function description(run) {
  const { queries, median, slowest, slow, failed, old } = inAll(run);
  return (
    `In a minute with ${run.answers.length} requests the database gets ${queries} queries. ` +
    `The median answer takes ${median} ms and the slowest ${slowest} ms; ${slow} are slow, ${failed} fail ` +
    `and ${old} are old.`
  );
}

function bands() {
  const { restart, down, slow, changes } = STORY;
  const bottom = HEIGHT - 24;
  const band = ({ from, to }, label) =>
    `  <rect class="band" x="${n(x(from))}" y="${TOP - 4}" width="${n(x(to) - x(from))}" \
height="${bottom - TOP}"/>\n${text(x((from + to) / 2), 18, label, "middle")}`;
  return [
    band({ from: restart, to: restart + 1_000 }, "restart"),
    band(down, "database down"),
    band(slow, "database slow"),
    band(changes, "price changes"),
  ].join("\n");
}

function latency(seconds) {
  const { height, least, most, marks } = LATENCY;
  const decades = Math.log10(most / least);
  const y = (ms) => TOP + height * (1 - Math.log10(Math.max(least, ms) / least) / decades);
  const grid = marks.map(
    (ms) =>
      `  <line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${n(y(ms))}" y2="${n(y(ms))}"/>\n` +
      text(LEFT - 6, y(ms) + 4, ms === least ? "≤ 1 ms" : ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`, "end"),
  );
  const line = (field, style) => {
    const points = seconds.map((second, at) => `${n(x(at * 1_000 + 500))},${n(y(second[field]))}`);
    return `  <polyline class="line ${style}" points="${points.join(" ")}"/>`;
  };
  const labels = [text(8, TOP + 40, "median (line)"), text(8, TOP + 56, "slowest (dashes)")];
  return [...grid, line("slowest", "slowest"), line("median", "median"), ...labels].join("\n");
}

function bars(seconds, { field, label, height, most }, top) {
  const width = x(1_000) - x(0) - 1;
  const rects = seconds.flatMap((second, at) => {
    const tall = (Math.min(most, second[field]) / most) * height;
    if (tall === 0) return [];
    return `  <rect class="bar ${field}" x="${n(x(at * 1_000))}" y="${n(top + height - tall)}" \
width="${n(width)}" height="${n(tall)}"/>`;
  });
  const y = top + height;
  const base = `  <line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>`;
  const total = seconds.reduce((sum, second) => sum + second[field], 0);
  const labels = [
    text(8, top + height / 2, label),
    text(8, top + height / 2 + 15, `${total} in all`, "start", "note"),
  ];
  return [base, ...rects, ...labels].join("\n");
}

function axis(top) {
  const marks = Array.from({ length: STORY.end / 10_000 + 1 }, (_, index) => index * 10_000);
  const anchor = (ms) => (ms === STORY.end ? "end" : "middle");
  return marks.map((ms) => text(x(ms), top + 18, `${ms / 1_000} s`, anchor(ms), "note")).join("\n");
}

function text(left, top, words, anchor = "start", style = "label") {
  return `  <text class="${style}" x="${n(left)}" y="${n(top)}" text-anchor="${anchor}">${words}</text>`;
}
