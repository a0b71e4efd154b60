/** Bundles cut to a scope, their seals, and what happens when somebody touches them. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gateManifestSchema, type GateArchive, type GateManifest } from '../../data/contract/grant.ts';
import { bundleSchema } from '../../data/contract/release.ts';
import { tableSchema } from '../../data/contract/table.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { deciderCompte, demanderCompte } from '../../pipeline/links/comptes.ts';
import { creerConvention, nommerAdministrateur } from '../../pipeline/links/conventions.ts';
import { emettreLien } from '../../pipeline/links/liens.ts';
import { ouvrirRegistre, type Registre } from '../../pipeline/links/registre.ts';
import { ajouterLots } from '../../pipeline/portee/ajout.ts';
import { decouperTable, dossierPortee } from '../../pipeline/portee/perimetre.ts';
import { verifierLivraison } from '../../pipeline/portee/verification.ts';
import { ecartsArchive } from '../../pipeline/scan/lot.ts';
import { servir } from '../../pipeline/serve/command.ts';
import type { Service } from '../../pipeline/serve/serveur.ts';
import { exigerFichiers, exigerSceau } from '../../site/archive/integrite.ts';
import { ouvrirSession } from '../../site/archive/session.ts';
import { GateSource, lireArchive, lireJson } from '../../site/archive/source.ts';
import { ANNEES, CARREAUX, COMMUNE, CONTOUR, ecrirePublie, EPCI, LIEUX, TABLE, VOISINE } from './publie.ts';

const codes = (t: { zones: { echelle: string; code: string }[] }) =>
  t.zones.map((z) => `${z.echelle}:${z.code}`);

describe('decouperTable', () => {
  const commune = decouperTable(TABLE, LIEUX, { territoire: `com:${COMMUNE}` }, CONTOUR);

  test('keeps a commune, what is wholly inside it, and what holds it', () => {
    expect(codes(commune)).toEqual([
      'france:FR',
      'region:84',
      'departement:01',
      `epci:${EPCI}`,
      `commune:${COMMUNE}`,
      'iris:010010101',
      `carreau:${CARREAUX.dedans}`,
      'adresse:Aici',
    ]);
  });
  test('keeps of the EPCI only what everybody may see of it', () => {
    const rang = codes(commune).indexOf(`epci:${EPCI}`);
    const vues = Object.entries(commune.colonnes).filter(([, v]) => v[rang] !== null);
    expect(vues.map(([c]) => c.split('.')[0])).toEqual([TABLE.variables[0], TABLE.variables[0]]);
    const sienne = codes(commune).indexOf(`commune:${COMMUNE}`);
    expect(Object.values(commune.colonnes).every((v) => v[sienne] !== null)).toBe(true);
  });
  test('values are those of the whole territory, moved', () => {
    const source = codes(TABLE);
    for (const [cle, valeurs] of Object.entries(commune.colonnes))
      for (const [i, z] of codes(commune).entries())
        if (valeurs[i] !== null) expect(valeurs[i]).toBe(TABLE.colonnes[cle]?.[source.indexOf(z)]);
  });
  test('years of a convention cut columns, not zones', () => {
    const portee = { territoire: `epci:${EPCI}`, millesimes: [2022] };
    const coupee = decouperTable(TABLE, LIEUX, portee, undefined);
    expect(dossierPortee(portee)).toBe(`${EPCI}M2022`);
    expect(codes(coupee)).toEqual(codes(TABLE));
    expect(Object.keys(coupee.colonnes).every((c) => c.endsWith('.2022'))).toBe(true);
    expect(coupee.tranches.map((t) => t.millesime)).toEqual([2022]);
  });
});

describe('lots', () => {
  let racine: string;
  let vers: string;
  let registre: Registre;
  let service: Service;
  const grants: Record<string, string> = {};
  const bundles = () => join(vers, 'courante', 'bundles');
  const liste = (): GateManifest =>
    gateManifestSchema.parse(JSON.parse(readFileSync(join(bundles(), 'archives.json'), 'utf8')));
  const cles = () => [...registre.relire().etat.cles.values()].filter((c) => c.usage === 'livraison');

  async function compte(
    convention: string,
    admin: string,
    d: { role: 'commune' | 'epci' | 'tiers' } & object,
  ) {
    const { id } = await demanderCompte(registre, {
      convention,
      nom: 'Agent',
      mel: `luc.blanc${Object.keys(grants).length}@ville.example`,
      ...d,
    });
    await deciderCompte(registre, { compte: id, decision: 'valide', par: admin });
    const lien = await emettreLien(registre, {
      compte: id,
      finalite: 'observation',
      origine: 'http://localhost:1',
    });
    return lien.url.split('#g1.')[1] ?? '';
  }
  async function conventionDe(communes: string[], millesimes: string[]) {
    const c = await creerConvention(registre, {
      epci: EPCI,
      nom: 'CC Essai',
      parties: ['AR'],
      signature: registre.aujourdhui(),
      communes,
      millesimes,
    });
    const admin = await nommerAdministrateur(registre, c.id, { nom: 'A', mel: 'claire.morin@epci.example' });
    return { id: c.id, admin };
  }

  beforeAll(async () => {
    racine = mkdtempSync(join(tmpdir(), 'carto-portee-'));
    vers = join(racine, 'vers');
    ecrirePublie(vers);
    registre = await ouvrirRegistre(join(racine, 'registre'));
    const a = await conventionDe([COMMUNE, VOISINE], []);
    grants['commune'] = await compte(a.id, a.admin, {
      role: 'commune',
      commune: COMMUNE,
      reference: 'D-1',
    } as never);
    grants['tiers'] = await compte(a.id, a.admin, {
      role: 'tiers',
      territoires: [`com:${COMMUNE}`, `com:${VOISINE}`],
      organisme: 'Agence',
      contrat: 'M-1',
      comptesMax: 2,
      fin: registre.aujourdhui(),
    } as never);
    const b = await conventionDe([], ['2022']);
    grants['2022'] = await compte(b.id, b.admin, { role: 'epci' });
    await ajouterLots({ vers, registre: registre.dossier, journal: journalMuet });
    service = await servir({ vers, site: join(racine, 'site'), registre: registre.dossier, port: 0 });
  }, 60_000);
  afterAll(async () => {
    await service.arreter(500);
    rmSync(racine, { recursive: true, force: true });
  });
  const session = (nom: string) =>
    ouvrirSession(grants[nom] ?? '', 'observation', { base: `http://localhost:${service.port}` });

  test('a commune link opens the commune’s own files, and no others', async () => {
    const s = await session('commune');
    expect(s.infos.archives.map((a) => `${a.territoire} ${a.produit}`)).toEqual([
      `com:${COMMUNE} manifeste`,
      `com:${COMMUNE} carte`,
      `com:${COMMUNE} table`,
      `com:${COMMUNE} geo`,
    ]);
    const manifeste = s.archive('manifeste') as NonNullable<ReturnType<typeof s.archive>>;
    const lot = await lireJson(s, manifeste, bundleSchema);
    expect(lot.territoire.code).toBe(COMMUNE);
    await exigerSceau(cles(), manifeste);
    exigerFichiers(lot, s.infos.archives.slice(1));
    expect(lot.couches.map((c) => c.echelle)).not.toContain('epci');
    const autre = liste().archives.find((a) => a.territoire === `com:${VOISINE}`) as GateArchive;
    await expect(lireArchive(s, autre)).rejects.toMatchObject({ code: 'hors-perimetre' });
  });
  test('a third party on two communes opens two bundles', async () => {
    const s = await session('tiers');
    expect(new Set(s.infos.archives.map((a) => a.territoire))).toEqual(
      new Set([`com:${COMMUNE}`, `com:${VOISINE}`]),
    );
    expect(s.archive('table', `com:${VOISINE}`)).toBeDefined();
  });
  test('a convention of one year opens a bundle of that year only', async () => {
    const s = await session('2022');
    expect(new Set(s.infos.archives.map((a) => a.millesime))).toEqual(new Set(['2022']));
    const table = s.archive('table') as NonNullable<ReturnType<typeof s.archive>>;
    const lue = await lireJson(s, table, tableSchema);
    expect(Object.keys(lue.colonnes).some((c) => c.endsWith('.2024'))).toBe(false);
  });
  test('nothing is cut twice, and a cut archive holds nothing but its table', async () => {
    expect(await ajouterLots({ vers, registre: registre.dossier, journal: journalMuet })).toEqual([]);
    const lire = (nom: string) =>
      tableSchema.parse(JSON.parse(readFileSync(join(bundles(), nom, 'table.json'), 'utf8')));
    const carte = readFileSync(join(bundles(), VOISINE, 'carte.pmtiles'));
    expect(await ecartsArchive(carte, lire(VOISINE))).toEqual([]);
    // Planted: the neighbour's archive under the commune's name.
    expect(await ecartsArchive(carte, lire(COMMUNE))).toContain('une zone hors du lot (commune)');
    const autre = structuredClone(lire(VOISINE));
    for (const v of Object.values(autre.colonnes)) v.fill(7);
    expect((await ecartsArchive(carte, autre)).join()).toContain('une valeur qui n’est pas dans sa table');
  });

  describe('verification', () => {
    const defauts = async () =>
      (await verifierLivraison(join(vers, 'courante'), cles())).defauts.map(
        (d) => `${d.fichier} ${d.defaut}`,
      );
    /** Change a file for one check, then put it back. */
    async function altere(fichier: string, change: (octets: Buffer) => Buffer, verifie: () => Promise<void>) {
      const chemin = join(bundles(), fichier);
      const garde = join(racine, 'garde');
      copyFileSync(chemin, garde);
      try {
        writeFileSync(chemin, change(readFileSync(chemin)));
        await verifie();
      } finally {
        copyFileSync(garde, chemin);
      }
    }
    const retourne = (octets: Buffer) => {
      const milieu = octets.length >> 1;
      octets[milieu] = (octets[milieu] ?? 0) ^ 1;
      return octets;
    };

    test('an untouched release is whole', async () => {
      expect(await defauts()).toEqual([]);
    });
    test('one byte of an archive, a file more, a file less', async () => {
      await altere(`${COMMUNE}/carte.pmtiles`, retourne, async () => {
        expect(await defauts()).toEqual([`bundles/${COMMUNE}/carte.pmtiles integrite`]);
      });
      writeFileSync(join(bundles(), COMMUNE, 'autre.json'), '{}');
      expect(await defauts()).toEqual([`bundles/${COMMUNE}/autre.json inattendu`]);
      rmSync(join(bundles(), COMMUNE, 'autre.json'));
    });
    test('a list that names other bytes, or another territory, is refused by its seal and by the gate', async () => {
      const falsifie = (change: (a: GateArchive) => void) => (octets: Buffer) => {
        const lue = gateManifestSchema.parse(JSON.parse(octets.toString('utf8')));
        for (const a of lue.archives) change(a);
        return Buffer.from(JSON.stringify(lue));
      };
      const versVoisine = falsifie((a) => (a.territoire = `com:${COMMUNE}`));
      await altere('archives.json', versVoisine, async () => {
        expect(await defauts()).toContain('bundles/archives.json signature');
        expect(await defauts()).toContain(`bundles/${VOISINE}/manifest.json signature`);
        // A gate that starts now believes nothing of this list: the commune's own link opens nothing either.
        const neuve = await servir({ vers, site: join(racine, 'site'), registre: registre.dossier, port: 0 });
        const base = `http://localhost:${neuve.port}`;
        await expect(ouvrirSession(grants['commune'] ?? '', 'observation', { base })).rejects.toMatchObject({
          code: 'hors-perimetre',
        });
        await neuve.arreter(500);
      });
    });
    test('a manifest sealed by another key, or for another territory, is not shown', async () => {
      const s = await session('tiers');
      const [a, b] = [s.archive('manifeste', `com:${COMMUNE}`), s.archive('manifeste', `com:${VOISINE}`)];
      if (!a?.sceau || !b?.sceau) throw new Error('not sealed');
      await expect(exigerSceau(cles(), { ...a, sceau: b.sceau })).rejects.toMatchObject({
        code: 'fichier-altere',
      });
      const autres = cles().map((c) => ({ ...c, x: Buffer.alloc(32, 9).toString('base64url') }));
      await expect(exigerSceau(autres, a)).rejects.toBeDefined();
      await expect(exigerSceau(cles(), { ...a, sha256: b.sha256 })).rejects.toMatchObject({
        code: 'fichier-altere',
      });
    });
    test('a range is refused when its block is not the sealed one', async () => {
      const s = await session('2022');
      const manifeste = await lireJson(s, s.archive('manifeste') as never, bundleSchema);
      const carte = s.archive('carte');
      const blocs = manifeste.archives.find((x) => x.produit === 'carte')?.blocs;
      if (!carte || !blocs) throw new Error('no map');
      const entier = await lireArchive(s, carte);
      const source = new GateSource(s, carte, Promise.resolve(blocs));
      const lu = await source.getBytes(100, 50);
      expect(new Uint8Array(lu.data)).toEqual(entier.slice(100, 150));
      const faux = new GateSource(s, carte, Promise.resolve(blocs.map(() => '0'.repeat(64))));
      await expect(faux.getBytes(100, 50)).rejects.toMatchObject({ code: 'fichier-altere' });
    });
  });

  test('every year of a bundle is named in the list', () => {
    const annees = liste()
      .archives.filter((a) => a.territoire.startsWith('com:'))
      .map((a) => a.millesime);
    expect(new Set(annees)).toEqual(new Set([ANNEES.join(' ')]));
  });
});
