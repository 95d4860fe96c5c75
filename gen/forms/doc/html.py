"""The document as one HTML page that needs nothing else."""

from __future__ import annotations

from jinja2 import Environment
from markupsafe import Markup

from gen.forms.doc.content import Content, cause_text
from gen.forms.doc.picture import picture
from gen.forms.doc.style import STYLE

__all__ = ["html"]

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ c.name }}</title>
<style>{{ style }}</style>
</head>
<body>
<h1>{{ c.name }}</h1>
<p class="facts">{{ c.va_bits }}-bit virtual addresses, {{ c.pa_bits }}-bit physical addresses;
access flags {{ c.flags | join(", ") }}; specified in <code>{{ c.source }}</code>
{%- if c.parameters %}; parameters {{ c.parameters | join(", ") }}{% endif %}</p>
<nav>
{%- if c.registers %}<a href="#registers">Registers</a>{% endif %}
{%- if c.state %}<a href="#state">State</a>{% endif %}
<a href="#translation">Translation</a>
{%- if c.permissions %}<a href="#permission">Permission</a>{% endif %}
<a href="#faults">Faults</a>
{%- for r in c.registers %}<a href="#r-{{ r.name }}">{{ r.name }}</a>{% endfor %}
</nav>
{%- if c.doc %}
<pre>{{ c.doc }}</pre>
{%- endif %}
{%- if c.registers %}
<h2 id="registers">Registers</h2>
<table><tr><th>offset</th><th>register</th><th>bytes</th><th>access</th><th>specified in</th></tr>
{%- for r in c.registers %}
<tr><td class="mono">{{ r.offset }}</td><td><a href="#r-{{ r.name }}">{{ r.name }}</a></td>
<td>{{ r.size }}</td><td>{{ r.access }}</td><td class="where">{{ r.source }}</td></tr>
{%- endfor %}
</table>
{%- for r in c.registers %}
<h3 id="r-{{ r.name }}">{{ r.name }} <span class="where">{{ r.offset }}, {{ r.access }}</span></h3>
{%- if r.fields %}
{{ pictures[r.name] }}
{%- endif %}
{%- if r.effects %}
<pre>{{ r.effects | join("\n") }}</pre>
{%- endif %}
{%- endfor %}
{%- endif %}
{%- if c.state %}
<h2 id="state">State</h2>
<table><tr><th>register</th><th>bits</th><th>fields</th><th>specified in</th></tr>
{%- for s in c.state %}
<tr><td class="mono">{{ s.name }}{% if s.count > 1 %}[{{ s.count }}]{% endif %}</td>
<td>{{ s.width }}</td><td class="mono">{{ s.fields }}</td><td class="where">{{ s.source }}</td></tr>
{%- endfor %}
</table>
{%- endif %}
<h2 id="translation">Translation</h2>
<p>In this order; the first fault ends it.</p>
<ol class="flow">
{%- for s in c.steps %}
<li class="{{ 'fault' if s.title.startswith('fault') else 'done' if loop.last else 'load' }}">
<b>{{ s.title }}</b> <code>{{ s.formula }}</code> <span class="where">{{ s.source }}</span></li>
{%- endfor %}
</ol>
{%- if c.definitions %}
<p>where</p>
<pre>{% for name, text in c.definitions %}{{ name }} = {{ text }}
{% endfor %}</pre>
{%- endif %}
{%- if c.permissions %}
<h3 id="permission">Permission</h3>
<table><tr><th>access</th><th>not refused if</th></tr>
{%- for access, text in c.permissions %}
<tr><td>{{ access }}</td><td class="mono">{{ text }}</td></tr>
{%- endfor %}
</table>
{%- endif %}
<h2 id="faults">Faults</h2>
<table><tr><th>code</th><th>cause</th><th>when</th></tr>
<tr><td>0</td><td>none</td><td>translated</td></tr>
{%- for f in c.faults %}
<tr{% if not f.happens %} class="never"{% endif %}><td>{{ f.code }}</td><td>{{ f.name }}</td>
<td>{{ cause_text(f.name) }}{% if not f.happens %}; never in this unit{% endif %}</td></tr>
{%- endfor %}
</table>
{%- if c.covers %}
<h2>Coverage points</h2>
<table><tr><th>group</th><th>points</th></tr>
{%- for group, count in c.covers %}
<tr><td>{{ group }}</td><td>{{ count }}</td></tr>
{%- endfor %}
</table>
{%- endif %}
</body>
</html>
"""


def html(c: Content) -> str:
    """Return the whole page."""
    environment = Environment(autoescape=True, keep_trailing_newline=True)
    pictures = {r.name: Markup(picture(r)) for r in c.registers if r.fields}
    page = environment.from_string(_PAGE)
    style = Markup(STYLE)
    return page.render(c=c, pictures=pictures, style=style, cause_text=cause_text)
