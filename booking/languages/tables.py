"""Where does CLDR say nothing about a language, or what its readers do not say?

Everything else comes from Babel. Its stand-alone names of days are not safe to read:
once Pashto is loaded they turn Pashto in six other languages (an alias that is not
copied, Babel 2.18); therefore weekdays come from its other table, or from here.
"""

NBSP = "\u00a0"  # keeps the day with its month
DAY = f"d{NBSP}MMMM"

# Weekday, day, month; and with the year. Always the Gregorian calendar: Babel writes no
# other, and no digits but Western ones.
DAY_PATTERNS = {
    "de": (f"EEEE, d.{NBSP}MMMM", f"EEEE, d.{NBSP}MMMM y"),
    "en": (f"EEEE {DAY}", f"EEEE {DAY} y"),
    "fr": (f"EEEE {DAY}", f"EEEE {DAY} y"),
    "ar": (f"EEEE، {DAY}", f"EEEE، {DAY} y"),
    # LLLL: the name of the month without the ezafe that leads to a year.
    "fa": (f"EEEE d{NBSP}LLLL", f"EEEE {DAY} y"),
    "fa_AF": (f"EEEE {DAY}", f"EEEE {DAY} y"),
    "ps": (f"EEEE، د{NBSP}MMMM{NBSP}d", f"EEEE، د{NBSP}y د{NBSP}MMMM{NBSP}d"),
    "tr": (f"{DAY} EEEE", f"{DAY} y EEEE"),
    "uk": (f"EEEE, {DAY}", f"EEEE, {DAY} y 'року'"),
    "ru": (f"EEEE, {DAY}", f"EEEE, {DAY} y 'года'"),
    "ku": (f"EEEE, d'ê'{NBSP}MMMM'ê'", f"EEEE, d'ê'{NBSP}MMMM'a' y'an'"),
    "ti": (f"EEEE፣ {DAY}", f"EEEE፣ {DAY} y"),
    "so": (f"EEEE, {DAY}", f"EEEE, {DAY} y"),
}
# French counts the days of a month but orders the first: “1er mars”.
FIRST_OF_MONTH = {"fr": "d'er'"}

# Monday first. CLDR has the learned names (دونۍ); people in Afghanistan and radio for
# them (Azadi, BBC) say these, which Dari shares.
WEEKDAYS = {
    "ps": ("دوشنبه", "سه\u200cشنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),  # noqa: RUF001 - Pashto letters
}

# “Kurdish” alone would also call those who speak Sorani; CLDR says Kurmanji only in
# Kurmanji itself. The rest: CLDR gives a country's name (ti), English (so) or a gloss.
LANGUAGE_NAMES = {
    "de": {"ku": "Kurdisch (Kurmandschi)"},
    "en": {"ku": "Kurdish (Kurmanji)"},
    "fr": {"ku": "kurde (kurmandji)"},
    "ar": {"ku": "الكردية (الكرمانجية)"},
    "fa": {"ku": "کردی (کرمانجی)"},
    "fa_AF": {"ku": "کردی (کرمانجی)", "tr": "ترکی"},
    "ps": {"ku": "کردي (کرمانجي)", "fa_AF": "دري"},
    "tr": {"ku": "Kürtçe (Kurmanci)"},
    "uk": {"ku": "курдська (курманджі)"},
    "ru": {"ku": "курдский (курманджи)"},
    "ti": {"ku": "ኩርዲሽ (ኩርማንጂ)", "de": "ጀርመንኛ"},
    "so": {"ku": "Kurdi (Kurmanji)", "fa_AF": "Dari", "ps": "Bashto", "tr": "Turki"},
}
