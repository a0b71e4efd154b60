/** The fast path of nginx: never a yes where the gate says no, on mutations of tokens; what its folder holds. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeJwt } from 'jose';
import { jetonSchema, type GateArchive } from '../../data/contract/grant.ts';
import { clesAvance, FichiersRapides, MOTEUR } from '../../pipeline/serve/rapide.ts';
import { ClesOctets } from '../../site/gate/cles.ts';
import { exigerTemps } from '../../site/gate/contexte.ts';
import { LONGUEUR, verifierJws } from '../../site/gate/jws.ts';
import { FORMES, longueurPlage, verifier } from '../../site/gate/rapide.ts';
import type { Lecture } from '../../site/gate/types.ts';
import { creerMonde, jetonOctets, signerAvec, texteJws, type Jws, type Monde } from './acceptance/monde.ts';
import { EPCI_A, EPCI_B } from './fixture.ts';

/** The kit asks for 100,000; the ordinary run takes fewer. */
const MUTATIONS = Number(process.env['CARTO_MUTATIONS'] ?? 10_000);

let monde: Monde;
beforeAll(async () => {
  monde = { ...(await creerMonde('https://garde.example')), origine: 'https://garde.example' };
});
afterAll(() => monde.nettoyer());

const avances = (t: number) =>
  clesAvance(
    monde.maitres.map((m) => ({ id: m.id, octets: m.octets.toString('base64url') })),
    t,
  );

const CIBLES = FORMES.map((f) => new RegExp(f, 's'));
/** What nginx and its module say of a token: first the pattern of nginx's map, then the script. */
function rapide(texte: string, t: number, avance: ReturnType<typeof avances>, id = ''): boolean {
  for (const [i, ligne] of [`Bearer ${texte}`, texte].entries()) {
    const chemin = `/t/v1/${id || 'a'.repeat(32)}`;
    const g = CIBLES[i]?.exec(i === 0 ? `${chemin} ${ligne}` : `${chemin}?t=${ligne} `)?.groups;
    const charge =
      g &&
      verifier(
        g['carto_texte'] ?? '',
        g['carto_tete'] ?? '',
        g['carto_signe'] ?? '',
        id,
        t,
        monde.origine,
        avance,
        MOTEUR,
      );
    if (i === 1 || !charge) return Boolean(charge);
  }
  return false;
}

/** What the gate says of a token's form, signature, issuer and times. */
async function coeur(texte: string, t: number): Promise<boolean> {
  const cles = new ClesOctets(monde.maitres.map((m) => ({ id: m.id, octets: Uint8Array.from(m.octets) })));
  const { verifie } = await cles.a(t);
  const lu = await verifierJws(texte, verifie, jetonSchema, LONGUEUR.jeton);
  if (!lu || lu.charge.iss !== monde.origine) return false;
  try {
    exigerTemps(lu.charge, t);
    return true;
  } catch {
    return false;
  }
}

/** Repeatable numbers in [0, n[. */
function hasard(graine: number) {
  let x = graine;
  return (n: number) => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((x / 2 ** 32) * n);
  };
}
const LETTRES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= +/\n\u0000é';

/** Texts around a good token: what a person without the key can write, and what a faulty signer would sign. */
function muter(jws: Jws, de: (n: number) => number): string {
  const bon = texteJws(jws);
  const i = de(bon.length);
  const lettre = LETTRES[de(LETTRES.length)] ?? 'A';
  const segments = bon.split('.');
  switch (de(9)) {
    case 0:
      return bon.slice(0, i) + lettre + bon.slice(i + 1);
    case 1:
      return bon.slice(0, i) + lettre + bon.slice(i);
    case 2:
      return bon.slice(0, i) + bon.slice(i + 1);
    case 3:
      return bon.slice(0, i);
    case 4:
      return [segments[de(3)], segments[de(3)], segments[de(3)]].join('.');
    case 5: {
      const charge =
        jws.charge.slice(0, de(jws.charge.length)) + lettre + jws.charge.slice(de(jws.charge.length));
      return texteJws(signerAvec(monde, 'bytes', 'valid', jws.entete, charge));
    }
    case 6: {
      const lue = JSON.parse(jws.charge) as Record<string, unknown>;
      const nom = Object.keys(lue)[de(9)] ?? 'iss';
      lue[nom] = [null, '', -1, 1.5, 1e20, [], {}, true, lue[nom]][de(9)];
      return texteJws(signerAvec(monde, 'bytes', 'valid', jws.entete, JSON.stringify(lue)));
    }
    case 7: {
      const entete = jws.entete.replace(
        /HS256|tb\+jwt|-\d\d"/,
        ['none', 'tg+jwt', '-01"', 'HS256'][de(4)] ?? '',
      );
      return texteJws(signerAvec(monde, 'bytes', 'valid', entete, jws.charge));
    }
    default:
      return bon;
  }
}

test(`the gate and the njs module agree on ${MUTATIONS} mutations`, { timeout: 300_000 }, async () => {
  const bon = jetonOctets(monde);
  const de = hasard(20_261_122);
  const t = Math.floor(Date.now() / 1000);
  let oui = 0;
  // Just after midnight UTC, where yesterday's key is still good.
  const minuit = 86_400 - (t % 86_400) + 30;
  const avance = avances(t);
  for (let n = 0; n < MUTATIONS; n++) {
    const texte = muter(bon, de);
    // Times too: before, during, after, and when yesterday's key is still accepted.
    const instant = t + ([0, 0, 0, -120, 500, 700, -86_400, 86_400, minuit][de(9)] ?? 0);
    const ici = rapide(texte, instant, avance);
    if (ici !== (await coeur(texte, instant)))
      throw new Error(`they differ at ${n}: ${JSON.stringify(texte)}`);
    if (ici) oui++;
  }
  // Both refusing everything would agree too.
  expect(oui).toBeGreaterThan(MUTATIONS / 40);
  expect(oui).toBeLessThan(MUTATIONS / 4);
});

