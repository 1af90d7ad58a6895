from django.contrib.postgres.operations import (
    BtreeGinExtension,
    BtreeGistExtension,
    TrigramExtension,
)
from django.db import migrations


class Migration(migrations.Migration):
    """What the tables of every other app rest on."""

    initial = True
    run_before = (("accounts", "0001_initial"),)
    operations = (BtreeGinExtension(), BtreeGistExtension(), TrigramExtension())
