"""Runs `openstack` command lines, one JSON list of arguments a line, and prints one JSON object for each.

One process for all of them: to load the client takes longer than to run a command.
"""
import contextlib, io, json, sys

from openstackclient import shell

for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = shell.main(json.loads(line))
        except SystemExit as end:
            code = end.code
    print(json.dumps({'code': code, 'out': out.getvalue(), 'err': err.getvalue()}), flush=True)
