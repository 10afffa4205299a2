"""Words in front of a colon that name no speaker, in the languages most scripts are written in.

Chosen by hand: what writers announce things with ("Note:", "Zum Beispiel:", "注意："). A label is looked up folded,
without stops and without a trailing number, so that "Chapter 3:" and "P.S.:" are found.
"""

from __future__ import annotations


def _set(*lists: str) -> frozenset[str]:
    """Return the phrases of space-separated lists, with ``_`` for a space inside a phrase."""
    return frozenset(phrase.replace("_", " ") for words in lists for phrase in words.split())


NO_NAMES = _set(
    # English
    "note notes nb n.b. warning caution attention important remember reminder tip tips hint example examples"
    " for_example for_instance e.g. i.e. namely re ps pps fyi btw tldr tl;dr spoiler spoiler_alert disclaimer"
    " subject to from cc bcc date time place location address phone email e-mail url link links website source"
    " sources reference references credit credits title subtitle chapter part section act scene episode season"
    " segment step lesson rule day week month year number volume page figure table item point fact question_number"
    " appendix exhibit paragraph verse stanza round level phase stage unit module version option case topic theme"
    " introduction intro outro conclusion summary overview background abstract preface prologue epilogue result"
    " results answer_key definition key takeaway takeaways key_takeaway key_takeaways bottom_line moral update"
    " edit correction todo to_do fixme cue music sfx sound fx sound_effect sound_effects theme_music"
    " bonus quote translation meaning pronunciation ingredients method instructions directions requirements"
    " prerequisites goal goals objective objectives agenda duration length language tags keywords category"
    " author copyright license sponsor sponsors pros cons pro con problem solution solutions cause effect reason"
    " reasons advantages disadvantages first second third fourth fifth firstly secondly thirdly finally lastly"
    " next then also and but or so because however therefore thus hence anyway well now today yesterday tomorrow"
    " here there yes no ok okay okey he she it they we this that these those which what who why when where how"
    " he_said she_said they_said i_said said asked listen look think imagine consider picture_this breaking"
    " breaking_news news_flash headline headlines fun_fact did_you_know pro_tip quick_tip side_note footnote"
    " meanwhile later earlier previously in_other_words in_short in_brief in_summary in_conclusion to_sum_up slides"
    " slide paper papers transcript decision approved before after input output do don't wrong right old new good bad"
    " true false expected actual given exit exeunt exeunt_omnes enter re-enter flourish alarum alarums trumpets"
    " sennet curtain finis fin the_end end"
    " interview observation literature_review main_idea main_ideas study_note table_of_contents"
    " fade_in fade_out fade_to_black fade_to cut_to cut_away smash_cut_to match_cut_to jump_cut_to dissolve_to wipe_to"
    " back_to flashback end_of_flashback montage end_of_montage title_card",
    # German
    "hinweis anmerkung achtung warnung vorsicht wichtig merke beispiel beispiele zum_beispiel z.b. das_heißt d.h."
    " betreff betr datum uhrzeit ort adresse telefon quelle quellen titel untertitel kapitel teil abschnitt akt"
    " szene folge staffel schritt lektion regel tag woche monat jahr nummer seite tabelle abbildung punkt thema"
    " einleitung einführung schluss fazit zusammenfassung überblick hintergrund ergebnis ergebnisse frage_nummer"
    " tipp zitat übersetzung bedeutung zutaten zubereitung ziel ziele dauer sprache stichworte autor lizenz"
    " vorteile nachteile problem lösung ursache wirkung grund gründe erstens zweitens drittens schließlich"
    " zuletzt nämlich also aber und oder denn heute gestern morgen ja nein er sie es wir dies kurz kurzum"
    " er_sagte sie_sagte nachtrag korrektur musik geräusch",
    # French
    "remarque note_bene attention avertissement important exemple exemples par_exemple p.ex. c'est-à-dire objet"
    " sujet date heure lieu adresse téléphone source sources titre sous-titre chapitre partie section acte scène"
    " épisode saison étape leçon règle jour semaine mois année numéro page tableau figure point thème"
    " introduction conclusion résumé aperçu contexte résultat résultats conseil astuce citation traduction"
    " ingrédients préparation objectif objectifs durée langue auteur avantages inconvénients problème solution"
    " cause effet raison raisons premièrement deuxièmement troisièmement enfin ensuite puis mais et ou donc car"
    " aujourd'hui hier demain oui non il elle nous ils elles ceci cela bref en_bref rappel à_noter musique",
    # Spanish
    "nota notas aviso atención advertencia importante ojo ejemplo ejemplos por_ejemplo p.ej. es_decir asunto"
    " fecha hora lugar dirección teléfono fuente fuentes título subtítulo capítulo parte sección acto escena"
    " episodio temporada paso lección regla día semana mes año número página tabla figura punto tema"
    " introducción conclusión resumen contexto resultado resultados consejo cita traducción ingredientes"
    " preparación objetivo objetivos duración idioma autor ventajas desventajas problema solución causa efecto"
    " razón razones primero segundo tercero finalmente luego después pero y o pues hoy ayer mañana sí él ella"
    " nosotros ellos esto eso recuerda recordatorio música",
    # Portuguese, Italian
    "aviso atenção exemplo por_exemplo ou_seja assunto data hora local endereço telefone fonte título capítulo"
    " parte cena episódio passo lição regra dia semana mês ano número página tema introdução conclusão resumo"
    " resultado dica citação ingredientes preparo objetivo duração idioma autor problema solução primeiro segundo"
    " hoje ontem amanhã sim não lembrete avviso attenzione avvertenza esempio per_esempio cioè oggetto ora luogo"
    " indirizzo fonte titolo sottotitolo capitolo scena episodio passo lezione regola giorno settimana mese anno"
    " numero pagina introduzione conclusione riassunto risultato consiglio citazione ingredienti preparazione"
    " obiettivo durata lingua autore problema soluzione primo secondo terzo infine poi oggi ieri domani sì",
    # Dutch, Swedish, Polish
    "let_op opmerking waarschuwing belangrijk voorbeeld bijvoorbeeld onderwerp datum tijd plaats bron titel"
    " hoofdstuk deel scène aflevering stap les regel dag nummer pagina inleiding conclusie samenvatting resultaat"
    " obs observera varning viktigt exempel till_exempel ämne tid källa kapitel del avsnitt steg sida slutsats"
    " uwaga ostrzeżenie ważne przykład na_przykład temat data źródło tytuł rozdział część odcinek krok strona"
    " wniosek podsumowanie",
    # Russian, Ukrainian, Greek, Turkish
    "примечание внимание предупреждение важно пример например то_есть тема дата время место источник заголовок"
    " название глава часть сцена эпизод сезон шаг урок правило день неделя год номер страница таблица рисунок"
    " введение вступление заключение вывод итог итоги результат совет цитата перевод цель причина решение"
    " проблема во-первых во-вторых наконец итак он она они мы да нет увага примітка приклад наприклад розділ"
    " частина крок висновок отож отже тож так"
    " σημείωση προσοχή παράδειγμα θέμα κεφάλαιο μέρος not dikkat uyarı önemli örnek örneğin"
    " konu tarih kaynak başlık bölüm adım sonuç özet",
    # Hebrew, Arabic, Persian, Hindi
    "הערה שימו_לב אזהרה חשוב דוגמה לדוגמה נושא תאריך מקור כותרת פרק חלק סיכום מסקנה"
    " ملاحظة تنبيه تحذير مهم مثال مثلا الموضوع التاريخ المصدر العنوان الفصل الجزء الخلاصة النتيجة قال قالت"
    " نکته توجه هشدار موضوع فصل बिंदु नोट ध्यान_दें चेतावनी उदाहरण विषय अध्याय भाग निष्कर्ष",
    # Chinese, Japanese, Korean
    "注 注意 注释 备注 備註 警告 重要 提示 例 例如 比如 譬如 例子 主题 主題 题目"
    " 日期 时间 時間 地点 地點 来源 來源 标题 標題 章"
    " 第一章 第二章 第三章 总结 總結 结论 結論 结果 結果 问题 問題 原因 首先 其次 最后 最後"
    " 因此 所以 但是 今天 昨天 明天 他说 她说 我说"
    " 他說 她說 我說 例えば たとえば 注記 備考 ヒント 場所 日時 出典 題名 まとめ 目的 理由 今日 参考 参照"
    " 참고 주의 경고 중요 예 예시 예를_들어 주제 날짜 시간 장소 출처 제목 결론 요약 결과 문제 이유 오늘",
)

