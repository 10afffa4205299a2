"""Voices a ready transcript with podcast-creator; runs inside that program's own virtual environment.

    python rival.py TRANSCRIPT.json OUTPUT_FOLDER   → one line of JSON {voiced_s, joined_s, path}

TRANSCRIPT.json is ``{"voices": {speaker: voice}, "turns": [[speaker, words], …]}``. The product writes no scripts, so
the rival's language-model steps are left out: only the two that make audio run, as its graph would run them
(``generate_all_audio_node``, ``combine_audio_node``; https://pypi.org/project/podcast-creator/0.13.1/). Imports are not
counted. Settings come from the environment: ``TTS_BATCH_SIZE``, ``GEMINI_API_BASE_URL``, ``GEMINI_API_KEY``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from podcast_creator.core import Dialogue
from podcast_creator.nodes import combine_audio_node, generate_all_audio_node
from podcast_creator.speakers import Speaker, SpeakerProfile

MODEL = "gemini-3.8-flash-tts"


async def make(transcript: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Make the episode and say how long each step took."""
    speakers = [
        Speaker(name=name, voice_id=voice, backstory="-", personality="-")
        for name, voice in transcript["voices"].items()
    ]
    state = {
        "transcript": [Dialogue(speaker=speaker, dialogue=text) for speaker, text in transcript["turns"]],
        "speaker_profile": SpeakerProfile(tts_provider="google", tts_model=MODEL, speakers=speakers),
        "output_dir": folder,
        "episode_name": "episode",
    }
    begin = time.perf_counter()
    await generate_all_audio_node(state, {})
    voiced = time.perf_counter()
    episode = await combine_audio_node(state, {})
    end = time.perf_counter()
    return {
        "voiced_s": voiced - begin,
        "joined_s": end - voiced,
        "path": str(episode["final_output_file_path"]),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(make(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])))))
