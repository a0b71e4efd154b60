/** Landlords, and what each of them is bad at: DPE, survey returns, one item or another. */
import { Hasard } from './hasard.ts';
import { deNom } from './toponymie.ts';
import type { Commune, Pays } from './pays.ts';

export interface Bailleur {
  readonly siret: string;
  readonly rs: string;
  readonly categorie: 'OPH' | 'ESH' | 'SEM' | 'COOP' | 'COMMUNE' | 'ASSOCIATION';
  readonly enquete: boolean;
  /** Where it owns stock. */
  readonly departement: string | undefined;
  readonly region: string | undefined;
  readonly commune: string | undefined;
  readonly poids: number;
  /** Shares in [0, 1]. */
  readonly dpeInconnu: number;
  readonly sansReponse: number;
  /** Item non-response: resources, composition, age, housing aid, activity. */
  readonly itemsVides: readonly [number, number, number, number, number];
}

/** One OPH per département, city SEM and OPH, regional and national ESH, a few communes and associations. */
export function creerBailleurs(pays: Pays): Bailleur[] {
  const h = new Hasard('bailleurs', pays.graine);
  const liste: Bailleur[] = [];
  const ajoute = (
    rs: string,
    categorie: Bailleur['categorie'],
    ou: { departement?: string; region?: string; commune?: string },
    poids: number,
    enquete = true,
  ) => {
    // One in six is bad at one item, each item in turn; one in nine hardly knows its DPE; a few hardly answer.
    const rang = liste.length;
    const faible = rang % 6 === 2 ? Math.floor(rang / 6) % 5 : -1;
    const item = (k: number) => (k === faible ? h.entre(0.36, 0.8) : h.entre(0.01, k === 4 ? 0.13 : 0.07));
    liste.push({
      // 9…: no real SIREN of a landlord begins so; 14 digits all the same.
      siret:
        `9${String(10_000_019 + liste.length * 7_919).padStart(8, '0')}${String(11 + liste.length).padStart(5, '0')}`.slice(
          0,
          14,
        ),
      rs,
      categorie,
      enquete,
      departement: ou.departement,
      region: ou.region,
      commune: ou.commune,
      poids,
      dpeInconnu: rang % 9 === 4 ? h.entre(0.4, 0.75) : h.entre(0.02, 0.16),
      sansReponse: rang % 17 === 7 ? h.entre(0.3, 0.5) : h.entre(0.04, 0.18),
      itemsVides: [item(0), item(1), item(2), item(3), item(4)],
    });
  };
  for (const d of pays.departements) ajoute(`${d.nom} Habitat`, 'OPH', { departement: d.code }, 3.2);
  for (const r of pays.regions)
    ajoute(`Logis ${deNom(r.nom).replace('de ', '').replace('d’', '')}`, 'ESH', { region: r.code }, 2);
  const villes = [...pays.communes].sort((a, b) => b.logements - a.logements || (a.code < b.code ? -1 : 1));
  const formes = [
    'Foyer familial',
    'Maisons et Jardins',
    'La Ruche ouvrière',
    'Toit commun',
    'Domicile 2000',
    'Clairlogis',
    'Habitat solidaire',
  ];
  for (let k = 0; liste.length < pays.taille.bailleurs - 3; k += 1) {
    const v = villes[k % villes.length]!;
    const tirage = k % 6;
    if (tirage === 0 || tirage === 3) ajoute(`${v.nom} Habitat`, 'OPH', { commune: v.code }, 3);
    else if (tirage === 1) ajoute(`SEM ${deNom(v.nom)}`, 'SEM', { commune: v.code }, 1, h.oui(0.7));
    else if (tirage === 2 || tirage === 5)
      ajoute(
        `${formes[k % formes.length]} ${deNom(v.departement.nom)}`,
        'ESH',
        { departement: v.departement.code },
        1.5,
      );
    else ajoute(`Coopérative ${deNom(v.nom)}`, 'COOP', { departement: v.departement.code }, 0.8);
  }
  ajoute('Grand Toit national', 'ESH', {}, 1.3);
  ajoute('Foncière de l’Ombrelle', 'ASSOCIATION', {}, 0.14, false);
  ajoute('Régie des communes rurales', 'COMMUNE', {}, 0.16, false);
  return liste;
}

/** Landlords at work in a commune with their weights there: more of them where there is more stock. */
export function bailleursDe(
  liste: readonly Bailleur[],
  c: Commune,
  h: Hasard,
): { qui: Bailleur[]; poids: number[] } {
  const possibles = liste.filter(
    (b) =>
      (b.commune === undefined || b.commune === c.code) &&
      (b.departement === undefined || b.departement === c.departement.code) &&
      (b.region === undefined || b.region === c.region.code),
  );
  const nombre = Math.min(possibles.length, 1 + Math.floor(Math.log10(c.logements + 1) * 1.6));
  const qui: Bailleur[] = [];
  const poids: number[] = [];
  const reste = [...possibles];
  while (qui.length < nombre && reste.length > 0) {
    const k = h.pondere(reste.map((b) => b.poids * (b.commune === undefined ? 1 : 2.5)));
    const [b] = reste.splice(k, 1);
    qui.push(b!);
    poids.push(b!.poids * h.entre(0.4, 1.6));
  }
  return { qui, poids };
}