# Whoever begins a label with one of these announces something; a speaker is rarely called so.
NO_FIRST = _set(
    "enter re-enter exit exeunt"
    " a my our your his her their its this that these those some any many most all both each every no another such"
    " one two three four five six seven eight nine ten several few here there what why when where how who which he she"
    " it they we i if and but or because on at by for with from to of about after before during until is are"
    " int int. ext ext. int./ext. ext./int. int/ext i/e"
    " ein eine einen mein meine unser unsere dein ihre seine dies diese dieser dieses zwei drei vier fünf sechs sieben"
    " acht neun zehn einige viele alle jede jeder kein keine hier dort was warum wann wo wie wer er sie es wir ich im"
    " auf bei mit von zu für nach vor und oder aber"
    " un une mon mes notre nos votre ce cet cette ces deux trois quatre cinq six sept huit neuf dix quelques"
    " plusieurs chaque tous toutes aucun ici quoi pourquoi quand où comment qui il elle nous ils elles dans à avec pour"
    " sur et ou mais si"
    " una unos unas mis nuestro nuestra este esta estos estas dos tres cuatro cinco seis siete ocho nueve diez"
    " algunos varios cada todos todas ningún aquí qué cuándo dónde cómo quién él ella nosotros en con para por sobre"
    " um uma meu minha nosso nossa este esta dois duas três quatro cinco em com para por uno due tre quattro cinque"
    " mio mia nostro nostra questo questa"
    " мой моя наш наша этот эта эти два две три четыре пять несколько каждый все здесь что почему когда где как кто он"
    " она они мы в на с для и или но я ты вы теперь просто"
    " він вона воно ми ви вони ти мій моя наш цей ця ці що коли де як хто і й та або але тепер"
)

