#!/usr/bin/python3
"""schema_test.py SCHEMAS DOCUMENTS: checks the schemas, and golden documents against them.

Asks the distribution's checker of JSON Schema, which shares no code with ours. Each document is also
changed in every place, one after the other, and no change may go unnoticed: a schema that describes
less than there is would let it pass.
"""

import copy
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore

# The documents whose name does not begin with that of their schema.
OTHER = {"status-sampled": "export", "patrol-history": "patrol-history"}


def strict(schema: Any) -> Any:
    """The schema without the room that it leaves for keys and words of later versions."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    new = {key: strict(value) for key, value in schema.items()}
    if isinstance(new.get("properties"), dict) and "additionalProperties" not in new:
        new["additionalProperties"] = False
    if new.get("examples"):
        new["enum"] = [*new["examples"], *([None] if "null" in new["type"] else [])]
    return new


def changes(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Copies of a document, each wrong in one place."""
    if isinstance(value, dict):
        yield f"{where} with another key", {**value, "not_described": 1}
        for key, member in value.items():
            yield f"{where} without {key}", {k: v for k, v in value.items() if k != key}
            for what, changed in changes(member, f"{where}/{key}"):
                yield what, {**value, key: changed}
    elif isinstance(value, list):
        # One of each array is enough.
        for what, changed in changes(value[0], f"{where}/0") if value else ():
            yield what, [changed, *value[1:]]
    elif isinstance(value, str):
        yield f"{where} as a number", 7
    else:
        yield f"{where} as another type", [value]


# The keys that may be missing, or whose table may have any key.
FREE = re.compile(
    r"/holders/0 without (evidence|needs)$|without rate_inter|"
    r"(/lost|/missed|/unknown_lines|/odd_lines) with(out [a-z_]+| another key)$"
)


def main(schema_dir: Path, golden_dir: Path) -> int:
    files = {path.name: json.loads(path.read_text("utf-8")) for path in schema_dir.glob("*.json")}
    for name, schema in files.items():
        jsonschema.Draft7Validator.check_schema(schema)
    strict_files = {name: strict(schema) for name, schema in files.items()}
    failed = unnoticed = tried = 0
    for path in sorted(golden_dir.glob("*.json")):
        name = OTHER.get(path.stem, path.stem.split("-")[0]) + ".json"
        document = json.loads(path.read_text("utf-8"))
        for kind, store in (("", files), ("strict ", strict_files)):
            resolver = jsonschema.RefResolver("", store[name], store=store)
            validator = jsonschema.Draft7Validator(store[name], resolver=resolver)
            for error in validator.iter_errors(document):
                print(f"FAILED {path.name}: {kind}{name}: {list(error.path)}: {error.message}")
                failed += 1
        for what, changed in changes(copy.deepcopy(document)):
            if FREE.search(what):
                continue
            tried += 1
            if validator.is_valid(changed):
                print(f"FAILED {path.name}: {name} does not notice {what}")
                unnoticed += 1
    print(f"{tried} changes, {unnoticed} unnoticed, {failed} documents wrong")
    return 1 if failed or unnoticed or tried < 500 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
