"""Articles and paragraphs: what they are, and how the text of a file becomes one.

Encodings, formats, limits and the rules for kinds each have a file of their own; which files there are is a matter of
`indexer.ingest`.
"""

from indexer.articles.limits import Limits
from indexer.articles.model import Article, ArticleInfo, FieldWarning, Kind, LeftOut, Paragraph, Rejection

__all__ = ["Article", "ArticleInfo", "FieldWarning", "Kind", "LeftOut", "Limits", "Paragraph", "Rejection"]
