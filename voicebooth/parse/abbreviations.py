"""Words that end in a full stop without ending a sentence, by language.

Chosen by hand from everyday usage. ``INNER`` never end a sentence; ``BEFORE_NUMBER`` do not when a digit follows;
``LAST`` may end one, which the word after them decides.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


INNER = {
    "en": _words("mr mrs ms dr prof st mt ft gen col lt sgt capt cpt maj rev hon pres gov sen rep supt messrs e.g i.e"
                 " eg vs viz cf approx dept est ave blvd al"),
    "de": _words("dr prof hr fr frl st z.b d.h u.a s.o s.u z.t v.a u.u bzw ca vgl evtl ggf inkl exkl zzgl bspw sog"
                 " geb gest hrsg dipl ing str tel o.ä i.d.r i.a m.e"),
    "fr": _words("m mm mme mmes mlle mlles dr pr me st ste p.ex c.-à-d cf env av bd"),
    "es": _words("sr sra srta sres sras dr dra d dña ud uds vd prof profa lic ing avda p.ej pág"),
    "pt": _words("sr sra srta dr dra prof profa d exmo exma av p.ex eng"),
    "it": _words("sig sigg sigra dott prof ing avv on p.es s.ra dr"),
    "nl": _words("dhr mevr mw dr prof ir drs mr ds bijv d.w.z o.a m.b.t i.v.m t.o.v nl"),
    "ru": _words("т.е т.к г-н г-жа им ул напр см"),
    "pl": _words("dr prof inż mgr np tzn tzw ul ks"),
    "sv": _words("dr prof t.ex bl.a d.v.s ca"),
}  # fmt: skip
BEFORE_NUMBER = _words("no nos nr nrs vol ch chap fig figs pp p sec art abs abb kap s bd n nº núm № с стр rys ziff jan"
                       " feb mar apr jun jul aug sep sept oct nov dec")  # fmt: skip
LAST = _words("etc usw u.s.w ecc enz inc ltd corp co jr sr bros a.m p.m am pm b.c a.d ph.d m.d b.a m.a d.c u.s u.k u.n"
              " e.u u.s.a jh jhs н.э т.д т.п itd itp osv s.a s.l eds ed")  # fmt: skip

STARTERS = _words(
    "the a an this that these those he she it we they you i his her its our their there here then now but and or so"
    " if when what where why how who which while after before in on at for to from with as not no yes yet let did do"
    " is are was were will would can could because although however meanwhile well still maybe even once one"
    " der die das ein eine er sie es wir ihr und aber oder doch dann so wenn was wer wie wo da hier dort im in am"
    " le la les un une des il elle nous vous ils elles et mais ou donc si que qui quand dans ce cette ces on"
    " el los las una unos él ella ellos nosotros y pero o si cuando como en lo esto ese esta"
    " o os as um uma ele ela e mas se quando como em i gli lo uno una lui lei ma"
)  # words which open a sentence far more often than they follow an abbreviation inside one


def inner(language: str) -> frozenset[str]:
    """Return what never ends a sentence in the language (BCP 47); of all languages when it is unknown."""
    if found := INNER.get(language.split("-", maxsplit=1)[0].lower()):
        return found | _words("dr prof")
    return _ALL_INNER


_ALL_INNER = frozenset().union(*INNER.values()) - _words("on d al m mm me nl av im")  # words elsewhere
