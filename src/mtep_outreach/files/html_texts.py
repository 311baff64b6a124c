"""The text of an HTML mail as a person reads it, without what it quotes."""

import re

LONGEST_HTML = 300_000
_MOST_TAGS = 10_000

_NOT_READ = "script, style, head, template, svg, blockquote, div.gmail_quote, div.yahoo_quoted, div.moz-cite-prefix"
# Behind these marks Outlook puts what it quotes, beside them and not inside.
_FROM_HERE_ON = "#divRplyFwdMsg, #appendonsend, #mail-editor-reference-message-container, hr[id=stopSpelling]"
_BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6, hr, pre, ul, ol, table"
_BLANKS = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r"\s*\n\s*\n\s*")


def text_of(html: str) -> str:
    """Return the text of an HTML mail, without quoted mails: a line for each block.

    Of longer ones the first 300,000 characters and 10,000 tags are read: what is nested very deep takes quadratic time.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser("<".join(html[:LONGEST_HTML].split("<", _MOST_TAGS)[:_MOST_TAGS]))
    for mark in tree.css(_FROM_HERE_ON):
        after = mark.next
        while after is not None:
            following = after.next
            after.decompose()
            after = following
        mark.decompose()
    for node in tree.css(_NOT_READ):
        node.decompose()
    for node in tree.css(_BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    for node in tree.css("br"):
        node.insert_after("\n")
    said = tree.body.text() if tree.body else ""
    lines = (_BLANKS.sub(" ", line).strip() for line in said.split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()
