"""Numbers that are given out one after the other."""

from django.db import models


class Sequence(models.Model):
    """The last number given out under a name. Its row is the lock that keeps numbers unique and in order."""

    name = models.CharField(max_length=16, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last}"
