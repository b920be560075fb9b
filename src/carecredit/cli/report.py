import click

report = click.Group("report")
