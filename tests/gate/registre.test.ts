/** The register: rules of the conventions, chain, kill, tampering, encryption at rest. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Annuaire } from '../../data/contract/grant.ts';
import { adresseNue, defautAdresse } from '../../pipeline/links/adresses.ts';
import { deciderCompte, demanderCompte, prolongerCompte } from '../../pipeline/links/comptes.ts';
import { changerCommune, creerConvention, nommerAdministrateur } from '../../pipeline/links/conventions.ts';
import { plusMois } from '../../pipeline/links/dates.ts';
import { emettreLien, nouveauJti, prolongerLien, revoquer } from '../../pipeline/links/liens.ts';
import { ouvrirRegistre, type Registre } from '../../pipeline/links/registre.ts';
import { controlerTete, texteTete } from '../../pipeline/links/tete.ts';

let dossier: string;
let registre: Registre;
const horloge = () => Date.UTC(2026, 0, 20);
beforeEach(async () => {
  dossier = mkdtempSync(join(tmpdir(), 'carto-registre-'));
  registre = await ouvrirRegistre(dossier, { horloge });
});
afterEach(() => rmSync(dossier, { recursive: true, force: true }));

const convention = (plus = {}) =>
  creerConvention(registre, {
    epci: '200000001',
    nom: 'Communauté d’essai',
    parties: ['AR', 'GIP'],
    signature: '2026-01-15',
    communes: ['01001'],
    ...plus,
  });
async function compteValide(plus = {}) {
  const c = await convention();
  const par = await nommerAdministrateur(registre, c.id, { nom: 'Admin', mel: 'anne.roux@epci.example' });
  const demande = {
    convention: c.id,
    role: 'epci' as const,
    nom: 'Paul',
    mel: 'paul.durand@epci.example',
    ...plus,
  };
  const { id } = await demanderCompte(registre, demande);
  return { id, par, convention: c };
}
const motif = (m: string) => expect.objectContaining({ motif: m }) as Error;

test('nominative professional addresses only', () => {
  const bonnes = [
    'jean.dupont@ville.fr',
    'j.dupont@ville.fr',
    'jdupont@epci.fr',
    'Marie-Claire LE-GALL <mc.le-gall@agglo.fr>',
    'prenom.nom+ops@metropole.fr',
    'lemaire.paul@agglo.fr',
    'n.marchesi@epci.fr',
    'eva.bureaud@epci.fr',
    'rose.quartierot@epci.fr',
    'zoé.lefèvre@epci.fr',
  ];
  const generiques = [
    'mairie@ville.fr',
    'contact@ville.fr',
    'service.habitat@epci.fr',
    'urbanisme@epci.fr',
    'accueil@agence.fr',
    'mairie-de-dijon@ville.fr',
    'mairiededijon@ville.fr',
    'CONTACT@ville.fr',
    'contact+jean@ville.fr',
    'соntасt@ville.fr',
    'сontact@ville.fr',
    '"Jean Dupont" <contact@ville.fr>',
    'rh@ville.fr',
    'direction.generale@epci.fr',
    'ｉｎｆｏ@ville.fr',
    'secrétariat@ville.fr',
    'amenagement@epci.fr',
    'chef.projet@epci.fr',
    'chargedemission@epci.fr',
    'agent@ville.fr',
    'bureaudetudes@agence.fr',
    'servicehabitat@epci.fr',
    'boite.habitat35@epci.fr',
  ];
  for (const a of bonnes) expect(defautAdresse(a), a).toBeUndefined();
  for (const a of generiques) expect(defautAdresse(a), a).toBe('generique');
  expect(defautAdresse('jean.dupont@gmail.com')).toBe('messagerie');
  for (const m of ['orange.fr', 'yahoo.co.uk', 'live.be', 'mailo.com', 'yopmail.com'])
    expect(defautAdresse(`jean.dupont@${m}`), m).toBe('messagerie');
  for (const a of [
    '',
    'jean',
    'a@b',
    'a b@ville.fr',
    'jean@ville..fr',
    'jean..dupont@ville.fr',
    'jean.@ville.fr',
    'jean@-ville.fr',
    'jean@10.0.0.1',
  ])
    expect(defautAdresse(a), a).toBe('syntaxe');
  expect(adresseNue('"Jean" <J.D@Ville.FR>')).toBe('j.d@ville.fr');
});

test('a link needs a validated account, a purpose, and ends with its account', async () => {
  const {
    id,
    par,
    convention: c,
  } = await compteValide({
    role: 'tiers',
    organisme: 'Agence',
    contrat: 'M-1',
    comptesMax: 2,
    fin: '2026-06-30',
  });
  const d = { compte: id, finalite: 'observation', origine: 'https://atlas.example' };
  await expect(emettreLien(registre, d)).rejects.toEqual(motif('not-validated'));
  await deciderCompte(registre, { compte: id, decision: 'valide', par });
  await expect(emettreLien(registre, { ...d, finalite: '' })).rejects.toEqual(motif('purpose-required'));
  await expect(emettreLien(registre, { ...d, fin: '2026-07-01' })).rejects.toEqual(motif('end-date'));
  const essai = await emettreLien(registre, { ...d, essai: true });
  expect([essai.url, registre.etat.liens.size]).toEqual(['', 0]);
  const lien = await emettreLien(registre, d);
  expect(lien.fin).toBe('2026-06-30');
  expect(lien.url).toMatch(/^https:\/\/atlas\.example\/territoire\/#g1\.[\w-]+\.[\w-]+\.[\w-]{86}$/);
  await expect(prolongerCompte(registre, { compte: id, fin: '2028-02-01', demande: 'P-1' })).rejects.toEqual(
    motif('end-date'),
  );
  await prolongerCompte(registre, { compte: id, fin: '2026-12-31', demande: 'P-1' });
  const suite = await prolongerLien(registre, { jti: lien.jti, origine: 'https://atlas.example' });
  expect(suite.fin).toBe('2026-12-31');
  await revoquer(registre, { cible: 'sub', id, motif: 'départ' });
  await expect(emettreLien(registre, d)).rejects.toEqual(motif('deactivated'));
  await expect(prolongerCompte(registre, { compte: id, fin: '2026-12-31', demande: 'P-2' })).rejects.toEqual(
    motif('deactivated'),
  );
  expect(c.fin).toBe('2028-01-15');
});

test('term, parties, communes, duplicates, number of accounts', async () => {
  await expect(convention({ mois: 36 })).rejects.toEqual(motif('term'));
  expect((await convention({ mois: 36, derogation: 'avenant 2' })).fin).toBe('2029-01-15');
  await expect(convention({ parties: [] })).rejects.toEqual(motif('parties'));
  const c = await convention();
  const base = { convention: c.id, nom: 'Agent', role: 'commune' as const, mel: 'luc.blanc@c.example' };
  await expect(demanderCompte(registre, { ...base, commune: '01002', reference: 'D' })).rejects.toEqual(
    motif('scope'),
  );
  await expect(demanderCompte(registre, { ...base, commune: '01001' })).rejects.toEqual(
    motif('reference-required'),
  );
  await changerCommune(registre, { convention: c.id, commune: '01002', action: 'ajout', reference: 'D-2' });
  const compte = await demanderCompte(registre, { ...base, commune: '01002', reference: 'D-2' });
  expect(compte.territoires).toEqual(['com:01002']);
  await expect(
    demanderCompte(registre, { ...base, commune: '01001', reference: 'D', mel: 'Luc <LUC.BLANC@c.example>' }),
  ).rejects.toEqual(motif('duplicate'));
  const tiers = {
    convention: c.id,
    role: 'tiers' as const,
    nom: 'T',
    organisme: 'A',
    contrat: 'M-7',
    fin: '2026-12-31',
    comptesMax: 1,
  };
  const { comptesMax: _max, ...sansNombre } = tiers;
  await expect(demanderCompte(registre, { ...sansNombre, mel: 'eva.un@a.example' })).rejects.toEqual(
    motif('accounts-required'),
  );
  await demanderCompte(registre, { ...tiers, mel: 'eva.un@a.example' });
  await expect(demanderCompte(registre, { ...tiers, mel: 'eva.deux@a.example' })).rejects.toEqual(
    motif('accounts'),
  );
  expect(plusMois('2026-01-31', 1)).toBe('2026-02-28');
});

test('no personal data and no key in clear outside of the vault', async () => {
  await compteValide({ nom: 'Zoé Unique', mel: 'zoe.unique@epci.example' });
  const journal = readFileSync(join(dossier, 'journal.jsonl'), 'utf8');
  expect(journal).not.toMatch(/zoe\.unique|Zoé|Unique|@/);
  const compte = [...registre.etat.comptes.values()].find((c) => c.role === 'epci');
  expect(compte && (await registre.identite(compte))).toMatchObject({ mel: 'zoe.unique@epci.example' });
  for (const f of readdirSync(join(dossier, 'cles')))
    if (f !== 'destinataire.txt') expect(statSync(join(dossier, 'cles', f)).mode & 0o077, f).toBe(0);
});

test('a passphrase locks the grant key and identities, not emergency revocation', async () => {
  const autre = join(dossier, 'autre');
  const commande = (phrase: string, code: string) =>
    spawnSync(process.execPath, ['--input-type=module-typescript', '-e', code], {
      env: { ...process.env, CARTO_PHRASE: phrase },
      cwd: new URL('../..', import.meta.url).pathname,
      encoding: 'utf8',
    });
  const creation = commande(
    'une phrase longue',
    `import { ouvrirRegistre } from './pipeline/links/registre.ts';
     await ouvrirRegistre(${JSON.stringify(autre)});`,
  );
  expect(creation.stderr).not.toContain('Error');
  expect(readdirSync(join(autre, 'cles')).filter((f) => f.endsWith('.age'))).toHaveLength(2);
  const verrouille = await ouvrirRegistre(autre, { horloge });
  registre = verrouille;
  const { id, par } = await compteValide();
  await deciderCompte(registre, { compte: id, decision: 'valide', par });
  await expect(
    emettreLien(registre, { compte: id, finalite: 'observation', origine: 'https://a.example' }),
  ).rejects.toThrow(/phrase secrète/);
  await revoquer(registre, { cible: 'sub', id, motif: 'urgence' });
  expect(registre.etat.comptes.get(id)?.statut).toBe('desactive');
});

test('a line cut by a kill is dropped, a changed or missing line stops everything', async () => {
  await convention();
  const fichier = join(dossier, 'journal.jsonl');
  const bon = readFileSync(fichier, 'utf8');
  const lignes = bon.trimEnd().split('\n').length;
  appendFileSync(fichier, '{"n":99,"t":"2026');
  const repris = await ouvrirRegistre(dossier, { horloge });
  expect(repris.chaine.lignes).toHaveLength(lignes);
  // Only who holds the lock cuts it off: to a reader it may be another command's, being written.
  expect(readFileSync(fichier, 'utf8')).not.toBe(bon);
  await repris.republier();
  expect(readFileSync(fichier, 'utf8')).toBe(bon);
  expect(controlerTete(repris.chaine, texteTete(dossier))).toBe(lignes);
  writeFileSync(fichier, bon.replace('Communauté', 'Commun4uté'));
  await expect(ouvrirRegistre(dossier, { horloge })).rejects.toThrow(
    /modifiée ou retirée|lignes ont été retirées/,
  );
  writeFileSync(fichier, bon.split('\n').slice(0, -2).join('\n') + '\n');
  await expect(ouvrirRegistre(dossier, { horloge })).rejects.toThrow(/lignes ont été retirées/);
});

test('a request and its decision in two processes: the watermark still has the name', async () => {
  const { id } = await convention();
  const admin = await nommerAdministrateur(registre, id, { nom: 'Claire', mel: 'claire.morin@epci.example' });
  const demande = { convention: id, role: 'epci', nom: 'Ève Roy', mel: 'eve.roy@epci.example' } as const;
  const compte = await demanderCompte(await ouvrirRegistre(dossier, { horloge }), demande);
  const autre = await ouvrirRegistre(dossier, { horloge });
  await deciderCompte(autre, { compte: compte.id, decision: 'valide', par: admin });
  const annuaire = decodeJwt(readFileSync(join(dossier, 'garde', 'annuaire.jws'), 'utf8')) as Annuaire;
  expect(annuaire.comptes[compte.id]?.nom).toBe('Ève Roy');
});

test('two writers at once keep one chain', async () => {
  const c = await convention();
  const autre = await ouvrirRegistre(dossier, { horloge });
  const noms = ['ada', 'bea', 'cleo', 'dina', 'elsa', 'flora'];
  await Promise.all(
    noms.map((n, i) =>
      demanderCompte(i % 2 ? registre : autre, {
        convention: c.id,
        role: 'epci',
        nom: n,
        mel: `${n}.martin@epci.example`,
      }),
    ),
  );
  const relu = await ouvrirRegistre(dossier, { horloge });
  expect(relu.etat.comptes.size).toBe(noms.length);
});

test('the identifier of a link can be typed after a verb: it is never taken for an option', () => {
  const jtis = Array.from({ length: 2000 }, nouveauJti);
  expect(jtis.filter((j) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(j))).toEqual([]);
  expect(new Set(jtis).size).toBe(jtis.length);
});
