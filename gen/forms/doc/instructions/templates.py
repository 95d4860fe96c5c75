"""Templates of the pages of an instruction set."""

from gen.forms.doc.style import STYLE as BASE

__all__ = ["STYLE", "TEMPLATES"]

STYLE = (
    BASE
    + """
:root { --fixed: #e7ecf2; --field: #fff; --load: #2f7d4f; --store: #8a5a00; --branch: #7b3fb3;
        --trap: #b3362f; --pure: #5b6775; }
@media (prefers-color-scheme: dark) {
  :root { --fixed: #232d38; --field: #161d25; --load: #6fcf97; --store: #e0b050;
          --branch: #c79bf2; --trap: #f0857e; --pure: #9aa7b4; } }
body { max-width: 84rem; }
table.encodings { table-layout: fixed; font-family: ui-monospace, monospace; font-size: 12px;
                  border-collapse: collapse; }
table.encodings td, table.encodings th { border: 1px solid var(--line); padding: .2rem .1rem;
  text-align: center; vertical-align: middle; overflow: hidden; white-space: nowrap; }
table.encodings th { color: var(--soft); font-weight: 400; font-size: 10px; border: 0; }
table.encodings td.fixed { background: var(--fixed); color: var(--soft); }
table.encodings td.field { background: var(--field); }
table.encodings td.any { background: repeating-linear-gradient(45deg, var(--gap) 0 4px,
  transparent 4px 8px); color: var(--soft); }
table.encodings td.narrow { font-size: 9px; }
table.encodings td.name { text-align: left; border: 0; padding-left: .75rem; font-weight: 600; }
table.encodings td.doc { text-align: left; border: 0; padding-left: .5rem; color: var(--soft);
  font-family: system-ui, sans-serif; text-overflow: ellipsis; }
table.encodings tr:hover td { border-color: var(--mark); }
section.instruction { border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem;
                      margin: 1.25rem 0; }
section.instruction h3 { margin: 0; font-size: 1.15rem; display: flex; gap: .5rem 1rem;
                         flex-wrap: wrap; align-items: baseline; }
section.instruction h3 code { font-size: 1rem; font-weight: 400; }
section.instruction h3 .where { font-weight: 400; margin-left: auto; }
section.instruction p { margin: .4rem 0 .6rem; white-space: pre-line; }
section.instruction .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; }
section.instruction .columns > * { min-width: 0; }
section.instruction table { font-size: .9rem; margin: .25rem 0; }
table.operands { table-layout: fixed; } col.a { width: 5.5rem; } col.b { width: 6.5rem; }
section.instruction pre { margin: .5rem 0; }
section.instruction h4 { margin: .6rem 0 .1rem; font-size: .8rem; color: var(--soft);
                         text-transform: uppercase; letter-spacing: .04em; }
@media (max-width: 60rem) { section.instruction .columns { grid-template-columns: 1fr; } }
.badge { font-size: .72rem; font-weight: 600; border: 1px solid currentColor; border-radius: 1rem;
         padding: 0 .5rem; color: var(--pure); }
.badge.load { color: var(--load); } .badge.store { color: var(--store); }
.badge.branch, .badge.jump { color: var(--branch); } .badge.trap { color: var(--trap); }
.scroll { overflow-x: auto; } .scroll > table { min-width: 56rem; }
.bar { display: flex; height: 1.5rem; border: 1px solid var(--line); border-radius: 4px;
       overflow: hidden; background: var(--gap); margin: .5rem 0; }
.bar span { display: block; min-width: 2px; border-right: 1px solid var(--page); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; font-size: .9rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px;
            margin-right: .4em; }
.facts b { color: var(--ink); }
"""
    + "".join(
        f".c{k} {{ background: hsl({(205 + 67 * k) % 360} 55% {52 + 6 * (k % 2)}%); }}\n"
        for k in range(24)
    )
)

_HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
"""

_ENCODINGS = """\
{% macro bits(boxes, room) %}
{% for b in boxes %}
{% set narrow = b.text | length > room * b.width %}
<td class="{{ b.kind }}{{ ' narrow' if narrow }}" colspan="{{ b.width }}" title="{{ b.text }}">
{{- b.short if narrow and b.short else b.text }}</td>
{% endfor %}
{% endmacro %}
{% macro columns(width) %}
<colgroup>{% for _ in range(width) %}<col>{% endfor %}</colgroup>
{% endmacro %}
{% macro numbers(width, boxes) %}
{% for b in boxes %}
<th colspan="{{ b.width }}" style="text-align:{{ 'center' if b.width == 1 else 'justify' }}">
{%- if b.width > 1 %}<span style="float:left">{{ b.high }}</span><span style="float:right">
{{- b.low }}</span>{% else %}{{ b.low }}{% endif %}</th>
{% endfor %}
{% endmacro %}
"""

_INDEX = """\
{% from "encodings" import bits %}
{% set title = s.title %}
{% include "head" %}
<h1>{{ s.title }}</h1>
<p class="facts"><b>{{ s.extensions | map(attribute="instructions") | map("length") | sum }}</b>
instructions in <b>{{ s.extensions | selectattr("instructions") | list | length }}</b>
extension{{ "" if s.extensions | selectattr("instructions") | list | length == 1 else "s" }};
{% for w in s.words %}<b>{{ percent(w.words - w.free, w.words) }}</b> of the
{{ w.width }}-bit words used{{ ", " if not loop.last else "." }}
{% endfor %}
No word is two instructions, which is proved.</p>
<nav>{% for x in s.extensions %}<a href="#{{ x.file }}">{{ x.title }}</a>{% endfor %}
<a href="#state">State</a><a href="#words">Words</a></nav>
{% for x in s.extensions %}
<h2 id="{{ x.file }}"><a href="{{ x.file }}">{{ x.title }}</a></h2>
{% if x.source %}<p class="facts">{{ x.source }}</p>{% endif %}
{% if x.aliases %}<p class="facts"><a href="{{ x.file }}#pseudo-instructions">
{{- x.aliases | length }} pseudo-instructions</a></p>{% endif %}
{% for width, rows in by_width(x) %}
<div class="scroll"><table class="encodings">
<colgroup><col style="width:11%" span="1">
{% for _ in range(width) %}<col style="width:{{ 60 / width }}%">{% endfor %}
<col style="width:29%"></colgroup>
<tr><th></th>{% for k in range(width - 1, -1, -1) %}<th>{{ k }}</th>{% endfor %}<th></th></tr>
{% for i in rows %}
<tr><td class="name"><a href="{{ x.file }}#{{ i.name }}">{{ i.name }}</a></td>
{{ bits(i.boxes, 3.2 * 32 / width) }}
<td class="doc" title="{{ i.doc }}">{{ i.doc.split("\\n")[0] | prose }}</td></tr>
{% endfor %}
</table></div>
{% endfor %}
{% endfor %}
<h2 id="state">State</h2>
<table><tr><th>register</th><th>bits</th><th>names</th><th></th></tr>
{% for r in s.state %}
<tr><td class="mono">{{ r.name }}{% if r.count > 1 %}[{{ r.count }}]{% endif %}</td>
<td>{{ r.width }}</td><td class="mono">{{ r.names }}</td><td>{{ r.doc }}</td></tr>
{% endfor %}
</table>
{% if s.causes %}
<h3>Traps</h3>
<table><tr><th>number</th><th>cause</th></tr>
{% for name, number in s.causes %}
<tr><td>{{ number }}</td><td class="mono">{{ name }}</td></tr>
{% endfor %}
</table>
{% endif %}
<h2 id="words">Words</h2>
{% for w in s.words %}
<h3>{{ w.width }} bits</h3>
<div class="bar">
{% for name, n in w.shares %}
<span class="c{{ loop.index0 % 24 }}" style="width:{{ 100 * n / w.words }}%" title="{{ name }}">
</span>
{% endfor %}
</div>
<p class="legend">
{% for name, n in w.shares %}
<span><i class="c{{ loop.index0 % 24 }}"></i>{{ name }} {{ percent(n, w.words) }}</span>
{% endfor %}
<span><i style="background:var(--gap)"></i>free {{ percent(w.free, w.words) }}</span></p>
{% if w.regions %}
<p>{{ "The largest free parts, of" if w.regions | length > 1 else "Free, of" }}
{{ count(w.free) }} free words:</p>
<table><tr><th>pattern</th><th>words</th></tr>
{% for pattern, n in w.regions %}
<tr><td class="mono">{{ pattern }}</td><td>{{ count(n) }}</td></tr>
{% endfor %}
</table>
{% endif %}
{% endfor %}
</body>
</html>
"""

_EXTENSION = """\
{% from "encodings" import bits, columns, numbers %}
{% set title = s.title ~ ": " ~ x.title %}
{% include "head" %}
<p class="facts"><a href="index.html">{{ s.title }}</a></p>
<h1>{{ x.title }}</h1>
{% if x.source %}<p class="facts">{{ x.source }}</p>{% endif %}
<nav>{% for i in x.instructions %}<a href="#{{ i.name }}">{{ i.name }}</a>{% endfor %}
{% if x.aliases %}<a href="#pseudo-instructions">Pseudo-instructions</a>{% endif %}</nav>
{% for i in x.instructions %}
<section class="instruction" id="{{ i.name }}">
<h3><code>
{%- if i.syntax.startswith(i.name) %}<b>{{ i.name }}</b>{{ i.syntax[i.name | length:] }}
{%- else %}<b>{{ i.syntax }}</b></code> <code>{{ i.name }}{% endif %}</code>
{% for k in i.kinds %}<span class="badge {{ k }}">{{ k }}</span>{% endfor %}
<span class="where">{% if i.section %}section {{ i.section }}, {% endif %}{{ i.source }}</span></h3>
{% if i.doc %}<p>{{ i.doc | prose }}</p>{% endif %}
<div class="scroll"><table class="encodings">{{ columns(i.width) }}
<tr>{{ numbers(i.width, i.boxes) }}</tr>
<tr>{{ bits(i.boxes, 4 * 32 / i.width) }}</tr></table></div>
{% if i.where %}<p>The word is this instruction only if <code>{{ i.where }}</code>.</p>{% endif %}
{% if i.refines %}<p>It takes its words from
<a href="index.html">{{ i.refines }}</a>.</p>{% endif %}
<div class="columns"><div>
{% if i.operands %}
<h4>Operands</h4>
<table class="operands"><colgroup><col class="a"><col class="b"><col class="b"><col></colgroup>
{% for o in i.operands %}
<tr><td class="mono">{{ o.name }}</td><td class="mono">{{ o.bits }}</td><td>{{ o.role }}</td>
<td>{{ o.meaning }}</td></tr>
{% endfor %}
</table>
{% endif %}
</div><div>
{% if i.effects %}
<h4>Effects</h4>
<pre>{{ i.effects | join("\n") }}
{% if i.definitions %}{{ "\\nwhere\\n" }}
{%- for name, text in i.definitions %}{{ "  " ~ name ~ " = " ~ text ~ "\\n" }}{% endfor %}
{% endif %}</pre>
{% endif %}
{% if i.traps %}
<h4>Traps: nothing else happens</h4>
<table>
{% for cause, when in i.traps %}
<tr><td class="mono">{{ cause }}</td><td class="mono">{{ when }}</td></tr>
{% endfor %}
</table>
{% endif %}
</div></div>
</section>
{% endfor %}
{% if x.aliases %}
<h2 id="pseudo-instructions">Pseudo-instructions</h2>
<table><tr><th>written</th><th>stands for</th></tr>
{% for a in x.aliases %}
<tr><td class="mono">{{ a.syntax }}</td><td class="mono">
{%- for line in a.expansion %}{{ line }}{% if not loop.last %}<br>{% endif %}{% endfor %}</td></tr>
{% endfor %}
</table>
{% endif %}
</body>
</html>
"""

TEMPLATES = {
    "head": _HEAD,
    "encodings": _ENCODINGS,
    "index": _INDEX,
    "extension": _EXTENSION,
}
