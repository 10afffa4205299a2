import pytest

from voicebooth.parse import parse


@pytest.mark.parametrize("note", ["（笑）", "【小声】", "［笑］", "(笑)", "[笑]"])
def test_delivery_may_stand_in_any_brackets(note):
    script = parse(f"小明：你好。\n小红{note}：你好吗？\n小明：我很好。\n小红：再见。\n".encode(), "ep.txt")
    assert [turn.speaker for turn in script.turns] == ["小明", "小红", "小明", "小红"]
    assert script.turns[1].delivery == note[1:-1]
