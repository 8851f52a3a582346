"""An AWS on this machine: moto in this process, what moto lacks, and a company's three accounts."""

from sandbox.aws.cloud import Cloud

__all__ = ["Cloud"]
