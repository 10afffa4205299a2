"""One run over one script: the order of the stages.

read ─► parse ─► cast ─► plan ─► voice ═══► master ─► caption ─► publish
                                   └ each take is kept in the work bucket; mastering runs while later ones are voiced
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np

from . import captions
from .align import align
from .arrangement import arranged
from .claim import Claim
from .deadline import Deadline
from .encode import Encoder, Form, Tags, open_encoder
from .errors import OutOfTime, Passing, ScriptFault, VoiceboothError
from .journal import Journal, notes
from .manifest import (
    DISCLOSURE,
    DRAFT_DISCLOSURE,
    Alternative,
    AudioFile,
    Cost,
    Loudness,
    Manifest,
    Mastering,
    Progress,
    Role,
    SegmentRecord,
)
from .master import Recording, master
from .plan import Segment
from .prepare import Prepared, excerpt, prepare, read_script, reels_for, within_budget
from .publish import ERROR_TEXT, Publisher
from .score import SPEECH_ALONE
from .shelf import Shelf
from .studio import Studio
from .synthesise import Synthesis, Tally
from .tags import Mark
from .take import Take

LOUDNESS_TOLERANCE_LU = 0.4
NO_SAMPLES = np.empty(0, np.int16)
TEXTS = frozenset({"chapters.json", "transcript.json", "transcript.srt", "transcript.txt", "transcript.vtt"})
PASSES = 3  # of mastering at most, when the sum of levelled takes misses the target
LATE_AT_MOST = 2  # runs in a row that may fail to end a single pass: one may have had a slow computer


class Production:
    """One run that holds the claim."""

    def __init__(
        self,
        studio: Studio,
        shelf: Shelf,
        name: str,
        claim: Claim,
        publisher: Publisher,
        journal: Journal,
        deadline: Deadline,
        on_progress: Callable[[Tally, int], None],
        stretch: tuple[int, int] | None = None,
    ) -> None:
        """Take a stretch of lines for a preview: of the whole plan, only the segments that hold them are voiced."""
        self._studio = studio
        self._name = name
        self._claim = claim
        self._publisher = publisher
        self._journal = journal
        self._deadline = deadline
        self._on_progress = on_progress
        self._stretch = stretch
        self._shelf = shelf
        self._before = Mastering()  # what earlier runs leave to go on from
        self._reels = reels_for(studio)
        self._history: dict[str, Take] = {}  # takes without their audio

    def produce(self, last: Manifest | None, preview: Manifest | None = None) -> Manifest:
        """Go through all stages and return the finished manifest.

        ``last`` is the one from before this run, ``preview`` that of the last preview.
        """
        try:
            with self._reels:
                prepared = self._prepare(last, preview)
                self._announce(prepared, last)
                if self._stretch:
                    prepared = excerpt(prepared, self._stretch)
                    self._journal.note(progress=Progress(segments=len(prepared.plan.segments)))
                self._on_progress(self._journal.tally, len(prepared.plan.segments))
                recording, encoders = self._record(prepared)
                return self._publish(prepared, recording, encoders)
        except BaseException:
            with suppress(VoiceboothError):  # the first error is the one to tell
                self._publisher.clear()  # or each try would leave its audio on a disk that is full
            raise

    def _prepare(self, last: Manifest | None, preview: Manifest | None) -> Prepared:
        source = self._journal.manifest.script
        data = read_script(self._studio, self._name, source.generation)
        self._journal.note(script=source.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()}))
        prepared = prepare(self._studio, data, self._name, last, preview, self._reels)
        asked = excerpt(prepared, self._stretch) if self._stretch else prepared
        within_budget(asked, self._shelf.holds, self._studio.options.max_cost_usd)
        return prepared

    def _announce(self, prepared: Prepared, last: Manifest | None) -> None:
        """Write down who is cast and what is planned, before the first request: a killed run leaves its plan behind."""
        script, plan = prepared.script, prepared.plan
        self._before = _begun_mastering(prepared, last, self._journal.manifest.recipe)
        self._journal.price = prepared.engine.price
        self._journal.write(
            title=script.meta.title or _title(self._name),
            show=script.meta.show or PurePosixPath(self._name).parent.name,
            language=script.meta.language,
            date=script.meta.date,
            cast=tuple(Role(speaker=speaker, voice=voice) for speaker, voice in plan.cast.items()),
            mastering=self._before,
            mode=prepared.mode,
            other_mode_keys=last.aside(prepared.mode) if last else (),
            segments=tuple(map(planned, plan.segments)),
            progress=Progress(segments=len(plan.voiced)),
            companions=prepared.companions,
            music=arranged(prepared.score),
            warnings=notes(prepared.warnings),
            engine=prepared.engine.name,
            model=prepared.engine.model,
            disclosure=DRAFT_DISCLOSURE if prepared.engine.draft else DISCLOSURE,
            cost=Cost(estimated_usd=round(prepared.estimated_usd, 6), price_table=_price_table(prepared)),
        )

    def _record(self, prepared: Prepared) -> tuple[Recording, tuple[Encoder, ...]]:
        """Voice and master; once more when the whole is too loud or too soft, which a run before may have found."""
        synthesis = Synthesis(
            self._studio.speech(prepared.script.meta.model),
            self._shelf,
            self._studio.limiter,
            self._studio.options.policy,
            self._deadline,
            prepared.script.meta.language,
            self._progress,
        )
        trim_db = self._before.trim_db
        with synthesis.voiced(prepared.plan, self._journal.tally) as takes:
            recording, encoders = self._mastered(prepared, map(self._noted, takes), trim_db)
            next(takes, None)  # nothing is left but to await the takes that are made besides
        for passes in range(self._before.passes + 1, PASSES):
            off_lu = self._studio.options.loudness_lufs - recording.integrated_lufs
            if abs(off_lu) <= LOUDNESS_TOLERANCE_LU:
                break
            trim_db += off_lu
            self._journal.note(mastering=Mastering(passes=passes, trim_db=trim_db))
            recording, encoders = self._mastered(prepared, map(self._kept, prepared.plan.segments), trim_db)
        return recording, encoders

    def _mastered(
        self, prepared: Prepared, takes: Iterable[Take], trim_db: float, alternative: str = ""
    ) -> tuple[Recording, tuple[Encoder, ...]]:
        """Master takes into spools; an ``alternative`` of that name into one of the first format only."""
        options, score = self._studio.options, prepared.score
        rate_hz = options.rate_hz(music=bool(score.parts))
        form = Form(score.channels, rate_hz, options.bitrate_kbps or 0)
        names = options.formats[:1] if alternative else options.formats
        encoders = {name: open_encoder(name, form) for name in names}
        with ExitStack() as stack:
            spools = {name: stack.enter_context(self._publisher.spool(alternative + name)).write for name in encoders}
            recording = master(
                takes,
                prepared.plan,
                prepared.script.meta.language,
                encoders,
                spools,
                target_lufs=options.loudness_lufs,
                ceiling_dbtp=options.true_peak_dbtp,
                trim_db=trim_db,
                rate_hz=rate_hz,
                score=score,
                tracks=score.tracks(self._reels),
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
        """Raise ``OutOfTime`` when the time is up, or ``ScriptFault`` when another try would come no further."""
        if self._deadline.remaining_s > 0:
            return
        mastering = self._journal.manifest.mastering
        further = self._journal.tally.made or mastering.passes > self._before.passes
        late = 0 if further else mastering.late + 1
        hopeless = late == LATE_AT_MOST
        self._journal.note(mastering=mastering.model_copy(update={"late": 0 if hopeless else late}))
        if hopeless:
            raise ScriptFault(
                f"mastering this episode takes longer than the {self._deadline.allowed_s:g} seconds allowed",
                fix="split it into several, or raise VOICEBOOTH_DEADLINE_S and drop the script once more",
            )
        raise OutOfTime("the time allowed was up before mastering was", fix="the next try goes on from what is kept")

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
        for name, content in _texts(recording, marks, manifest.disclosure).items() if not self._stretch else ():
            publisher.text(name, content)
        tags = self._tags(prepared)
        audio = tuple(self._audio(encoder, recording, tags, marks) for encoder in encoders)
        others = tuple(self._alternatives(prepared, tags))
        cover = "" if self._stretch else self._cover(tags)
        publisher.remove(ERROR_TEXT)
        done = self._journal.write(
            **self._journal.counts(),
            state="done",
            mastering=Mastering(),
            retaking=(),
            duration_s=round(recording.duration_s, 3),
            audio=audio,
            alternatives=others,
            cover=cover,
            loudness=Loudness(
                integrated_lufs=round(recording.integrated_lufs, 2), true_peak_dbtp=round(recording.true_peak_dbtp, 2)
            ),
            segments=self._segments(prepared, recording),
        )
        with suppress(VoiceboothError):  # the episode is done; what is left over harms nobody
            for stale in manifest.files - done.files:
                publisher.remove(stale)
            if not self._stretch:
                publisher.remove_preview()
            publisher.clear()
        return done

    def _audio(self, encoder: Encoder, recording: Recording, tags: Tags, marks: Sequence[Mark]) -> AudioFile:
        name = f"{self._publisher.stem}.{encoder.extension}"
        size = self._publisher.audio(name, encoder.extension, encoder.head(tags, marks), encoder.mime_type)
        duration_s = round(recording.duration_s, 3)
        return AudioFile(name=name, bytes=size, duration_s=duration_s, mime_type=encoder.mime_type)

    def _alternatives(self, prepared: Prepared, tags: Tags) -> Iterator[Alternative]:
        """Publish every take of the turns that have several, each once, in the first of the formats."""
        published: set[str] = set()
        voiced = sorted(prepared.plan.voiced, key=lambda segment: (segment.index, segment.request.take))
        for segment in voiced if prepared.plan.alternatives else ():
            if segment.turns[0].takes > 1 and segment.key not in published:
                published.add(segment.key)
                yield self._alternative(prepared, segment, tags)

    def _alternative(self, prepared: Prepared, segment: Segment, tags: Tags) -> Alternative:
        choice, take = prepared.choices[segment.turn_indexes[0]], segment.request.take
        single = replace(prepared, plan=replace(prepared.plan, segments=(segment,)), score=SPEECH_ALONE)
        stem = f"{choice.name}-take{take}."
        recording, (encoder, *_) = self._mastered(single, [self._kept(segment)], 0.0, stem)
        head = encoder.head(replace(tags, title=f"{choice.name}, take {take}"), ())
        name = stem + encoder.extension
        return Alternative(
            turn=choice.name,
            line=segment.first_line,
            take=take,
            chosen=take == choice.take,
            name=f"takes/{name}",
            bytes=self._publisher.audio(f"takes/{name}", name, head, encoder.mime_type),
            duration_s=round(recording.duration_s, 3),
            mime_type=encoder.mime_type,
        )

    def _cover(self, tags: Tags) -> str:
        """Publish the cover and return its name; nothing for an episode without."""
        if not tags.cover:
            return ""
        name = f"cover.{tags.cover.extension}"
        self._publisher.picture(name, tags.cover.data, tags.cover.mime_type)
        return name

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
            cover=prepared.cover,
        )

    def _segments(self, prepared: Prepared, recording: Recording) -> tuple[SegmentRecord, ...]:
        voiced = {
            segment.index: planned(segment).model_copy(
                update={
                    "start_s": round(placed.start_s, 3),
                    "duration_s": round(placed.duration_s, 3),
                    "attempts": take.attempts,
                    "cached": take.cached,
                    "tokens": take.input_tokens + take.audio_tokens,
                }
            )
            for segment, placed in zip(prepared.plan.segments, recording.segments, strict=True)
            for take in (self._history[segment.key],)
        }
        return tuple(voiced.get(at, before) for at, before in enumerate(self._journal.manifest.segments))


def _begun_mastering(prepared: Prepared, last: Manifest | None, recipe: str) -> Mastering:
    """Return how far runs before came with the very same takes, settings and music."""
    if last is None or not recipe or (last.recipe, last.companions) != (recipe, prepared.companions):
        return Mastering()
    same = [segment.key for segment in last.segments] == [segment.key for segment in prepared.plan.segments]
    return last.mastering if same else Mastering()


def planned(segment: Segment) -> SegmentRecord:
    """Return what the manifest says of a segment before it is voiced."""
    return SegmentRecord(
        key=segment.key,
        take=segment.request.take,
        speakers=segment.speakers,
        first_line=segment.first_line,
        last_line=segment.last_line,
    )


def _texts(recording: Recording, marks: Sequence[Mark], disclosure: str) -> dict[str, str]:
    """Return the text files of an episode by name."""
    return {
        "transcript.vtt": captions.vtt(recording.cues, disclosure),
        "transcript.srt": captions.srt(recording.cues),
        "transcript.txt": captions.plain(recording.cues),
        "transcript.json": captions.podcast_json(recording.cues, disclosure),
        "chapters.json": captions.chapters_json(marks),
    }


def _price_table(prepared: Prepared) -> str:
    return prepared.engine.price.table if prepared.engine.price else ""


def _title(name: str) -> str:
    words = PurePosixPath(name).stem.replace("_", " ").replace("-", " ").split()
    return " ".join(words).capitalize() or name
