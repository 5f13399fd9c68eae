"""What is read: files become articles, articles become paragraphs with their kinds.

`read` is the door. Encodings, formats, limits and the rules for kinds each have a file of their own.
"""

from indexer.articles.labelling import kinds
from indexer.articles.limits import Limits
from indexer.articles.model import Article, ArticleInfo, Kind, Paragraph, Rejection
from indexer.articles.reading import read
from indexer.articles.splitting import split

__all__ = ["Article", "ArticleInfo", "Kind", "Limits", "Paragraph", "Rejection", "kinds", "read", "split"]
