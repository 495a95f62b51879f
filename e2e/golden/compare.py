"""How far computed golden values are from a folder's: integers and texts must be equal, numbers within rounding."""

import json
from pathlib import Path

import numpy as np

# Of a value, or of the file's largest where that is greater: six decimals or float32 are what the files keep of most numbers.
LIMIT = 2e-6


def numbers_of(value, path: str, exact: dict, numbers: dict) -> None:
    """Sorts the leaves into those that must be equal and those that may be rounded, by the place in the file."""
    if isinstance(value, dict):
        for key, inner in value.items():
            numbers_of(inner, f"{path}.{key}", exact, numbers)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            numbers_of(inner, f"{path}[{i}]", exact, numbers)
    elif isinstance(value, float):
        numbers[path] = value
    else:
        exact[path] = value


def differences(files: dict, folder: Path) -> int:
    """Prints a line for each file. Returns 1 if one differs by more than rounding."""
    failed = False
    for name, value in files.items():
        path = folder / name
        if not path.exists():
            print(f"{name}: not in {folder}")
            continue
        got_exact, got, want_exact, want = {}, {}, {}, {}
        if isinstance(value, np.ndarray):
            got = dict(enumerate(value.tolist()))
            want = dict(enumerate(np.frombuffer(path.read_bytes(), "<f4").tolist()))
        else:
            numbers_of(json.loads(json.dumps(value)), "", got_exact, got)
            numbers_of(json.loads(path.read_text()), "", want_exact, want)
        unequal = [place for place in {**got_exact, **want_exact} if got_exact.get(place) != want_exact.get(place)]
        unequal += sorted(set(got) ^ set(want), key=str)
        shared = [(abs(got[place] - want[place]), place) for place in got if place in want]
        worst, place = max(shared, default=(0, ""))
        scale = max([1.0, *map(abs, want.values())])
        is_far = worst > LIMIT * scale
        failed |= is_far or bool(unequal)
        print(
            f"{name}: {len(want_exact)} values equal, {len(want)} numbers off by {worst:.1e} at most"
            + (f" (at {place}), of values up to {scale:.4g}" if worst > 0 else "")
            + (f"; DIFFERS, first at {unequal[0]} ({len(unequal)} in all)" if unequal else "")
            + ("; FAR OFF" if is_far else "")
        )
    return int(failed)
