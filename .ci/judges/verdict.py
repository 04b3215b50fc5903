"""How every judge speaks: one line for each check, and exit code 1 when a check failed or none was made."""

import os
import sys
import traceback

made = failures = 0


def check(name, before=None):
    """Runs the body that follows at once and prints what became of it. `before` is called first and is part of it."""

    def run(body):
        global made, failures
        made += 1
        try:
            if before:
                before()
            body()
            print(f"ok      {name}", flush=True)
        except Exception as problem:  # whatever a client throws is what we want to read
            failures += 1
            print(f"FAILED  {name}: {place(problem)}{type(problem).__name__}: {problem}", flush=True)

    return run


def skipped(name, why):
    print(f"skipped {name}: {why}", flush=True)


def same(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"


def raised(kind, call):
    """The error of `kind` that `call` raises; an error of another kind goes on its way."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def place(problem):
    """The last line of the judge's own file on the way to the problem."""
    judge = os.path.abspath(sys.argv[0])
    frames = traceback.extract_tb(problem.__traceback__)
    lines = [frame.lineno for frame in frames if os.path.abspath(frame.filename) == judge]
    return f"line {lines[-1]}: " if lines else ""


def close():
    sys.exit(1 if failures or not made else 0)
