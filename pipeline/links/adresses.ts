/**
 * E-mail rule of the conventions (seed 003, art. 4): a nominative professional address; generic ones and free webmail
 * are refused, save a written reason. Pure.
 */

/** Words that make a local part generic, wherever they stand between separators. */
const GENERIQUES = new Set(
  `abuse accueil admin administration administrateur agence agenda agent agents amenagement apprenti bailleur bailleurs bal
  billing boite bonjour bureau cabinet cadastre caf ccas chefdeprojet chargeemission chargedemission chargeedemission collectif
  collectivite com communication commun commune communaute compta comptabilite contact contacts courrier courriel cil data
  ddt ddtm demo dga dgs dircab direction directeur directrice donnees dpo dreal dsi echo economie elus emploi enquete enquetes
  environnement epci equipe essai etudes facturation finances foncier formation geomatique gestion guichet habitat hello hlm
  hostmaster hotline informatique info infos information informations insertion instruction intercommunalite juridique
  logement logements mail mairie maire marches metropole mission missions newsletter nepasrepondre noreply observatoire office
  ops partage pcet permanence planification pldh plh plu plui pole politique population postmaster prefecture president
  presidence presse projet projets quartier recrutement rh reception renovation root sav secretariat secretaire sec securite
  security service services sgc sig sne social solidarite stage stagiaire standard statistique statistiques support syndicat
  team technique territoire territoires test tests urba urbanisme urba urbain user users utilisateur utilisateurs webmaster
  webmestre ville`.split(/\s+/),
);
/** Also beginnings of surnames (Marchesi, Bureaud, Quartierot): alone they are generic, glued to other letters they are not. */
const PATRONYMES = new Set(
  'agence bureau cabinet commun commune formation instruction maire marches mission office politique population president presse projet quartier service social standard support'.split(
    ' ',
  ),
);
/** Long enough to betray "mairiededijon" or "secretariatgeneral" written without a separator. */
const PREFIXES = [...GENERIQUES].filter((m) => m.length >= 6 && !PATRONYMES.has(m));
/** What follows a word that may begin a surname, when it does not: "bureaudetudes", "servicehabitat". */
const SUITES = [...GENERIQUES].filter((m) => m.length >= 5);
const CHEVILLE = /^(?:du|des?|de(?:la|l|s)|aux?)(?=[a-z]{4})/;

function colleGenerique(mot: string): boolean {
  if (PREFIXES.some((p) => mot.startsWith(p))) return true;
  for (const p of PATRONYMES) {
    if (!mot.startsWith(p)) continue;
    const reste = mot.slice(p.length);
    if (CHEVILLE.test(reste) || SUITES.some((s) => reste.startsWith(s))) return true;
  }
  return false;
}

/** Free mailboxes under any ending: yahoo.co.uk, live.be. */
const MESSAGERIE =
  /^(?:aol|fastmail|gmail|gmx|googlemail|hotmail|hushmail|icloud|inbox|live|mail|mailbox|msn|outlook|proton|protonmail|rocketmail|tuta|tutanota|web|yahoo|yandex|ymail|yopmail|zoho|zohomail)\.(?:com?\.)?[a-z]{2,5}$/;
const MESSAGERIES = new Set(
  `me.com mac.com orange.fr wanadoo.fr free.fr sfr.fr neuf.fr club-internet.fr bbox.fr numericable.fr numericable.com
  laposte.net pm.me caramail.fr caramail.com voila.fr aliceadsl.fr 9online.fr 9business.fr cegetel.net tele2.fr noos.fr
  netcourrier.com ik.me duck.com mailo.com mailo.fr posteo.net posteo.de skynet.be bluewin.ch hey.com qq.com mailinator.com
  guerrillamail.com tempmail.com jetable.org libero.it t-online.de red-by-sfr.fr orange.com`.split(/\s+/),
);

/** Letters of other scripts that look like Latin ones. */
const SOSIES: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  е: 'e',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  ԁ: 'd',
  ɡ: 'g',
  α: 'a',
  ε: 'e',
  ι: 'i',
  ο: 'o',
  ρ: 'p',
  υ: 'u',
  ν: 'v',
  κ: 'k',
  τ: 't',
  ı: 'i',
  ʏ: 'y',
};

export type DefautAdresse = 'syntaxe' | 'generique' | 'messagerie';

const plier = (texte: string) =>
  [...texte.normalize('NFKC').toLowerCase()]
    .map((c) => SOSIES[c] ?? c)
    .join('')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');

/** Bare address of `Jean Dupont <jean.dupont@ville.fr>` or of the address alone, lower case. */
export function adresseNue(texte: string): string {
  const m = /<([^<>]*)>\s*$/.exec(texte.trim());
  return (m?.[1] ?? texte).trim().normalize('NFKC').toLowerCase();
}

/**
 * Why an address is refused, or undefined.
 * @param texte an address, with or without a display name
 */
export function defautAdresse(texte: string): DefautAdresse | undefined {
  const adresse = plier(adresseNue(texte));
  const m =
    /^([^@\s"(),:;<>[\\\]]{1,64})@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])$/.exec(
      adresse,
    );
  if (!m?.[1] || !m[2] || /^\.|\.\.|\.$/.test(m[1])) return 'syntaxe';
  if (MESSAGERIES.has(m[2]) || MESSAGERIE.test(m[2])) return 'messagerie';
  const local = m[1].replace(/\+.*$/, '');
  const mots = local.split(/[^a-z]+/).filter((mot) => mot !== '');
  const colle = mots.join('');
  // No name is that short: "rh", "pm3", "12345" tell a desk, not a person.
  if (colle.length < 3) return 'generique';
  if (mots.some((mot) => GENERIQUES.has(mot)) || GENERIQUES.has(colle)) return 'generique';
  if (mots.some(colleGenerique) || colleGenerique(colle)) return 'generique';
  return undefined;
}
