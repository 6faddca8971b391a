"""Failures that have to do with HTTP alone."""

from http import HTTPStatus

from core.errors import AppError


class NotAllowed(AppError):
    """There is no such way of calling this address."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class TooLarge(AppError):
    """More was sent than is read."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Unexpected(AppError):
    """A fault of the software: what happened stands in the log under `reference`."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
