/** Light and dark; at least 4.5:1 of contrast for every text. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --background: #ffffff; --panel: #f4f5f7; --text: #1c2024; --quiet: #555d66; --line: #d5d9de;
  --accent: #0b5cad; --danger: #a8181f; --hit: #1a7f37;
  --stale: #8a6100; --collapsed: #5b3fb5; --miss: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #14171a; --panel: #1e2226; --text: #e6e9ec; --quiet: #a6afb8; --line: #3a4148;
    --accent: #7cb8f7; --danger: #ff9d97; --hit: #57c977;
    --stale: #e0b040; --collapsed: #b8a3ff; --miss: #ff8a80;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header {
  display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; padding: .75rem 1rem;
  border-bottom: 1px solid var(--line);
}
header p { margin: 0; }
main { max-width: 72rem; margin: 0 auto; padding: 0 1rem 3rem; }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3, caption { font-size: .95rem; font-weight: 600; margin: 1rem 0 .25rem; text-align: left; }
.status::before { content: "●"; margin-right: .35em; color: var(--quiet); }
.status.live::before { color: var(--hit); }
.status.lost::before { color: var(--miss); }
.updated, .none { color: var(--quiet); }
.message:empty { display: none; }
.message {
  background: var(--panel); border-left: 4px solid var(--accent); padding: .5rem .75rem;
  overflow-wrap: anywhere;
}
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .5rem; margin: 0; }
.tiles div { background: var(--panel); border-radius: 6px; padding: .5rem .75rem; }
.tiles dt { color: var(--quiet); font-size: .85rem; }
.tiles dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.chart { width: 100%; overflow: hidden; }
.chart .u-legend { color: var(--text); }
.scrolls { overflow-x: auto; margin-top: 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; font-weight: 500; }
tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
thead th { color: var(--quiet); font-weight: 500; font-size: .85rem; }
.columns {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem;
}
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0; }
label { display: grid; gap: .2rem; color: var(--quiet); font-size: .85rem; }
input, select, button {
  font: inherit; color: var(--text); background: var(--background); border: 1px solid var(--quiet);
  border-radius: 4px; padding: .35rem .6rem; min-height: 2.25rem;
}
input { width: min(22rem, 80vw); }
button { cursor: pointer; background: var(--panel); }
button.danger { color: var(--danger); border-color: var(--danger); }
button.link {
  background: none; border: 0; padding: .2rem 0; min-height: 1.75rem; color: var(--accent);
  text-align: left; overflow-wrap: anywhere; text-decoration: underline;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.keys { max-height: 16rem; overflow-y: auto; margin: 0; padding: 0 .25rem; list-style: none; }
article {
  background: var(--panel); border-radius: 6px; padding: .25rem 1rem 1rem; margin: 1rem 0;
  overflow-wrap: anywhere;
}
article button { margin-top: 1rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
pre {
  overflow: auto; max-height: 24rem; background: var(--background); padding: .75rem;
  border: 1px solid var(--line);
}
summary { cursor: pointer; color: var(--accent); padding: .25rem 0; }
`;
