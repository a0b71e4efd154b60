/**
 * E-mail rule of the conventions (seed 003, art. 4): a nominative professional address; generic ones and free webmail
 * are refused, save a written reason. Pure.
 */

/** Words that make a local part generic, wherever they stand between separators. */
const GENERIQUES = new Set(
  `accueil admin administration administrateur agence agenda bailleur bailleurs bureau cabinet cadastre ccas collectivite
  communication commune communaute compta comptabilite contact contacts courrier courriel cil dga dgs direction directeur
  donnees dpo dsi echo economie elus epci equipe etudes formation foncier geomatique gestion habitat hlm hotline
  informatique info infos information informations insertion instruction intercommunalite juridique logement logements
  mail mairie maire marches metropole newsletter nepasrepondre noreply observatoire office ops pcet permanence planification
  pldh plh plu plui pole politique population postmaster prefecture presidence president presse quartier rh reception
  renovation sav secretariat secretaire sec service services sig sne social solidarite standard support syndicat
  territoire territoires technique urba urbanisme urba urbain webmaster webmestre ville`.split(/\s+/),
);
/** Long enough to betray "mairiededijon" or "serviceurbanisme" written without a separator. */
const PREFIXES = [...GENERIQUES].filter((m) => m.length >= 6);

const MESSAGERIES = new Set(
  `gmail.com googlemail.com yahoo.com yahoo.fr ymail.com hotmail.com hotmail.fr outlook.com outlook.fr live.com live.fr
  msn.com icloud.com me.com mac.com orange.fr wanadoo.fr free.fr sfr.fr neuf.fr club-internet.fr bbox.fr numericable.fr
  laposte.net aol.com gmx.com gmx.fr gmx.net mail.com proton.me protonmail.com pm.me tutanota.com zoho.com yandex.com
  caramail.fr voila.fr aliceadsl.fr 9online.fr cegetel.net tele2.fr noos.fr netcourrier.com ik.me`.split(
    /\s+/,
  ),
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
  const m = /^([^@\s"(),:;<>[\\\]]{1,64})@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/.exec(adresse);
  if (!m?.[1] || !m[2]) return 'syntaxe';
  if (MESSAGERIES.has(m[2])) return 'messagerie';
  const local = m[1].replace(/\+.*$/, '');
  const mots = local.split(/[^a-z]+/).filter((mot) => mot !== '');
  const colle = mots.join('');
  // No name is that short: "rh", "pm3", "12345" tell a desk, not a person.
  if (colle.length < 3) return 'generique';
  if (mots.some((mot) => GENERIQUES.has(mot)) || GENERIQUES.has(colle)) return 'generique';
  if (mots.some((mot) => PREFIXES.some((p) => mot.startsWith(p)))) return 'generique';
  return undefined;
}
