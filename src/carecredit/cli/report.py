"""Reports on a terminal."""

import click

report = click.Group("report")
