"""Public ids: what pages, the API and exports call an object."""

import re
import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l: people read them out on the telephone
LENGTH = 12


def new_public_id() -> str:
    """A random id of 12 characters (59 bits): says nothing about the object, its age or its neighbours."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def looks_like_id(text: str) -> bool:
    """Whether somebody meant a public id: so many letters and digits, give or take one, with a digit among them."""
    return re.fullmatch(rf"(?=\D*\d)[a-z\d]{{{LENGTH - 1},{LENGTH + 1}}}", text.strip().lower(), re.ASCII) is not None
