/**
 * Two sides of the fast path: the njs module written once for nginx, and the folder of links by which a running gate tells
 * it what is open. Without a fresh slice of time in it, everything goes to the gate.
 */
import { createHmac } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { Annuaire, GateArchive } from '../../data/contract/grant.ts';
import { entete } from '../../data/contract/grant.ts';
import type { Avance, Moteur } from '../../site/gate/rapide.ts';
import type { Lecture } from '../../site/gate/types.ts';

export const dossierRapide = (registre: string): string => join(registre, 'garde', 'rapide');
export const journalRapide = (registre: string): string => join(registre, 'garde', 'octets.log');

/** Master secret as in `maitre.json`. */
export interface MaitreEcrit {
  id: string;
  octets: string;
}

/** A source of the module without its types: positions and comments stay. */
function source(nom: string): string {
  const texte = readFileSync(new URL(`../../site/gate/${nom}`, import.meta.url), 'utf8');
  const { emitWarning } = process;
  // Node 24 still calls this function experimental, at each first use, in English, to a person who did not ask.
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(texte);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The module's primitives, in Node. */
export const MOTEUR: Moteur = {
  hmac: (cle, texte) => createHmac('sha256', Buffer.from(cle, 'hex')).update(texte).digest(),
  base64url: (texte) => Buffer.from(texte, 'base64url'),
};

/** Days of keys written in the module; later ones pass through the gate until the module is written again. */
const JOURS = 400;

/** Keys of yesterday and of the next days, one table per master. @param t Unix seconds */
export function clesAvance(maitres: readonly MaitreEcrit[], t: number): Avance[] {
  const base = Math.floor(t / 86_400) - 1;
  return maitres.map((m) => {
    // HKDF (RFC 5869) as WebCrypto does it with a salt of 32 zeros; one block of expansion, since the key has 32 bytes.
    const prk = createHmac('sha256', Buffer.alloc(32)).update(Buffer.from(m.octets, 'base64url')).digest();
    const jours = Array.from({ length: JOURS }, (_, i) => {
      const date = new Date((base + i) * 86_400_000).toISOString().slice(0, 10);
      const tete = Buffer.from(entete('HS256', `${m.id}-${date}`, 'tb+jwt')).toString('base64url');
      return { tete, cle: createHmac('sha256', prk).update(`b1|${date}\u0001`).digest('hex') };
    });
    return {
      id: m.id,
      base,
      tete: jours[0]?.tete.length ?? 0,
      texte: jours.map((j) => j.tete + j.cle).join(''),
    };
  });
}

/**
 * The module as njs reads it: types gone, settings in. It holds what signs tokens: mode 0600.
 * @param iss first origin of the gate, which its tokens name
 */
export function moduleNjs(iss: string, maitres: readonly MaitreEcrit[]): string {
  const sansImport = (texte: string) =>
    texte.replaceAll(/^import [^;]+;$/gm, '').replaceAll(/^export (?!default)/gm, '');
  // The patterns of nginx's own maps have no use in the script.
  const noyau = sansImport(source('rapide.ts')).replaceAll(/^const (JETON|CIBLE|FORMES)\b[^;]*;$/gm, '');
  return `import crypto from 'crypto';
const ISS = ${JSON.stringify(iss)};
const AVANCES = ${JSON.stringify(clesAvance(maitres, Date.now() / 1000))};
${noyau}
${sansImport(source('rapide-nginx.ts'))}`;
}

/** Seconds of a slice, and how long after a reading the last slice may end. */
const TRANCHE = 10;
const CONFIANCE = 30;

const NOM = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Links that open something, as `convention/account/link` (its parents after it, with dots).
 * @param ecartes accounts that must pass through the gate
 */
function liensOuverts({ revocations, annuaire }: Lecture, ecartes: ReadonlySet<string>): Set<string> {
  const [jtis, cnvs, subs] = [revocations.jti, revocations.cnv, revocations.sub].map((x) => new Set(x));
  const ouverts = new Set<string>();
  for (const [jti, lien] of Object.entries(annuaire.liens)) {
    const chaine = [jti];
    let par = lien.par;
    while (par !== undefined && chaine.length < 4) {
      chaine.push(par);
      par = (annuaire.liens[par] as Annuaire['liens'][string] | undefined)?.par;
    }
    if (cnvs?.has(lien.cnv) || subs?.has(lien.sub) || ecartes.has(lien.sub)) continue;
    if (chaine.some((j) => jtis?.has(j)) || ![...chaine, lien.cnv, lien.sub].every((x) => NOM.test(x)))
      continue;
    ouverts.add(`${lien.cnv}/${lien.sub}/${chaine.join('.')}`);
  }
  return ouverts;
}

/** Folder that another account may go through and not list, whatever the mask: nginx runs under its own. */
function passage(dossier: string): void {
  mkdirSync(dossier, { recursive: true });
  chmodSync(dossier, 0o711);
}

/**
 * The folder that nginx opens archives through: `t/<slice>/<secret>/<key>/<convention>/<account>/<link>/<archive>`. What is withdrawn
 * is not there; a slice of time is a link that only a gate which read its lists makes, 30 seconds ahead at most.
 */
export class FichiersRapides {
  readonly #dossier: string;
  readonly #lots: string;
  #ids = '';
  #liens = new Set<string>();
  /** @param lots folder of bundles */
  constructor(dossier: string, lots: string) {
    this.#dossier = dossier;
    this.#lots = lots;
    // What another gate left says nothing of today.
    rmSync(dossier, { recursive: true, force: true });
    passage(dossier);
    for (const d of ['t', 'maitres', 'cles', 'liens', 'lots']) passage(join(dossier, d));
  }
  /** @param ecartes accounts whose every byte must pass through the gate */
  noter(lecture: Lecture, ecartes: ReadonlySet<string> = new Set()): void {
    const ids = [...lecture.archives.keys()].join();
    if (ids !== this.#ids) this.#noterArchives(lecture.archives);
    this.#ids = ids;
    this.#noterLiens(liensOuverts(lecture, ecartes));
    const kids = lecture.kids.filter((k) => NOM.test(k) && !lecture.revocations.kid.includes(k));
    this.#egaliser('cles', new Set(kids), join(this.#dossier, 'liens'));
    this.#egaliser(
      'maitres',
      new Set(lecture.maitres.filter((m) => NOM.test(m))),
      join(this.#dossier, 'cles'),
    );
    const premiere = Math.floor(lecture.vu / TRANCHE);
    const derniere = Math.floor((lecture.vu + CONFIANCE - TRANCHE) / TRANCHE);
    const tranches = Array.from({ length: derniere - premiere + 1 }, (_, i) => String(premiere + i));
    this.#egaliser('t', new Set(tranches), join(this.#dossier, 'maitres'));
  }
  /** Make a subfolder hold these links and no other. */
  #egaliser(sous: string, noms: ReadonlySet<string>, cible: string): void {
    const dossier = join(this.#dossier, sous);
    const presents = new Set(readdirSync(dossier));
    for (const n of presents) if (!noms.has(n)) rmSync(join(dossier, n), { recursive: true });
    for (const n of noms) if (!presents.has(n)) symlinkSync(cible, join(dossier, n));
  }
  #noterLiens(voulus: Set<string>): void {
    const chemin = (l: string) => join(this.#dossier, 'liens', l);
    for (const l of this.#liens) if (!voulus.has(l)) rmSync(chemin(l), { force: true });
    for (const l of voulus)
      if (!this.#liens.has(l)) {
        const [cnv = '', sub = ''] = l.split('/');
        passage(chemin(cnv));
        passage(chemin(join(cnv, sub)));
        // A reading that failed half-way may have left it.
        rmSync(chemin(l), { force: true });
        symlinkSync(join(this.#dossier, 'lots'), chemin(l));
      }
    this.#liens = voulus;
  }
  #noterArchives(archives: ReadonlyMap<string, GateArchive>): void {
    const dossier = join(this.#dossier, 'lots');
    for (const nom of readdirSync(dossier)) if (!archives.has(nom)) rmSync(join(dossier, nom));
    const racine = realpathSync(this.#lots);
    for (const a of archives.values()) {
      const lien = join(dossier, a.id);
      rmSync(lien, { force: true });
      // Like the gate's own store: a file inside the bundles, of the announced size, reached without any link.
      const cible = join(racine, a.fichier);
      const etat = lstatSync(cible, { throwIfNoEntry: false });
      if (etat?.isFile() && etat.size === a.taille && realpathSync(cible) === cible) symlinkSync(cible, lien);
    }
  }
  /** The gate stops: from now on nginx must doubt. */
  retirer(): void {
    this.#egaliser('t', new Set(), '');
  }
}
