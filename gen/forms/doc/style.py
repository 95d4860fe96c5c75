"""How documents look."""

__all__ = ["STYLE"]

STYLE = """
:root { --ink: #1c2530; --soft: #5b6775; --line: #d5dbe2; --page: #fff; --tint: #f4f7fa;
        --mark: #0b66c3; --gap: #e9edf1; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #36414d; --page: #12181f; --tint: #1a222b;
          --mark: #6cb2ff; --gap: #222c37; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 64rem; color: var(--ink);
       background: var(--page); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 2rem; margin: 0 0 .25rem; } h2 { margin: 2.5rem 0 .75rem; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1.05rem; }
p.facts { color: var(--soft); margin: .25rem 0; }
nav { margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
a { color: var(--mark); text-decoration: none; } a:hover { text-decoration: underline; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 6px;
      padding: .75rem 1rem; overflow-x: auto; font-size: 13px; line-height: 1.45;
      white-space: pre-wrap; }
code, td.mono { font-family: ui-monospace, monospace; font-size: .9em; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th { text-align: left; color: var(--soft); font-weight: 600; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .75rem .35rem 0;
         vertical-align: top; }
ol.flow { list-style: none; padding: 0; counter-reset: step; }
ol.flow li { counter-increment: step; border-left: 3px solid var(--line);
             padding: .4rem 0 .4rem 1rem; position: relative; overflow-wrap: anywhere; }
ol.flow li.fault { border-color: #d9534f; } ol.flow li.done { border-color: #3a9d5d; }
ol.flow b::before { content: counter(step) ". "; color: var(--soft); font-weight: 400; }
.where { color: var(--soft); font-size: .85em; }
svg.bits { width: 100%; height: auto; font-family: ui-monospace, monospace; }
svg .field { fill: var(--tint); stroke: var(--soft); }
svg .gap { fill: var(--gap); stroke: var(--line); }
svg .bit { fill: var(--soft); font-size: 10px; } svg .name { fill: var(--ink); }
.never { color: var(--soft); }
@media print { body { max-width: none; } nav { display: none; } }
"""
