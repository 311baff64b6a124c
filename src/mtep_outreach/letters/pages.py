"""A letter as a page of HTML that mail programs show well: styles beside each part, no pictures, no scripts."""

from collections.abc import Callable, Iterable, Sequence
from html import escape as html_escape

from .markdown import Node, tree

_INK = "#222222"
_LINK = "#0b57d0"
_GREY = "#6e6e6e"
_LETTERS = "Georgia,'Times New Roman',Times,serif"

# Mail programs in the dark either turn the colours by themselves or read these lines.
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{
.paper, .letter {{ background: #1c1c1e !important; color: #e8e8e8 !important; }}
.letter a {{ color: #8ab4f8 !important; }}
.foot, .foot p {{ color: #a6a6a6 !important; border-color: #444444 !important; }}
}}
</style>
</head>
"""
# Outlook takes the width of a table's cell and nothing else for a measure, and a font only where the text is.
_BODY = """<body class="paper" style="margin:0;padding:0;background:#ffffff;color:{ink}">
<table role="presentation" align="center" width="640" cellpadding="0" cellspacing="0" border="0" \
style="width:100%;max-width:40em;margin:0 auto;border-collapse:collapse">
<tr><td class="letter" style="padding:24px 20px;font-family:{letters};font-size:16px;line-height:1.5;\
color:{ink};text-align:left;word-break:break-word">
{letter}{footer}</td></tr>
</table>
</body>
</html>
"""
_FOOT = """<div class="foot" style="margin:28px 0 0;padding:12px 0 0;border-top:1px solid #d6d6d6;\
font-size:13px;line-height:1.45;color:{grey}">
{lines}</div>
"""

_STYLES = {
    "p": "margin:0 0 16px",
    "h": "margin:24px 0 8px;font-weight:bold;line-height:1.3",
    "ol": "margin:0 0 16px;padding:0 0 0 28px",
    "ul": "margin:0 0 16px;padding:0 0 0 28px",
    "li": "margin:0 0 6px;padding:0 0 0 4px",
    "blockquote": "margin:0 0 16px;padding:0 0 0 14px;border-left:3px solid #c8c8c8",
    "pre": "margin:0 0 16px;font-family:Consolas,Menlo,monospace;font-size:14px;white-space:pre-wrap",
    "code": "font-family:Consolas,Menlo,monospace;font-size:0.9em",
    "hr": "margin:24px 0;border:0;border-top:1px solid #c8c8c8",
    "a": f"color:{_LINK};text-decoration:underline",
}


def page(body: str, *, subject: str, footer: Sequence[str] = ()) -> str:
    """Return a letter as a whole HTML document; the footer's lines are Markdown too, and stand small at its end."""
    foot = _FOOT.format(grey=_GREY, lines="".join(_foot_line(line) for line in footer)) if footer else ""
    head = _HEAD.format(subject=_escaped(" ".join(subject.split())))
    return head + _BODY.format(ink=_INK, letters=_LETTERS, letter=_all(tree(body).children), footer=foot)


def _foot_line(line: str) -> str:
    return f'<div style="margin:0 0 4px">{_all(tree(line).children, bare=True)}</div>\n'


def _escaped(text: str) -> str:
    return html_escape(text, quote=True)


def _all(nodes: Iterable[Node], *, bare: bool = False) -> str:
    return "".join(
        _PARTS[node.type](node) if not (bare and node.type == "paragraph") else _inner(node) for node in nodes
    )


def _inner(node: Node) -> str:
    return _all(node.children)


def _element(tag: str, node: Node, style: str = "", attributes: str = "") -> str:
    styled = _STYLES.get(style or tag)
    return f"<{tag}{attributes}" + (f' style="{styled}"' if styled else "") + f">{_inner(node)}</{tag}>"


def _paragraph(node: Node) -> str:
    return _inner(node) if node.hidden else _element("p", node) + "\n"  # hidden: the one paragraph of a list's item


def _list(node: Node) -> str:
    start = f' start="{int(str(node.attrs["start"]))}"' if "start" in node.attrs else ""
    return _element(node.tag, node, attributes=start) + "\n"


def _link(node: Node) -> str:
    return _element("a", node, attributes=f' href="{_escaped(str(node.attrs["href"]))}"')


_PARTS: dict[str, Callable[[Node], str]] = {
    "paragraph": _paragraph,
    "heading": lambda node: _element(node.tag, node, "h") + "\n",
    "bullet_list": _list,
    "ordered_list": _list,
    "list_item": lambda node: _element("li", node) + "\n",
    "blockquote": lambda node: _element("blockquote", node) + "\n",
    "fence": lambda node: f'<pre style="{_STYLES["pre"]}">{_escaped(node.content)}</pre>\n',
    "code_block": lambda node: f'<pre style="{_STYLES["pre"]}">{_escaped(node.content)}</pre>\n',
    "hr": lambda _: f'<hr style="{_STYLES["hr"]}">\n',
    "inline": _inner,
    "text": lambda node: _escaped(node.content),
    "code_inline": lambda node: f'<code style="{_STYLES["code"]}">{_escaped(node.content)}</code>',
    "strong": lambda node: _element("strong", node),
    "em": lambda node: _element("em", node),
    "link": _link,
    "softbreak": lambda _: "\n",
    "hardbreak": lambda _: "<br>\n",
}
