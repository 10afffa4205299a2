"""One run over one script: the order of the stages.

read ─► parse ─► cast ─► plan ─► voice ═══► master ─► caption ─► publish
                                   └ each take is kept in the work bucket; mastering runs while later ones are voiced
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np

from . import captions
from .align import align
from .beside import Beside
from .claim import Claim
from .deadline import Deadline
from .encode import Encoder, Form, Tags, open_encoder
from .errors import OutOfTime, Passing, Superseded, VoiceboothError
from .journal import Journal, notes
from .manifest import DISCLOSURE, DRAFT_DISCLOSURE, AudioFile, Cost, Loudness, Manifest, Progress, Role, SegmentRecord
from .master import Recording, master
from .plan import Segment
from .prepare import Prepared, prepare, within_budget
from .publish import ERROR_TEXT, Publisher
from .shelf import Shelf
from .storage import NotFound
from .studio import Studio
from .synthesise import Synthesis, Tally
from .tags import Mark
from .take import Take

LOUDNESS_TOLERANCE_LU = 0.4
NO_SAMPLES = np.empty(0, np.int16)
TEXTS = frozenset({"chapters.json", "transcript.json", "transcript.srt", "transcript.txt", "transcript.vtt"})
PASSES = 3  # of mastering at most, when the sum of levelled takes misses the target
LARGEST_SCRIPT_BYTES = 2_000_001  # one more than a script may have, so that the parser can tell


class Production:
    """One run that holds the claim."""

    def __init__(
        self,
        studio: Studio,
        name: str,
        claim: Claim,
        publisher: Publisher,
        journal: Journal,
        deadline: Deadline,
        on_progress: Callable[[Tally, int], None],
    ) -> None:
        self._studio = studio
        self._name = name
        self._claim = claim
        self._publisher = publisher
        self._journal = journal
        self._deadline = deadline
        self._on_progress = on_progress
        self._shelf = Shelf(studio.work)
        self._history: dict[str, Take] = {}  # takes without their audio

    def produce(self, last: Manifest | None) -> Manifest:
        """Go through all stages and return the finished manifest. ``last`` is the one from before this run."""
        prepared = self._prepare(last)
        self._announce(prepared)
        recording, encoders = self._record(prepared)
        return self._publish(prepared, recording, encoders)

    def _prepare(self, last: Manifest | None) -> Prepared:
        source = self._journal.manifest.script
        try:
            data, _ = self._studio.scripts.read(self._name, generation=source.generation, limit=LARGEST_SCRIPT_BYTES)
        except NotFound as gone:
            raise Superseded("the script was replaced or removed after this event") from gone
        self._journal.note(script=source.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()}))
        prepared = prepare(self._studio, data, self._name, last)
        within_budget(prepared, self._shelf.holds, self._studio.options.max_cost_usd)
        return prepared

    def _announce(self, prepared: Prepared) -> None:
        """Write down who is cast and what is planned, before the first request: a killed run leaves its plan behind."""
        script, plan = prepared.script, prepared.plan
        self._journal.price = prepared.engine.price
        self._journal.write(
            title=script.meta.title or _title(self._name),
            show=script.meta.show or PurePosixPath(self._name).parent.name,
            language=script.meta.language,
            date=script.meta.date,
            cast=tuple(Role(speaker=speaker, voice=voice) for speaker, voice in plan.cast.items()),
            segments=tuple(
                SegmentRecord(key=s.key, speakers=s.speakers, first_line=s.first_line, last_line=s.last_line)
                for s in plan.segments
            ),
            progress=Progress(segments=len(plan.segments)),
            companions=prepared.companions,
            warnings=notes(prepared.warnings),
            engine=prepared.engine.name,
            model=prepared.engine.model,
            disclosure=DRAFT_DISCLOSURE if prepared.engine.draft else DISCLOSURE,
            cost=Cost(estimated_usd=round(prepared.estimated_usd, 6), price_table=_price_table(prepared)),
        )

    def _record(self, prepared: Prepared) -> tuple[Recording, tuple[Encoder, ...]]:
        """Voice and master; once more when the whole is too loud or too soft."""
        synthesis = Synthesis(
            self._studio.speech(prepared.script.meta.model),
            self._shelf,
            self._studio.limiter,
            self._studio.options.policy,
            self._deadline,
            prepared.script.meta.language,
            self._progress,
        )
        with synthesis.voiced(prepared.plan, self._journal.tally) as takes:
            recording, encoders = self._mastered(prepared, map(self._noted, takes), 0.0)
        trim_db = 0.0
        for _ in range(PASSES - 1):
            off_lu = self._studio.options.loudness_lufs - recording.integrated_lufs
            if abs(off_lu) <= LOUDNESS_TOLERANCE_LU:
                break
            trim_db += off_lu
            recording, encoders = self._mastered(prepared, map(self._kept, prepared.plan.segments), trim_db)
        return recording, encoders

    def _mastered(
        self, prepared: Prepared, takes: Iterable[Take], trim_db: float
    ) -> tuple[Recording, tuple[Encoder, ...]]:
        options, score = self._studio.options, prepared.score
        encoders = {name: open_encoder(name, Form(score.channels)) for name in options.formats}
        with ExitStack() as stack:
            tracks = stack.enter_context(score.opened(Beside(self._studio.scripts, self._name)))
            spools = {name: stack.enter_context(self._publisher.spool(name)).write for name in encoders}
            recording = master(
                takes,
                prepared.plan,
                prepared.script.meta.language,
                encoders,
                spools,
                target_lufs=options.loudness_lufs,
                ceiling_dbtp=options.true_peak_dbtp,
                trim_db=trim_db,
                score=score,
                tracks=tracks,
                spans=align,
            )
        return recording, tuple(encoders.values())

    def _progress(self, tally: Tally) -> None:
        self._claim.check()
        self._journal.progress()
        self._on_progress(tally, self._journal.manifest.progress.segments)

    def _noted(self, take: Take) -> Take:
        """Keep what is to be told of a take, and pass it on."""
        self._in_time()
        self._history[take.key] = replace(take, samples=NO_SAMPLES)
        return take

    def _in_time(self) -> None:
        if self._deadline.remaining_s <= 0:
            raise OutOfTime("mastering took longer than the time allowed", fix="raise VOICEBOOTH_DEADLINE_S")

    def _kept(self, segment: Segment) -> Take:
        self._in_time()
        take = self._shelf.get(segment.key)
        if take is None:
            raise Passing("a take vanished from the work bucket while it was needed", fix="try again")
        return take

    def _publish(self, prepared: Prepared, recording: Recording, encoders: tuple[Encoder, ...]) -> Manifest:
        """Write all files, then the manifest that says they are there, then take away what is out of date."""
        publisher, manifest = self._publisher, self._journal.manifest
        self._claim.renew()
        marks = captions.chapter_times(prepared.script, recording.cues, recording.duration_s)
        for name, content in _texts(recording, marks, manifest.disclosure).items():
            publisher.text(name, content)
        tags = self._tags(prepared)
        audio = tuple(self._audio(encoder, recording, tags, marks) for encoder in encoders)
        publisher.remove(ERROR_TEXT)
        done = self._journal.write(
            **self._journal.counts(),
            state="done",
            duration_s=round(recording.duration_s, 3),
            audio=audio,
            loudness=Loudness(
                integrated_lufs=round(recording.integrated_lufs, 2), true_peak_dbtp=round(recording.true_peak_dbtp, 2)
            ),
            segments=self._segments(prepared, recording),
        )
        with suppress(VoiceboothError):  # the episode is done; what is left over harms nobody
            for stale in {old.name for old in manifest.audio} - {new.name for new in audio}:
                publisher.remove(stale)
            publisher.clear()
        return done

    def _audio(self, encoder: Encoder, recording: Recording, tags: Tags, marks: Sequence[Mark]) -> AudioFile:
        name = f"episode.{encoder.extension}"
        size = self._publisher.audio(name, encoder.extension, encoder.head(tags, marks), encoder.mime_type)
        duration_s = round(recording.duration_s, 3)
        return AudioFile(name=name, bytes=size, duration_s=duration_s, mime_type=encoder.mime_type)

    def _tags(self, prepared: Prepared) -> Tags:
        manifest, meta = self._journal.manifest, prepared.script.meta
        return Tags(
            title=manifest.title,
            show=manifest.show,
            artist=meta.author or manifest.show,
            date=meta.date,
            language=meta.language,
            description=" ".join(filter(None, (meta.description, manifest.disclosure))),
            encoder=f"voicebooth {manifest.generator.version}",
        )

    def _segments(self, prepared: Prepared, recording: Recording) -> tuple[SegmentRecord, ...]:
        return tuple(
            SegmentRecord(
                key=segment.key,
                speakers=segment.speakers,
                first_line=segment.first_line,
                last_line=segment.last_line,
                start_s=round(placed.start_s, 3),
                duration_s=round(placed.duration_s, 3),
                attempts=take.attempts,
                cached=take.cached,
                tokens=take.input_tokens + take.audio_tokens,
            )
            for segment, placed in zip(prepared.plan.segments, recording.segments, strict=True)
            for take in (self._history[segment.key],)
        )


def _texts(recording: Recording, marks: Sequence[Mark], disclosure: str) -> dict[str, str]:
    """Return the text files of an episode by name."""
    return {
        "transcript.vtt": captions.vtt(recording.cues, disclosure),
        "transcript.srt": captions.srt(recording.cues),
        "transcript.txt": captions.plain(recording.cues),
        "transcript.json": captions.podcast_json(recording.cues),
        "chapters.json": captions.chapters_json(marks),
    }


def _price_table(prepared: Prepared) -> str:
    return prepared.engine.price.table if prepared.engine.price else ""


def _title(name: str) -> str:
    words = PurePosixPath(name).stem.replace("_", " ").replace("-", " ").split()
    return " ".join(words).capitalize() or name