# An article or honorific opens names ("The Doctor:") as well as announcements ("The result:"): it takes recurrence.
ARTICLES = _set("the der die das den le la les l' el los las o os as il lo gli i het de den det")

# Small words inside a name that need no capital.
PARTICLES = _set(
    "de da do dos das di du del della der den des la le van von vom zu zur zum ter ten te bin ibn al el ul y e i"
    " und and"
    " et of the af av och og en no v' d' o' & + jr sr"
)

# What trails a label as its number: "Part II", "Step one".
NUMBERS = _set(
    "i ii iii iv v vi vii viii ix x xi xii one two three four five six seven eight nine ten eins zwei drei vier fünf"
    " un deux trois quatre cinq uno dos tres cuatro cinco due tre quattro cinque"
)

# A label that ends in a verb of saying is a sentence about a speaker, in scripts without capitals to tell by.
SAYING = ("说", "說", "说道", "說道", "曰", "言った", "말했다")

# Brackets behind a name which say where the voice comes from or who it is, not how it sounds. Folded, letters only.
NO_DELIVERY = _set(
    "vo voiceover os s offscreen offstage oc offcamera contd cont continued continuing prelap subtitle subtitled host"
    " cohost guest interviewer interviewee moderator narrator heher hehim sheher theythem"
)

# What captions describe in brackets, as machines and people write it: no speaker, however often it comes back.
SOUNDS = _set(
    "applause applauds cheering cheers clapping crosstalk crying foreign gasps groans inaudible laugh laughs laughing"
    " laughter music musical noise noises pause screaming screams shouting shouts sighs silence singing sings sobbing"
    " sound sounds speaking unintelligible whispering whispers",
    "applaus beifall gelächter lachen lacht musik stille applaudissements musique rire rires silence bruit aplausos"
    " música risas risa risos silencio silêncio applausi applauso musica risate gelach muziek skratt applåder musikk"
    " oklaski brawa muzyka śmiech smiech aplauz potlesk hudba smích taps nevetés zene alkış müzik kahkaha gülüşmeler"
    " tawa tepuk",
    "аплодисменты музыка смех тишина оплески музика сміх γέλια μουσική χειροκρότημα"
    " מוזיקה מחיאות צחוק موسيقى تصفيق ضحك موسیقی تشویق خنده संगीत तालियाँ हँसी เพลง ปรบมือ หัวเราะ"
    " 音乐 音樂 掌声 掌聲 笑声 笑聲 音楽 拍手 笑 笑い 笑い声 음악 박수 웃음",
)

# What ends the name of a particular ("Talk language:", "Release date:"), and the name of nobody.
NO_LAST = _set(
    "language date time location place title subtitle source sources topic subject duration length copyright license"
    " licence url link links email address version number"
)
