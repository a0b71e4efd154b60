import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Grant from '../../data/contract/grant.ts';
import type * as Release from '../../data/contract/release.ts';
import type * as Table from '../../data/contract/table.ts';

type Modules = { grant: typeof Grant; release: typeof Release; table: typeof Table };
const charge = async (): Promise<Modules> => ({
  grant: await import('../../data/contract/grant.ts'),
  release: await import('../../data/contract/release.ts'),
  table: await import('../../data/contract/table.ts'),
});

const sha = 'a'.repeat(64);
const zone = {
  echelle: 'epci',
  code: '200000000',
  nom: 'CC Aubrelle',
  departement: '01',
  bbox: [1, 2, 3, 4],
};
const provenance = { version: '0.1.0', cle: sha, sources: [{ nom: 'ops.csv', type: 'ops', millesime: 2022, sha256: sha }], outils: { tippecanoe: '2.52' }, regle: '1' }; // prettier-ignore
const mentions = { fictif: true, avertissement: 'Fictif', sources: [{ nom: 'OPS 2022', producteur: 'X', type: 'ops', millesime: 2022 }], zonages: ['COG 2025'], secret: 's', licence: 'l' }; // prettier-ignore
const archive = { id: 'b'.repeat(32), produit: 'carte', fichier: 'carte.pmtiles', taille: 12, sha256: sha };
const bundle = {
  format: 'carto-ops/bundle@1',
  territoire: zone,
  provenance,
  mentions,
  millesimes: { ops: [2022], rpls: [2022] },
  couches: [{ echelle: 'adresse', minzoom: 10, maxzoom: 14, zones: 3 }],
  archives: [archive],
  classes: { epci: { 'a.ENS.tous.2022': { methode: 'jenks', bornes: [1, 2.5], min: 0, max: 3 } } },
};
const table = {
  format: 'carto-ops/table@1',
  audience: 'territoire',
  zones: [zone],
  tranches: [{ population: 'ER', secteur: 'qpv', millesime: 2022 }],
  indicateurs: ['a'],
  variables: ['v'],
  colonnes: { 'a.ER.qpv.2022': [12, 's', null] },
};
const lien = { iss: 'carto', aud: 'garde', jti: 'j'.repeat(16), cnv: 'cnv-1', sub: 'compte', rol: 'epci', ter: ['epci:200000000'], lay: ['tout-tous'], pur: 'habitat', iat: 1, nbf: 1, exp: 2 }; // prettier-ignore
const session = { jeton: 'x', expire: 1, fin: 2, convention: 'c', role: 'epci', finalite: 'habitat', territoires: ['epci:200000000'], compte: 'C. D.', archives: [{ id: 'b'.repeat(32), territoire: 'epci:200000000', produit: 'carte', millesime: '2022', taille: 1, sha256: sha, type: 't' }] }; // prettier-ignore

const DOCUMENTS = [
  ['bundleSchema', 'release', bundle],
  ['tableSchema', 'table', table],
  ['grantSchema', 'grant', lien],
  ['sessionSchema', 'grant', session],
] as const;

type Noeud = Record<string, unknown> | unknown[];
/** Every place of a document: its holder and its key. */
function places(x: unknown, ici: [Noeud, string][] = []): [Noeud, string][] {
  if (typeof x === 'object' && x !== null)
    for (const k of Object.keys(x)) {
      ici.push([x as Noeud, k]);
      places((x as Record<string, unknown>)[k], ici);
    }
  return ici;
}
const CORPS: unknown[] = [null, '', 'x', '2022', -1, 0, 1.5, 2022, 1e300, true, [], {}, [1], ['s'], { a: 1 }, sha, 'epci', 'epci:200000000']; // prettier-ignore

describe('the page refuses the shapes that zod refuses', () => {
  let avec: Modules;
  let sans: Modules;
  beforeAll(async () => {
    avec = await charge();
    vi.resetModules();
    vi.doMock('zod', () => import('../../site/archive/formes.ts'));
    sans = await charge();
  });
  afterAll(() => {
    vi.doUnmock('zod');
    vi.resetModules();
  });
  type Schema = { safeParse(x: unknown): { success: boolean; data?: unknown } };
  const schema = (m: Modules, fichier: keyof Modules, nom: string) => (m[fichier] as unknown as Record<string, Schema>)[nom] as Schema; // prettier-ignore

  it.each(DOCUMENTS)('%s: accepts the right document and gives it back', (nom, fichier, doc) => {
    expect(schema(sans, fichier, nom)).not.toBe(schema(avec, fichier, nom));
    expect(schema(avec, fichier, nom).safeParse(doc).success).toBe(true);
    expect(schema(sans, fichier, nom).safeParse(doc)).toEqual({ success: true, data: doc });
  });

  it.each(DOCUMENTS)('%s: answers as zod after any change of one place', (nom, fichier, doc) => {
    let refus = 0;
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('ote', 'remplace', 'ajoute'), fc.constantFrom(...CORPS), (n, geste, corps) => {
        const copie = structuredClone(doc) as Noeud;
        const toutes = places(copie);
        const [porteur, cle] = toutes[n % toutes.length] as [Record<string, unknown>, string];
        if (geste === 'ote' && Array.isArray(porteur)) porteur.splice(Number(cle), 1);
        else if (geste === 'ote') delete porteur[cle];
        else if (geste === 'remplace') porteur[cle] = corps;
        else if (Array.isArray(porteur)) porteur.push(corps as never);
        else porteur['inconnue'] = corps;
        const attendu = schema(avec, fichier, nom).safeParse(copie).success;
        if (!attendu) refus++;
        expect(schema(sans, fichier, nom).safeParse(copie).success).toBe(attendu);
      }),
      { numRuns: 600 },
    ); // prettier-ignore
    expect(refus).toBeGreaterThan(100);
  });
});
