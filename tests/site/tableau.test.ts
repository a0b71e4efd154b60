import { describe, expect, it } from 'vitest';
import { INDICATEURS, indicateur } from '../../data/catalogue/indicators/index.ts';
import type { Cell } from '../../data/contract/cell.ts';
import { cellule, type Colonne, type ListeZones } from '../../site/state/donnees.ts';
import { csv, matrice } from '../../site/table/fichiers.ts';
import { filtre, lignes, trie } from '../../site/table/lignes.ts';
import { rendTableau } from '../../site/table/rendu.ts';

const i = indicateur(INDICATEURS.find((x) => x.calcul === 'part' && x.decimales === 1)?.id ?? '');
const zones: ListeZones = {
  codes: ['01001', '01002', '01003', '01004', '01005'],
  noms: ['Étrigny', 'Aubrelle', '=Douzance', 'Bréville', 'Cormeraie'],
  region: [],
  departement: [],
  epci: [],
  commune: [],
};
const col: Colonne = { v: [123, null, 456, 123, null], b: [50, 's', 1200, 11, 'nd'] };
const liste = lignes(
  zones,
  zones.codes.map((_, n) => cellule(col, n, i)),
  () => 'Aune',
);
const noms = (l: readonly { nom: string }[]) => l.map((x) => x.nom);

describe('table twin', () => {
  it('ranks published values only, ties together', () => {
    expect(liste.map((l) => l.rang)).toEqual([2, null, 1, 2, null]);
  });
  it('sorts both ways and always leaves hidden cells last', () => {
    expect(noms(trie(liste, 'valeur', false))).toEqual([
      '=Douzance',
      'Bréville',
      'Étrigny',
      'Aubrelle',
      'Cormeraie',
    ]);
    expect(noms(trie(liste, 'valeur', true))).toEqual([
      'Bréville',
      'Étrigny',
      '=Douzance',
      'Aubrelle',
      'Cormeraie',
    ]);
    expect(noms(trie(liste, 'rang', true))[0]).toBe('=Douzance');
    expect(noms(trie(liste, 'base', false)).slice(0, 3)).toEqual(['=Douzance', 'Étrigny', 'Bréville']);
    expect(
      noms(
        trie(
          liste.filter((l) => l.code !== '01003'),
          'nom',
          true,
        ),
      ),
    ).toEqual(['Aubrelle', 'Bréville', 'Cormeraie', 'Étrigny']);
  });
  it('filters by name without accents and by code', () => {
    expect(noms(filtre(liste, 'etri'))).toEqual(['Étrigny']);
    expect(noms(filtre(liste, '01004'))).toEqual(['Bréville']);
    expect(filtre(liste, '')).toHaveLength(5);
  });
  it('writes a CSV with its mentions, no number for a hidden cell, no formula', () => {
    const texte = csv({
      lignes: liste,
      indicateur: i,
      mentions: ['Territoires et données fictifs'],
      enteteParent: 'département',
    });
    const [mention, entete, ...corps] = texte.split('\r\n');
    expect(mention).toBe('\ufeff# Territoires et données fictifs');
    expect(entete).toContain('code;zone;département;');
    expect(corps[0]).toBe('01001;Étrigny;Aune;12,3;;50');
    expect(corps[1]).toBe('01002;Aubrelle;Aune;;s;');
    expect(corps[2]).toBe("01003;'=Douzance;Aune;45,6;;1200");
  });
  it('puts the second figure beside the first, hidden where it is hidden, and sorts by it', () => {
    const seconds: Cell[] = [{ statut: 's' }, { statut: 'valeur', valeur: 3, base: 20 }, { statut: 'valeur', valeur: 9.5, base: 20 }, { statut: 'so' }, { statut: 'nd' }]; // prettier-ignore
    const deux = lignes(zones, liste.map((l) => l.cellule), () => 'Aune', seconds); // prettier-ignore
    const { entetes, corps } = matrice({ lignes: deux, indicateur: i, mentions: [], enteteParent: 'département', autre: { indicateur: i, titre: 'Récents' } }); // prettier-ignore
    expect(entetes.slice(-2)).toEqual([`Récents (${i.unite})`, 'statut 2']);
    expect(corps.map((r) => r.slice(-2))).toEqual([[null, 's'], [{ n: 3, decimales: 1 }, ''], [{ n: 9.5, decimales: 1 }, ''], [null, 'so'], [null, 'nd']]); // prettier-ignore
    expect(noms(trie(deux, 'autre', false)).slice(0, 2)).toEqual(['=Douzance', 'Aubrelle']);
  });
  it('draws rows that escape what they show and say the statut in words', () => {
    const html = String(
      rendTableau({
        lignes: [{ ...liste[1]!, nom: '<img onerror=x>' }],
        montrees: 1,
        total: 1,
        echelle: 'commune',
        indicateur: i,
        classes: null,
        tri: 'rang',
        croissant: true,
        parent: 'departement',
        zone: null,
        lien: () => null,
        legende: '',
      }),
    );
    expect(html).not.toContain('<img');
    expect(html).toContain('title="secret statistique"');
    expect(html).not.toMatch(/style=/);
  });
});