test('a range served fast is never longer than asked, nor than 4 MiB', () => {
  const texte = fc.oneof(
    fc.tuple(fc.nat(2 ** 31), fc.nat(2 ** 31)).map(([a, b]) => `bytes=${a}-${b}`),
    fc.stringMatching(/^bytes=[0-9,\- ]{0,20}$/),
    fc.string(),
  );
  fc.assert(
    fc.property(texte, (entete) => {
      const n = longueurPlage(entete);
      if (n === 0) return;
      const [a = 0, b = 0] = entete.slice(6).split('-').map(Number);
      expect(n).toBeLessThanOrEqual(Math.min(b - a + 1, 4 * 1024 * 1024));
      expect(n).toBeGreaterThan(0);
    }),
    { numRuns: 20_000 },
  );
});

test('an archive that the token does not name is not served fast', () => {
  const t = Math.floor(Date.now() / 1000);
  const texte = texteJws(jetonOctets(monde));
  expect(rapide(texte, t, avances(t), monde.essai.archive(`epci:${EPCI_A}`).id)).toBe(true);
  expect(rapide(texte, t, avances(t), monde.essai.archive(`epci:${EPCI_B}`).id)).toBe(false);
});

test('the folder of the fast path holds what is open, for thirty seconds, and nothing when the gate stops', () => {
  const dossier = mkdtempSync(join(tmpdir(), 'carto-rapide-'));
  const [a, b] = monde.essai.manifeste.archives;
  if (!a || !b) throw new Error('no archive');
  const fichiers = new FichiersRapides(dossier, join(monde.essai.vers, 'courante', 'bundles'));
  const { revocations, annuaire } = monde.listes();
  const { jti, sub, cnv } = decodeJwt(monde.grants.A) as { jti: string; sub: string; cnv: string };
  const lecture = (
    archives: GateArchive[],
    vu: number,
    retires: Partial<typeof revocations> = {},
  ): Lecture => ({
    revocations: { ...revocations, ...retires },
    annuaire,
    archives: new Map(archives.map((x) => [x.id, x])),
    kids: ['g1', 'g2'],
    maitres: ['b1'],
    vu,
  });
  const chemin = (t: number, archive: GateArchive, kid = 'g1', maitre = 'b1') =>
    join(dossier, 't', String(Math.floor(t / 10)), maitre, kid, cnv, sub, jti, archive.id);
  fichiers.noter(lecture([a], 1_000_003));
  expect(new Uint8Array(readFileSync(chemin(1_000_004, a)))).toEqual(monde.essai.octets(a));
  expect(existsSync(chemin(1_000_029, a, 'g2'))).toBe(true);
  // Thirty seconds after the reading, before it, another key, another archive: nothing.
  for (const p of [
    chemin(1_000_033, a),
    chemin(999_999, a),
    chemin(1_000_004, a, 'g3'),
    chemin(1_000_004, b),
  ])
    expect(existsSync(p)).toBe(false);

  fichiers.noter(lecture([b], 1_000_013));
  expect(existsSync(chemin(1_000_014, b))).toBe(true);
  expect(existsSync(chemin(1_000_004, b)) || existsSync(chemin(1_000_014, a))).toBe(false);
  for (const retires of [{ jti: [jti] }, { sub: [sub] }, { cnv: [cnv] }, { kid: ['g1'] }]) {
    fichiers.noter(lecture([b], 1_000_014, retires));
    expect([retires, existsSync(chemin(1_000_014, b))]).toEqual([retires, false]);
    fichiers.noter(lecture([b], 1_000_014));
    expect(existsSync(chemin(1_000_014, b))).toBe(true);
  }
  fichiers.noter(lecture([b], 1_000_014), new Set([sub]));
  expect(existsSync(chemin(1_000_014, b))).toBe(false);

  // A child is open under its whole chain, and closed with any of its parents.
  const petit = decodeJwt(monde.grants.petit) as { jti: string; par: string; sub: string };
  const nom = `${petit.jti}.${petit.par}.${jti}`;
  const enfant = join(dossier, 't', '100001', 'b1', 'g1', cnv, petit.sub, nom, b.id);
  fichiers.noter(lecture([b], 1_000_014));
  expect(existsSync(enfant)).toBe(true);
  fichiers.noter(lecture([b], 1_000_014, { jti: [jti] }));
  expect(existsSync(enfant)).toBe(false);

  // The fixture has a file that is a link to the outside: it gets no link here.
  const geo = monde.essai.archive(`epci:${EPCI_A}`, 'geo');
  const menteuse = { ...b, id: 'c'.repeat(32), taille: b.taille + 1 };
  fichiers.noter(lecture([geo, menteuse], 1_000_014));
  expect(readdirSync(join(dossier, 'lots'))).toEqual([]);
  fichiers.retirer();
  expect(readdirSync(join(dossier, 't'))).toEqual([]);
  rmSync(dossier, { recursive: true });
});
