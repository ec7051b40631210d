/** Quiet, so that the figures speak; dark where the reader's system is, white on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --page: #f4f6f8; --card: #ffffff; --text: #17212b; --soft: #56626f; --line: #dde3e9;
  --shade: #f4f6f8; --idle: #2f5fb3; --good: #1b7550; --warn: #8a4b00; --warn-back: #fff6e6; --warn-line: #e6b566;
  --link: #1f55a8; --bar-back: #e8edf3; }
@media screen and (prefers-color-scheme: dark) { :root { --page: #12171c; --card: #1b2229; --text: #e4e9ee;
  --soft: #a3afbb; --line: #333d47; --shade: #232c35; --idle: #7ea6ec; --good: #5cc796; --warn: #f0bd6c;
  --warn-back: #2d2514; --warn-line: #7a5a1d; --link: #8fb4f2; --bar-back: #2a343e; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial,
  sans-serif;
  font-variant-numeric: tabular-nums; }
header, main, footer { max-width: 1600px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; }
.brand { margin: 0; color: var(--good); font-weight: 700; letter-spacing: 0.04em; }
h1 { margin: 2px 0 4px; font-size: 30px; line-height: 1.2; letter-spacing: -0.01em; }
header p, footer p { margin: 0; color: var(--soft); }
h2 { margin: 0 0 12px; font-size: 20px; line-height: 1.3; }
h3 { margin: 0 0 4px; font-size: 15px; }
section { margin-top: 36px; scroll-margin-top: 8px; }
#figures { margin-top: 20px; }
#figures > h2, .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
footer { padding-top: 28px; padding-bottom: 36px; font-size: 13px; }
a { color: var(--link); }
.skip { position: absolute; left: 8px; top: -60px; padding: 8px 14px; background: var(--card); border-radius: 6px; }
.skip:focus { top: 8px; z-index: 3; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
small { display: block; font-size: 12px; line-height: 1.35; color: var(--soft); }
small:empty { display: none; }
.none { color: var(--soft); font-style: italic; font-weight: 400; }
.empty, .note { margin: 0 0 10px; color: var(--soft); }
.note:empty { display: none; }
.figures { display: grid; grid-template-columns: 1.25fr repeat(4, 1fr); gap: 12px; margin: 0; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px;
  min-width: 0; }
.figure dt { font-weight: 600; }
.figure dt span, figcaption span { font-weight: 400; color: var(--soft); }
.figure dd { margin: 0; }
.figure strong { display: block; margin: 2px 0 4px; font-size: 24px; line-height: 1.2; letter-spacing: -0.01em; }
.figure.main { border-top: 4px solid var(--idle); padding-top: 11px; }
.figure.main strong { font-size: 32px; }
.figure.good { border-top: 4px solid var(--good); padding-top: 11px; }
.coverage, .missing, .whole { margin: 12px 0 0; padding: 12px 16px; border: 1px solid var(--line); border-radius: 10px;
  background: var(--card); }
.coverage p { margin: 0; }
.coverage span { color: var(--soft); }
.meter { display: block; width: 100%; height: 6px; margin-top: 8px; border-radius: 3px; }
.meter .all { fill: var(--bar-back); }
.meter .part { fill: var(--idle); }
.missing { background: var(--warn-back); border-color: var(--warn-line); }
.missing h3 { color: var(--warn); }
.missing ul { margin: 0; padding-left: 20px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 12px; }
figure { margin: 0; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  min-width: 0; }
figure > svg { display: block; width: 100%; max-height: 320px; margin-top: 6px; }
svg text { fill: var(--soft); font-size: 10px; text-anchor: middle; }
svg .tick { text-anchor: end; }
svg .gap { font-size: 13px; font-weight: 700; fill: var(--warn); }
.grid { stroke: var(--line); stroke-width: 1; }
.idle .bar { fill: var(--idle); }
.saved .bar { fill: var(--good); }
.shares { padding-bottom: 6px; }
.shares table { margin-top: 6px; }
.shares tbody th { width: 30%; min-width: 106px; }
td.bar { width: 36%; }
td.money { min-width: 92px; }
td.bar svg { display: block; width: 100%; height: 12px; background: var(--bar-back); border-radius: 2px; }
td.bar rect { fill: var(--idle); }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--link); }
details .scroll { margin-top: 8px; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 1.4; }
th, td { padding: 8px 10px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); min-width: 72px;
  unicode-bidi: isolate; }
thead th { overflow-wrap: normal; border-top: 0; color: var(--soft); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
tbody th strong { font-weight: 600; }
.money { text-align: right; }
.date, .account, td.money > span { white-space: nowrap; }
.scroll thead th { background: var(--shade); }
table.idle { table-layout: fixed; min-width: 1200px; font-size: 12.5px; }
.idle td.money > span.some { font-weight: 600; font-size: 14px; }
.idle th, .idle td { padding: 7px; }
.idle thead th { width: 8.2%; }
.idle thead .team { width: 7%; }
.idle thead .money { width: 8.6%; }
.idle thead .date { width: 7.3%; }
.idle thead .name { width: 12.4%; }
.idle thead .change { width: 11.4%; }
.idle thead .evidence { width: 14.2%; }
.idle thead .environment { width: 9%; }
.idle thead .account, .idle thead .owner { width: 9%; }
.idle details { margin: 0; }
.idle summary { color: inherit; }
.idle tbody tr:hover { background: var(--shade); }
thead button { all: unset; box-sizing: border-box; cursor: pointer; width: 100%; }
thead button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
thead button:hover { color: var(--link); }
thead button::after { content: "\\a0↕"; content: "\\a0↕" / ""; opacity: 0.45; }
th[aria-sort] { color: var(--text); }
th[aria-sort=ascending] button::after { content: "\\a0↑"; content: "\\a0↑" / ""; opacity: 1; }
th[aria-sort=descending] button::after { content: "\\a0↓"; content: "\\a0↓" / ""; opacity: 1; }
.controls { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: end; margin-bottom: 10px; }
.controls label { display: grid; gap: 3px; font-size: 13px; color: var(--soft); min-width: 150px; }
.controls .grow { flex: 1 1 220px; max-width: 420px; }
select, input, .controls button, .pager button { font: inherit; font-size: 14px; color: var(--text);
  background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: 7px 10px; min-height: 38px; }
select { max-width: 260px; }
input { width: 100%; }
.controls button, .pager button { cursor: pointer; }
.controls button:hover, .pager button:hover { background: var(--shade); }
.pager { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 10px 0; }
.pager span { padding: 0 8px; color: var(--soft); font-size: 14px; }
.pager button[aria-disabled=true] { color: var(--soft); border-color: var(--line); cursor: default; }
.found { margin: 0 0 10px; font-weight: 600; }
.rules { display: grid; grid-template-columns: minmax(90px, max-content) 1fr; gap: 8px 20px; margin: 0;
  padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.rules dt { font-weight: 600; }
.rules dd { margin: 0; max-width: 80ch; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media screen and (max-width: 1000px) { .figures { grid-template-columns: 1fr 1fr; }
  .figure.main { grid-column: 1 / -1; } }
@media screen and (max-width: 600px) { header, main, footer { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 24px; } section { margin-top: 28px; } .figure strong { font-size: 20px; }
  .figure { padding: 12px; } svg text { font-size: 13px; } .controls label, select { width: 100%; max-width: none; }
  .controls .grow { max-width: none; } td.bar { width: 16%; } td.money { min-width: 0; }
  .rules { grid-template-columns: 1fr; gap: 2px; }
  .rules dd { margin-bottom: 8px; } .shares th, .shares td { padding: 8px 4px; min-width: 0; } figure { padding: 12px; }
  .idle thead th:first-child, .idle tbody th { position: sticky; left: 0; z-index: 1; background: var(--card);
    box-shadow: 1px 0 var(--line); } .idle thead th:first-child { background: var(--shade); } }
@media screen { #print-note { display: none; } }
@page { size: A4 landscape; margin: 11mm; }
@media print { :root { color-scheme: light; --page: #fff; --shade: #fff; }
  body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header, main, footer { max-width: none; padding: 0; } footer { margin-top: 4mm; }
  .skip, .controls, .pager, #trend details { display: none !important; } summary { list-style: none; }
  h1 { font-size: 19pt; } section { margin-top: 5mm; } #figures { margin-top: 3mm; } h2 { margin-bottom: 2mm; }
  h2, .found { break-after: avoid; }
  .figure, figure, .coverage, .missing, .rules { padding: 2mm 3mm; break-inside: avoid; }
  .coverage, .missing { margin-top: 2mm; } .figures, .charts { gap: 2mm; }
  .figure strong { font-size: 14pt; } .figure.main strong { font-size: 18pt; }
  .charts { grid-template-columns: 1fr 1fr; } figure > svg { max-height: 47mm; margin-top: 0; }
  tr { break-inside: avoid; } .scroll { overflow: visible; border-radius: 0; border-width: 1px 0; }
  table { font-size: 8pt; } table.idle { min-width: 0; font-size: 7.5pt; } small { font-size: 7pt; }
  .idle td.money > span.some { font-size: 8pt; } .idle small { font-size: 6.5pt; }
  th, td, .idle th, .idle td { padding: 1mm 1.2mm; min-width: 0; }
  th[aria-sort=ascending]::after { content: "\\a0↑"; } th[aria-sort=descending]::after { content: "\\a0↓"; } }
`;
