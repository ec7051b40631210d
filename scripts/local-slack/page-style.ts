/** Like Slack enough that a person knows what they look at; light and dark as the reader's system says. */
export const pageStyle = `
:root { color-scheme: light dark; --back: #fff; --text: #1d1c1d; --soft: #616061; --line: #dddddd; --shade: #f8f8f8;
  --link: #1264a3; --mention: #e8f5fa; --loud: #fff3c8; --good: #007a5a; --bad: #c01343; --bar: #4a154b;
  --code: #c01343; }
@media (prefers-color-scheme: dark) { :root { --back: #1a1d21; --text: #d1d2d3; --soft: #ababad; --line: #35373b;
  --shade: #222529; --link: #1d9bd1; --mention: #14354a; --loud: #4d3a10; --good: #2bac76; --bad: #f2708f;
  --bar: #19171d;
  --code: #e8912d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.46 Lato, "Segoe UI", Roboto, "Noto Sans",
  "DejaVu Sans", Arial, sans-serif; overflow-wrap: anywhere; }
header { background: var(--bar); color: #fff; padding: 12px 24px; }
header h1 { margin: 0; font-size: 18px; }
header p { margin: 0; font-size: 13px; }
nav { padding: 8px 24px; border-bottom: 1px solid var(--line); background: var(--shade); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; padding: 0; list-style: none; }
nav a { color: var(--link); }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 24px;
  padding: 0 24px 48px; }
section { border: 1px solid var(--line); border-radius: 8px; margin-top: 24px; align-self: start; overflow: hidden; }
h2 { margin: 0; padding: 12px 20px; font-size: 17px; border-bottom: 1px solid var(--line); background: var(--shade); }
h3 { margin: 0; font-size: 15px; }
h4 { margin: 4px 0; font-size: 17px; }
p { margin: 4px 0; white-space: pre-wrap; }
ol.messages, ol.thread { list-style: none; margin: 0; padding: 0; }
.message { display: flex; gap: 10px; padding: 10px 20px; }
.private { background: var(--shade); }
.avatar { flex: 0 0 36px; height: 36px; border-radius: 8px; background: var(--bar); color: #fff; font-weight: 700;
  text-align: center; line-height: 36px; }
.body { flex: 1; min-width: 0; }
abbr { font-size: 10px; font-weight: 700; color: var(--soft); background: var(--line); border-radius: 2px;
  padding: 1px 3px;
  vertical-align: 2px; text-decoration: none; }
time, small, .context { font-size: 12px; font-weight: 400; color: var(--soft); }
.deed { padding: 8px 20px; color: var(--soft); border-left: 3px solid var(--link); margin: 8px 0; }
.note { margin: 12px 20px; border-bottom: 1px solid var(--line); color: var(--soft); text-align: center; }
.error { color: var(--bad); }
.pressed { border: 1px solid var(--line); border-radius: 4px; padding: 0 8px; color: var(--text); }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
button { font: inherit; font-size: 13px; font-weight: 700; color: var(--text); background: var(--back);
  border: 1px solid var(--soft); border-radius: 4px; padding: 4px 12px; }
button.primary { background: var(--good); border-color: var(--good); color: var(--back); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--back); }
.confirm { width: min(440px, 100vw - 32px); border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px;
  background: var(--back); color: var(--text); box-shadow: 0 4px 16px #0003; }
.confirm .buttons { justify-content: flex-end; }
.confirm::backdrop { background: #0006; }
.text { display: flex; gap: 16px; justify-content: space-between; align-items: flex-start; }
.text > div { min-width: 0; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; margin: 4px 0; padding: 0; list-style: none; }
.fields li { white-space: pre-wrap; }
code, pre { font: 12px/1.5 "DejaVu Sans Mono", Menlo, Consolas, monospace; background: var(--shade);
  border: 1px solid var(--line);
  border-radius: 3px; }
code { color: var(--code); padding: 1px 3px; }
pre { padding: 8px; margin: 4px 0; white-space: pre-wrap; }
blockquote { border-left: 4px solid var(--line); margin: 4px 0; padding-left: 12px; }
.mention { background: var(--mention); color: var(--link); border-radius: 3px; padding: 0 2px; }
.loud { background: var(--loud); }
u { color: var(--link); text-decoration: none; }
hr { border: 0; border-top: 1px solid var(--line); margin: 12px 0; }
.table { overflow-x: auto; margin: 6px 0; }
table { border-collapse: collapse; font-size: 13px; }
caption { text-align: left; font-weight: 700; }
th, td { border: 1px solid var(--line); padding: 4px 8px; text-align: left; vertical-align: top;
  overflow-wrap: normal; }
th { background: var(--shade); }
details { margin: 6px 0; }
summary { cursor: pointer; color: var(--soft); font-size: 13px; }
.file { border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; }
.thread { border-left: 2px solid var(--line); margin: 6px 0 0 4px; }
.thread .message { padding: 6px 12px; }
.modal { max-width: 440px; margin: 8px 20px; border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px;
  box-shadow: 0 4px 16px #0003; }
.modal h3 { font-size: 18px; margin-bottom: 8px; }
.modal label { display: grid; gap: 4px; margin: 10px 0; font-weight: 700; }
.modal input { font: inherit; padding: 6px 10px; border: 1px solid var(--soft); border-radius: 4px;
  background: var(--back);
  color: inherit; }
.modal .buttons { justify-content: flex-end; }
`;
