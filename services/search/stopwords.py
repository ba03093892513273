"""Words that carry no meaning in a search: function words and the frame of whole questions."""

STOP_WORDS = {
    "fi": frozenset(
        """
        ja tai sekä eli vai mutta vaan että jotta koska kun jos kuin niin myös vielä jo nyt sitten
        on oli ole olla olen olemme ovat ei en et emme ette eivät älä
        minä sinä hän me te he se ne tämä tuo nämä nuo itse oma
        minun sinun hänen meidän teidän heidän minulle minulla meille meillä
        joka mikä kuka mitä mihin mistä missä miten miksi milloin onko voiko voi voida saada pitää
        kanssa ilman varten kohti noin esim esimerkiksi ym yms jne kautta mukaan sekä
        """.split()
    ),
    "sv": frozenset(
        """
        och eller samt men att som om när då så också ännu nu sedan
        är var vara varit har hade ha inte ej
        jag du han hon vi ni de den det denna detta dessa sig sin sitt sina min mitt mina vår vårt våra
        en ett i på av till för från med utan vid hos genom under över mellan enligt
        vad vem vilken vilket vilka var vart hur varför kan ska skall får måste bli blir
        """.split()
    ),
    "en": frozenset(
        """
        and or but that which who whom as if when then so also still now
        is are was were be been being am has have had do does did not no
        i you he she we they it this these those my your his her our their its me us them
        a an the in on of to for from with without at by into through under over between about
        what where how why can could shall should will would may must get
        """.split()
    ),
}

# Frame words of sentences, in base forms in Finnish: who asks, that they ask, how often something happens. They do not
# describe the problem, so they are dropped from a query that has other words.
FRAME_WORDS = {
    "fi": frozenset(
        """
        asiakas kertoa sanoa kysyä ehdottaa suositella soittaa ohjata auttaa tarvita löytää löytyä kannattaa olemassa
        voin voit voimme voitte voivat voisi voisin voisimme
        joku jokin jotain jotakin minkälainen millainen tällainen kiitos hei terve tänään eilen
        takia vuoksi johdosta aina usein jatkuvasti taas enää ihan todella tosi kovin erittäin
        """.split()
    ),
    "sv": frozenset(
        """
        klient klienten klienter berättar säger sade frågar föreslå föreslår rekommendera ringa hitta hittar finns
        eftersom därför behöver behöva kunde skulle någon något några tack hej idag igår
        alltid ofta igen hela mycket väldigt riktigt jätte helt
        """.split()
    ),
    "en": frozenset(
        """
        client clients says say said tells told asks suggest recommend call find finding looking need needs needed
        want wants wanted some any someone somebody something anything there here please thanks hello today yesterday
        because due always often again really very just all like
        """.split()
    ),
}
FRAME_PHRASES = {
    "fi": ("koko ajan", "kaiken aikaa", "koko päivän", "joka päivä", "joka ilta", "joka viikko", "tällä hetkellä"),
    "sv": ("hela tiden", "hela dagen", "varje dag", "varje kväll", "varje vecka", "just nu"),
    "en": ("all the time", "all day", "every day", "every evening", "every week", "right now", "at the moment"),
}

# Words that negate the next meaningful word; some follow the word in Swedish.
NEGATIONS_AFTER = frozenset(("inte", "ej", "aldrig"))
NEGATIONS = {
    "fi": frozenset("ei en et emme ette eivät älä".split()),
    "sv": frozenset("inte ej ingen inga inget aldrig utan".split()),
    "en": frozenset("no not never without cannot cant dont doesnt wont".split()),
}

# Parts of compounds that mean nothing by themselves ("hyvin" in hyvinvointi).
MISLEADING_PARTS = frozenset(
    """
    hyvin vointi alue esi yli ali ylä ala etu jälki lähi koko moni uusi vanha ennen aina puoli osa
    vertais kanta sisä ulko pää tai itse yksi kaksi vuosi asia kerta eri mies oma muu
    """.split()
)
