// One word for one thing, in each language as its own people write it: what our texts must not say, and what they
// say instead. It goes over the catalogues, the mails and what stands in a template beside its keys.

const word = (list) => new RegExp(`(?<![\\p{L}\\d@-])(${list})(?![\\p{L}\\d])`, 'iu');

/** [what is not said, what is]. */
const terms = {
  nb: [
    ['e-?mail\\p{L}*|mail|mailen|mailer|epost\\p{L}*', 'e-post'],
    ['registrer\\p{L}*', 'påmelding, melde på'],
    ['kansell\\p{L}*', 'avlyse (et arrangement), melde av (en person)'],
    ['link|linken|linker|linkene', 'lenke'],
    ['deltager\\p{L}*|deltagelse', 'deltaker'],
    ['møtet|møtene|møter|samlingen|samlinger|samlingene|event\\p{L}*', 'arrangement'],
    ['tjener|tjeneren|tjenere', 'server'],
    ['billett\\p{L}*', 'påmeldingsbekreftelse, QR-kode'],
    ['køen', 'ventelisten'],
    ['adgang', 'tilgang'],
    ['klikk\\p{L}*', 'trykk'],
    ['vennligst', 'ingenting'],
    ['fremdeles|enda ikke', 'fortsatt, ikke ennå'],
    ['lista|ventelista|sida|mappa|klokka|natta|fila|adressa|påmeldinga|lenka|uka|tida', 'formen på -en'],
    ['ikkje|kva|kven|korleis|kvar|frå|eit|ein|berre|dei|vere|òg|noko|meir|enno|nokon|eg|lenkje|lenkja', 'bokmål'],
  ],
  nn: [
    ['e-?mail\\p{L}*|mail|mailen|epost\\p{L}*', 'e-post'],
    ['registrer\\p{L}*', 'påmelding, melde på'],
    ['kansell\\p{L}*', 'avlyse, melde av'],
    ['link|linken|lenke|lenker|lenka|lenkene', 'lenkje'],
    ['deltager\\p{L}*|deltaker|deltakere|deltakerne', 'deltakar'],
    ['møtet|møta|møter|samlinga|samlingar|event\\p{L}*', 'arrangement'],
    ['tenar|tenaren|tenarar', 'server'],
    ['billett\\p{L}*', 'påmeldingsstadfesting, QR-kode'],
    ['køen', 'ventelista'],
    ['adgang', 'tilgang'],
    ['klikk\\p{L}*', 'trykk'],
    ['ikke|fra|et|en(?= \\p{L})|bare|noe|noen|hva|hvem|hvor|hvordan|hvorfor|også|være|mer|jeg|dere|nå|ble|blei|kommer|allerede|uke|uker|navn|ennå|mye|gjøre|hvis|selv|sted|nyeste',
      'nynorsk'],
    ['verta|vert|vorte', 'bli, blir'],
    ['(er|står|finst|viser \\p{L}+) alt(?= (over|påmeld|med|på|nokon|ein|her))', 'allereie'],
    ['att', 'igjen, på nytt'],
    ['tek til|tok til', 'startar, byrjar'],
    ['vera|gjera|koma|senda|lesa|skriva|finna|velja|setja|leggja|fortelja|spørja|halda', 'e-infinitiv'],
    ['svarer', 'svarar'],
    ['flytt', 'flytta'],
    ['bed', 'ber'],
    ['viss', 'om'],
    ['medlemmer|arrangementer|påmeldinger|invitasjoner|plasser|kontakter|innstillinger|meldinger|påminnelser|påminnelse|bekreftelse|bekreftelsen|brukere',
      'nynorsk bøying'],
  ],
  en: [
    ['emails?|emailed|emailing', 'e-mail'],
    ['organiz\\p{L}*|recogniz\\p{L}*|(?!author)\\p{L}+izations?|color\\p{L}*|center\\p{L}*|favorite\\p{L}*', 'British spelling, as in organisation'],
    ['canceled|canceling', 'cancelled'],
    ['events?|happenings?|(?<!theme )meetings?', 'gathering'],
    ['sign-?ups?|enrol\\p{L}*|bookings?|booked|RSVP', 'registration, register'],
    ['log ?in|log ?out|logged in|log-in|log on', 'sign in, sign out'],
    ['delet\\p{L}*', 'erase'],
    ['attendees?', 'participant'],
    ['in line|queue', 'on the waiting list'],
    ['web site|web page', 'website, page'],
    ['click\\p{L}*', 'press'],
    ['compan(y|ies)(?= )|(?<= )compan(y|ies)', 'organisation'],
    ['shut out|at most a minute|do not fit together|under way', 'what a native writer would'],
  ],
};
const apostrophe = /\p{L}'\p{L}/u;

/** [line, text] of a catalogue's texts, without what is filled in. */
function* textsOf(catalogue) {
  let inText = false;
  for (const [i, line] of catalogue.split('\n').entries()) {
    inText = /^msgstr/.test(line) || (inText && line.startsWith('"'));
    if (inText) yield [i + 1, line.replace(/^msgstr(\[\d\])? /, '').replace(/\{[\w.]+\}/g, '…')];
  }
}
function* linesOf(text) {
  const bare = text.replace(/\{\{[^}]*\}\}\}?/g, '…').replace(/<[^>]*>/g, (tag) => tag.replace(/[^\n]/g, ' '));
  for (const [i, line] of bare.split('\n').entries()) yield [i + 1, line];
}

const oneWord = ['one word for one thing', (tree, check) => {
  for (const [lang, list] of Object.entries(terms)) {
    const rules = list.map(([not, but]) => [word(not), but]);
    const look = (f, line, text) => {
      for (const [not, but] of rules) {
        const found = text.match(not)?.[0];
        check(!found, `${f}:${line}: "${found}" is not said in ${lang}: ${but}`);
      }
      if (lang === 'en') check(!apostrophe.test(text), `${f}:${line}: a straight apostrophe`);
    };
    const po = `app/html/po/${lang}.po`;
    for (const [line, text] of textsOf(tree.text(po))) look(po, line, text);
    for (const f of tree.like(new RegExp(`^mail-templates/${lang}/`))) for (const [line, text] of linesOf(tree.text(f))) look(f, line, text);
  }
}];

/** Names that are the same in all languages. */
const names = /^(Message-ID|&\w+;|QR|PDF|…|\W)*$/;

const keyed = ['templates hold no words of their own', (tree, check) => {
  for (const f of tree.templates) {
    const bare = tree.text(f).replace(/\{\{![^]*?\}\}/g, '').replace(/\{\{\{?[^]*?\}?\}\}/g, ' ').replace(/<!--[^]*?-->/g, '');
    for (const m of bare.matchAll(/\s(?:alt|title|aria-label|placeholder)="([^"]*)"/g)) {
      check(!/\p{L}{2}/u.test(m[1]), `${f}: ${m[0].trim()} is in no catalogue`);
    }
    for (const part of bare.replace(/<(?:[^>"]|"[^"]*")*>/g, '\n').split('\n')) {
      const text = part.trim();
      if (/\p{L}{2}/u.test(text) && !/[="]/.test(text) && !/^required$/.test(text)) check(names.test(text), `${f}: "${text}" is in no catalogue`);
    }
  }
}];

export const rules = [oneWord, keyed];
