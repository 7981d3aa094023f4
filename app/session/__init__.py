"""One open document: ``Session`` and the parts it is made of."""

from app.session.session import Session

__all__ = ["Session"]
