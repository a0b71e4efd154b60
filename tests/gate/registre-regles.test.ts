/** Rules of the conventions that a clerk may miss: each with a wrong input beside the right one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deciderCompte, demanderCompte, prolongerCompte } from '../../pipeline/links/comptes.ts';
import { changerCommune, creerConvention, nommerAdministrateur } from '../../pipeline/links/conventions.ts';
import { importerDemandes } from '../../pipeline/links/import.ts';
import { emettreLien, revoquer } from '../../pipeline/links/liens.ts';
import { ouvrirRegistre, type Registre } from '../../pipeline/links/registre.ts';

let dossier: string;
let registre: Registre;
let convention: string;
let admin: string;
const horloge = () => Date.UTC(2026, 0, 20);
const creer = (plus = {}) =>
  creerConvention(registre, {
    epci: '200000001',
    nom: 'Essai',
    parties: ['AR'],
    signature: '2026-01-15',
    communes: ['01001'],
    ...plus,
  });
beforeEach(async () => {
  dossier = mkdtempSync(join(tmpdir(), 'carto-regles-'));
  registre = await ouvrirRegistre(join(dossier, 'registre'), { horloge });
  convention = (await creer()).id;
  admin = await nommerAdministrateur(registre, convention, { nom: 'Anne', mel: 'anne.roux@epci.example' });
});
afterEach(() => rmSync(dossier, { recursive: true, force: true }));

const motif = (m: string) => expect.objectContaining({ motif: m }) as Error;
const tiers = {
  role: 'tiers',
  organisme: 'Agence',
  contrat: 'M-1',
  comptesMax: 2,
  fin: '2026-06-30',
} as const;
const demander = (plus: object, mel = 'paul.durand@epci.example') =>
  demanderCompte(registre, { convention, role: 'epci', nom: 'Paul', mel, ...plus });
async function valide(plus: object, mel?: string): Promise<string> {
  const { id } = await demander(plus, mel);
  await deciderCompte(registre, { compte: id, decision: 'valide', par: admin });
  return id;
}

test('a convention is recorded once it is signed', async () => {
  await expect(creer({ signature: '2026-01-21' })).rejects.toEqual(motif('signature'));
  expect((await creer({ signature: '2026-01-20' })).fin).toBe('2028-01-20');
});

test('an exceptional address keeps its written reason, an administrator’s too', async () => {
  const d = { nom: 'Anne', mel: 'mairie@ville.example' };
  await expect(nommerAdministrateur(registre, convention, d)).rejects.toEqual(motif('generic-address'));
  const id = await nommerAdministrateur(registre, convention, d, 'une seule boîte dans la commune');
  expect(registre.etat.comptes.get(id)?.derogation).toBe('une seule boîte dans la commune');
});

test('a commune joins once, leaves once, and joins nothing that is over', async () => {
  const changer = (action: 'ajout' | 'retrait', commune: string, id = convention) =>
    changerCommune(registre, { convention: id, commune, action, reference: 'D-1' });
  await expect(changer('ajout', '01001')).rejects.toEqual(motif('duplicate'));
  await expect(changer('retrait', '01002')).rejects.toEqual(motif('duplicate'));
  await changer('ajout', '01002');
  await changer('retrait', '01002');
  const vieille = await creer({ signature: '2020-01-15' });
  await expect(changer('ajout', '01002', vieille.id)).rejects.toEqual(motif('ended'));
});

test('a link is not issued for a commune that left, nor under another convention’s link', async () => {
  const commune = await valide({ role: 'commune', commune: '01001', reference: 'D-1' });
  const d = { finalite: 'observation', origine: 'https://atlas.example' };
  const lien = await emettreLien(registre, { ...d, compte: commune });
  await changerCommune(registre, { convention, commune: '01001', action: 'retrait', reference: 'D-2' });
  await expect(emettreLien(registre, { ...d, compte: commune })).rejects.toEqual(motif('scope'));
  const autre = await creer();
  const par = await nommerAdministrateur(registre, autre.id, { nom: 'Ève', mel: 'eve.roy@epci.example' });
  const { id } = await demanderCompte(registre, {
    convention: autre.id,
    role: 'commune',
    commune: '01001',
    reference: 'D-3',
    nom: 'Luc',
    mel: 'luc.blanc@ville.example',
  });
  await deciderCompte(registre, { compte: id, decision: 'valide', par });
  await expect(emettreLien(registre, { ...d, compte: id, parent: lien.jti })).rejects.toEqual(motif('scope'));
});

test('what does not go with a role is refused, never ignored', async () => {
  await expect(demander({ commune: '01001' })).rejects.toEqual(motif('role'));
  await expect(demander({ contrat: 'M-1' })).rejects.toEqual(motif('role'));
  await expect(
    demander({ role: 'commune', commune: '01001', territoires: ['epci:200000001'] }),
  ).rejects.toEqual(motif('role'));
  await expect(demander({ fin: '2025-12-31' })).rejects.toEqual(motif('end-date'));
  await expect(demander({ fin: '2028-01-16' })).rejects.toEqual(motif('end-date'));
  expect((await demander({ fin: '2028-01-15' })).fin).toBe('2028-01-15');
});

test('a contract has one number of accounts', async () => {
  await demander(tiers);
  await expect(demander({ ...tiers, comptesMax: 50 }, 'eva.roche@agence.example')).rejects.toEqual(
    motif('accounts'),
  );
  await demander({ ...tiers, comptesMax: undefined }, 'eva.roche@agence.example');
  await expect(demander(tiers, 'max.petit@agence.example')).rejects.toEqual(motif('accounts'));
});

test('an extension extends', async () => {
  const id = await valide(tiers);
  const jusque = (fin: string) => prolongerCompte(registre, { compte: id, fin, demande: 'P-1' });
  for (const fin of ['2025-12-31', '2026-06-30', '2026-03-01', '2028-01-16'])
    await expect(jusque(fin), fin).rejects.toEqual(motif('end-date'));
  expect((await jusque('2026-09-30')).fin).toBe('2026-09-30');
  const sansFin = await valide({}, 'lea.martin@epci.example');
  await expect(
    prolongerCompte(registre, { compte: sansFin, fin: '2027-01-01', demande: 'P-2' }),
  ).rejects.toEqual(motif('end-date'));
});

test('a withdrawal that names another kind of thing says which, in a hurry', async () => {
  const id = await valide({});
  await expect(revoquer(registre, { cible: 'jti', id, motif: 'départ' })).rejects.toMatchObject({
    hint: expect.stringContaining(`carto lien revoquer ${id} --cible compte`) as string,
  });
  await expect(revoquer(registre, { cible: 'jti', id: 'rien', motif: 'départ' })).rejects.toMatchObject({
    hint: expect.stringContaining('carto lien liste') as string,
  });
});

test('import: each refusal has its column and what it held; another encoding or quotes out of place stop it', async () => {
  const fichier = join(dossier, 'demandes.csv');
  const entete = 'convention;role;nom;mel;commune;reference;organisme;contrat;comptes-max;fin';
  const lignes = [
    `${convention};epci;Mairie;mairie@ville.example;;;;;;`,
    `${convention};commune;Zoé;zoe.leroy@ville.example;1001;D-9;;;;`,
    `${convention};commune;Zoé;zoe.leroy@ville.example;01009;D-9;;;;`,
    `${convention};commune;Zoé;zoe.leroy@ville.example;01001;;;;;`,
    `${convention};tiers;Eva;eva.roche@agence.example;;;Agence;M-1;deux;2026-06-30`,
    `${convention};tiers;Eva;eva.roche@agence.example;;;Agence;M-1;2;30/06/2026`,
    `${convention};tiers;Eva;eva.roche@agence.example;;;Agence;M-1;2;2030-06-30`,
    `${convention};tiers;Eva;eva.roche@agence.example;;;Agence;;2;2026-06-30`,
    `${convention};chef;Eva;eva.roche@agence.example;;;;;;`,
    `${convention};epci;Paul;paul.durand@epci.example;01001;;;;;`,
    `${convention};tiers;Eva;eva.roche@agence.example;;;Dupont, Martin et fils;M-1;2;2026-06-30`,
  ];
  writeFileSync(fichier, [entete, ...lignes].join('\n'));
  const r = await importerDemandes(registre, fichier);
  expect(r.map((x) => [x.ligne, x.colonne, x.recu])).toEqual([
    [2, 'mel', 'mairie@ville.example'],
    [3, 'commune', '1001'],
    [4, 'commune', '01009'],
    [5, 'reference', ''],
    [6, 'comptes-max', 'deux'],
    [7, 'fin', '30/06/2026'],
    [8, 'fin', '2030-06-30'],
    [9, 'contrat', ''],
    [10, 'role', 'chef'],
    [11, 'commune', '01001'],
    [12, undefined, undefined],
  ]);
  expect(r[10]?.compte).toBeDefined();
  writeFileSync(
    fichier,
    Buffer.from(`${entete}\n${convention};epci;Zoé;zoe.roy@epci.example;;;;;;\n`, 'latin1'),
  );
  await expect(importerDemandes(registre, fichier)).rejects.toThrow(/UTF-8/);
  writeFileSync(fichier, `${entete}\n${convention};epci;"Zoé;zoe.roy@epci.example;;;;;;\n`);
  await expect(importerDemandes(registre, fichier)).rejects.toThrow(/guillemets/);
  writeFileSync(fichier, `${entete};mel\n`);
  await expect(importerDemandes(registre, fichier)).rejects.toThrow(/deux fois mel/);
});
