"""Renders real chat templates with jinja2, as transformers sets it up; or checks chat-templates.json.

python e2e/golden/chat_templates.py FOLDER           compute again and compare with chat-templates.json
python e2e/golden/chat_templates.py --write FOLDER   write it
python e2e/golden/chat_templates.py --show NAME FOLDER   what a template makes of each conversation, as JSON, to see what differs

FOLDER holds the *.jinja of models/templates in llama.cpp's sources, which the source distribution of llama-cpp-python==0.3.36 brings; none
of them is kept here. Needs jinja2 and transformers of requirements.txt.
"""

import argparse
import datetime as real
import hashlib
import json
import sys
from pathlib import Path
from unittest import mock

import jinja2
import transformers
from transformers.utils.chat_template_utils import render_jinja_template

FILE = Path(__file__).parent / "chat-templates.json"
# For templates that say what day it is.
NOW = real.datetime(2026, 3, 9, 7, 5, 4)
GIVEN = {"add_generation_prompt": True, "enable_thinking": False, "bos_token": "<s>", "eos_token": "</s>"}
CONVERSATIONS = [
    [("user", "What is the number of the harbour gate?")],
    [("system", "Answer briefly."), ("user", "  Where did Zebedee hide\nhis gold?\n")],
    [
        ("user", "Wer schrieb „Moby-Dick“? 白鯨 🐋"),
        ("assistant", "Herman Melville.\n\nIn 1851."),
        ("user", "{{ bos_token }} <|im_end|> <think>a</think> {% raw %} \\n \"quoted\" & <b>"),
    ],
]


def messages(conversation: list[tuple[str, str]]) -> list[dict]:
    return [{"role": role, "content": content} for role, content in conversation]


def render(template: str, conversation: list[tuple[str, str]]) -> str | None:
    """None where the template refuses it."""
    clock = mock.Mock(now=lambda: NOW)
    with mock.patch("transformers.utils.chat_template_utils.datetime", clock):
        try:
            [text], _ = render_jinja_template([messages(conversation)], chat_template=template, **GIVEN)
        except (jinja2.TemplateError, TypeError, ValueError):
            return None
    return text


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def describe(path: Path) -> dict:
    template = path.read_bytes().decode()
    texts = [render(template, each) for each in CONVERSATIONS]
    return {"name": path.name, "sha256": sha256(template), "rendered": [text and sha256(text) for text in texts]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", metavar="NAME")
    args = parser.parse_args()
    if args.show is not None:
        template = (args.folder / args.show).read_bytes().decode()
        print(json.dumps([render(template, each) for each in CONVERSATIONS], ensure_ascii=False, indent=1))
        return 0
    values = {
        "versions": {"jinja2": jinja2.__version__, "transformers": transformers.__version__, "llama-cpp-python": "0.3.36"},
        "now": NOW.isoformat(),
        "given": GIVEN,
        "conversations": [messages(each) for each in CONVERSATIONS],
        "templates": [describe(path) for path in sorted(args.folder.glob("*.jinja"))],
    }
    if args.write:
        FILE.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n")
        return 0
    same = json.loads(FILE.read_text()) == values
    print("equal" if same else "DIFFERS")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
