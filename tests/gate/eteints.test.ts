/** A build makes no bundle for an EPCI whose conventions are all over; a new convention brings it back. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { creerConvention } from '../../pipeline/links/conventions.ts';
import { revoquer } from '../../pipeline/links/liens.ts';
import { ouvrirRegistre, type Registre } from '../../pipeline/links/registre.ts';
import { epciEteints } from '../../pipeline/portee/besoins.ts';
import { ecarterEteints } from '../../pipeline/portee/lots.ts';
import { EPCI } from './publie.ts';

let racine: string;
let registre: Registre;
let heure = Date.parse('2026-11-22T12:00:00Z');
const signer = (signature: string) =>
  creerConvention(registre, { epci: EPCI, nom: 'CC Essai', parties: ['AR'], signature, communes: [] });
beforeEach(async () => {
  racine = mkdtempSync(join(tmpdir(), 'carto-eteints-'));
  registre = await ouvrirRegistre(join(racine, 'registre'), { horloge: () => heure });
});
afterEach(() => rmSync(racine, { recursive: true, force: true }));

test('the files and the cache of an ended convention leave the draft, and no others', async () => {
  const { id } = await signer('2026-01-10');
  const brouillon = join(racine, 'vers', 'releases', '.brouillon-1');
  const bundle = join(brouillon, 'bundles', EPCI);
  const cache = join(racine, 'vers', 'travail', 'tuiles');
  for (const d of [bundle, cache]) mkdirSync(d, { recursive: true });
  writeFileSync(join(bundle, 'carte.pmtiles'), 'the archive');
  writeFileSync(join(cache, 'a.pmtiles'), 'the archive');
  writeFileSync(join(cache, 'b.pmtiles'), 'another one');
  const ecarter = () => ecarterEteints(join(racine, 'vers'), brouillon, epciEteints(registre));
  expect(await ecarter()).toEqual([]);
  expect(existsSync(bundle)).toBe(true);
  await revoquer(registre, { cible: 'cnv', id, motif: 'fin' });
  expect(await ecarter()).toEqual([EPCI]);
  expect([existsSync(bundle), readdirSync(cache)]).toEqual([false, ['b.pmtiles']]);
  // Nothing left: nothing to say a second time.
  expect(await ecarter()).toEqual([]);
  await signer('2026-11-22');
  expect(epciEteints(registre)).toEqual([]);
});

test('a convention ends by itself on its last day; an EPCI without any convention is not one that ended', async () => {
  expect(epciEteints(registre)).toEqual([]);
  await signer('2026-01-10');
  heure = Date.parse('2028-01-10T12:00:00Z');
  expect(epciEteints(registre)).toEqual([]);
  heure = Date.parse('2028-01-11T12:00:00Z');
  expect(epciEteints(registre)).toEqual([EPCI]);
});
