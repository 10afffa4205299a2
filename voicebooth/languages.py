"""Languages by the three letters that tags of audio files want.

ISO 639-1 to 639-2/T: https://www.loc.gov/standards/iso639-2/
"""

from __future__ import annotations

import re

_LANGUAGES: dict[str, str] = dict(
    re.findall(
        r"(\w+):(\w+)",
        """
        af:afr am:amh ar:ara az:aze be:bel bg:bul bn:ben bs:bos ca:cat cs:ces cy:cym da:dan de:deu el:ell en:eng es:spa
        et:est eu:eus fa:fas fi:fin fr:fra ga:gle gl:glg gu:guj he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita
        ja:jpn ka:kat kk:kaz km:khm kn:kan ko:kor ky:kir lb:ltz lo:lao lt:lit lv:lav mk:mkd ml:mal mn:mon mr:mar ms:msa
        my:mya nb:nob ne:nep nl:nld nn:nno no:nor or:ori pa:pan pl:pol ps:pus pt:por ro:ron ru:rus sd:snd si:sin sk:slk
        sl:slv so:som sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel tg:tgk th:tha tr:tur uk:ukr ur:urd uz:uzb vi:vie xh:xho
        yo:yor zh:zho zu:zul
        """,
    )
)


def three_letters(bcp47: str) -> str:
    """Return the code for a language as BCP 47 has it (``pt-BR`` → ``por``); nothing for one that has none."""
    primary = bcp47.replace("_", "-").split("-")[0].lower()
    return _LANGUAGES.get(primary, primary if re.fullmatch(r"[a-z]{3}", primary) else "")
