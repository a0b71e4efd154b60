/** `carto explain`: one cell's life, for the producer only. Reads the confidential side; prints to the producer's terminal. */
import { join } from 'node:path';
import { indicateur, variable } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { echelleSchema, populationSchema, secteurSchema, type Echelle } from '../../data/contract/zone.ts';
import { ouvreBase, texte } from '../lib/duckdb.ts';
import type { Commande } from '../lib/commande.ts';

const nombre = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 2 });
const REGLE: Record<string, string> = {
  P1: `moins de ${REGLES.seuil} unités dans le champ`,
  P2: `moins de ${REGLES.seuil} unités ayant répondu`,
  P3: `moins de ${REGLES.reponseMin} % de réponses`,
  P4: `résidence de moins de ${REGLES.logementsResidence} logements`,
  P5: 'toutes les unités ont (ou aucune n’a) la modalité : règle des 100 %',
  'P5-modalite': 'une modalité de la distribution est vide',
  secondaire: 'masquée pour protéger une cellule voisine (secret secondaire)',
};

/** "epci:242100410", or a bare code whose shape tells its échelle. */
export function lisZone(zone: string): { echelle: Echelle; code: string } {
  const [a, b] = zone.split(':');
  if (b !== undefined) return { echelle: echelleSchema.parse(a), code: b };
  const formes: [RegExp, Echelle][] = [
    [/^FR$/, 'france'],
    [/^2\d{8}$/, 'epci'],
    [/^Q[NP]/, 'qpv'],
    [/^CRS/, 'carreau'],
    [/^A[0-9a-f]{12}$/, 'adresse'],
    [/^R[0-9a-f]{12}$/, 'residence'],
    [/^.{9}$/, 'iris'],
    [/^[0-9AB]{5}$/, 'commune'],
  ];
  const trouve = formes.find(([r]) => r.test(zone));
  if (trouve === undefined)
    throw new UserError(`Zone « ${zone} » ambiguë.`, {
      code: 2,
      hint: 'Écrivez echelle:code, par exemple departement:21 ou commune:21231.',
    });
  return { echelle: trouve[1], code: zone };
}

export const commande: Commande = {
  nom: 'explain',
  resume: 'raconte la vie d’une cellule (côté producteur : affiche des nombres confidentiels)',
  positionnels: 'ZONE INDICATEUR',
  options: {
    vers: { type: 'string', valeur: 'DIR', default: 'data/releases/demo', aide: 'dossier des livraisons' },
    millesime: { type: 'string', valeur: 'AAAA', aide: 'millésime (le plus récent par défaut)' },
    population: { type: 'string', valeur: 'ENS|ER', default: 'ENS', aide: 'population' },
    secteur: { type: 'string', valeur: 'tous|qpv|hqpv', default: 'tous', aide: 'secteur' },
  },
  async run({ values, positionals }, { json, ecrit }) {
    const [zone, id] = positionals;
    if (zone === undefined || id === undefined)
      throw new UserError('Il manque la zone ou l’indicateur.', {
        code: 2,
        hint: 'Exemple : carto explain epci:242100410 ops_res_lt20',
      });
    const { echelle, code } = lisZone(zone);
    const i = indicateur(id);
    const v = variable(i.variable);
    const population = populationSchema.parse(values.population);
    const secteur = secteurSchema.parse(values.secteur);
    const dossier = join(String(values.vers), 'confidentiel');
    const base = await ouvreBase();
    try {
      const atomes = `read_parquet(${texte(join(dossier, 'indicateurs', 'atomes.parquet'))})`;
      const source = v.source === 'ops' ? `"n.${v.id}.ENS"` : 'logements';
      const millesime =
        values.millesime === undefined
          ? await base.scalaire<number | null>(`select max(millesime) from ${atomes} where ${source} > 0`)
          : Number(values.millesime);
      const ou = [
        `millesime = ${millesime}`,
        echelle === 'france' ? 'true' : `${echelle} = ${texte(code)}`,
        secteur === 'tous' ? 'true' : `secteur = '${secteur}'`,
      ].join(' and ');
      const p = v.populations.includes(population) ? population : 'ENS';
      const [c] = await base.lignes<{
        atomes: number;
        logements: number;
        n: number;
        r: number;
        u: number;
        x: number;
      }>(
        `select count(*) as atomes, sum(logements) as logements, sum("n.${v.id}.${p}") as n, sum("r.${v.id}.${p}") as r, sum("u.${v.id}.${p}") as u, sum("x.${i.id}.${p}") as x from ${atomes} where ${ou}`,
      );
      if (c === undefined || c.atomes === 0)
        throw new UserError(`Aucun logement pour ${echelle} ${code} en ${millesime}.`, {
          hint: 'Vérifiez le code et le millésime.',
        });
      const raisons = await base.lignes<{ raison: string }>(
        `select raison from read_parquet(${texte(join(dossier, 'secret', 'raisons.parquet'))}) where millesime = ${millesime} and variable = ${texte(v.id)} and population = '${p}' and echelle = '${echelle}' and code = ${texte(code)} and secteur = '${secteur}'`,
      );
      const valeur = i.calcul === 'nombre' ? c.x : i.calcul === 'moyenne' ? c.x / c.u : (100 * c.x) / c.u;
      const raison = raisons[0]?.raison ?? null;
      if (json)
        return ecrit(
          JSON.stringify({
            zone: { echelle, code },
            indicateur: i.id,
            millesime,
            population: p,
            secteur,
            ...c,
            valeur,
            publiee: raison === null,
            raison,
          }),
        );
      ecrit(`${i.libelle} : ${echelle} ${code}, ${millesime}, ${p}, ${secteur}`);
      ecrit(
        `  1. Entrées : ${nombre.format(c.logements)} logements au répertoire, ${nombre.format(c.atomes)} groupes élémentaires.`,
      );
      ecrit(`  2. Champ (N) : ${nombre.format(c.n)} ${v.unites} ; ${v.champ}.`);
      ecrit(
        `  3. Réponses (R) : ${nombre.format(c.r)}, soit ${c.n > 0 ? nombre.format((100 * c.r) / c.n) : '0'} % ; ${v.repondu}.`,
      );
      ecrit(`  4. Numérateur : ${nombre.format(c.x)} sur ${nombre.format(c.u)} ; ${i.numerateur}.`);
      ecrit(
        `  5. Valeur exacte : ${c.u > 0 ? nombre.format(valeur) : 'aucune'} ${i.unite} (confidentielle).`,
      );
      ecrit(`  6. ${raison === null ? 'Publiée.' : `Masquée (s) : ${REGLE[raison] ?? raison}.`}`);
    } finally {
      base.ferme();
    }
  },
};
