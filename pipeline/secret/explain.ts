/** `carto explain`: one cell's life, for the producer only. Reads the confidential side; prints to the producer's terminal. */
import { join } from 'node:path';
import { indicateur, variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_REGLE } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { echelleSchema, populationSchema, secteurSchema, type Echelle } from '../../data/contract/zone.ts';
import { ouvreBase, texte } from '../lib/duckdb.ts';
import { coutDeCellule, diteCout } from './explain-cout.ts';
import { diteSortPublic, sortPublic } from './explain-public.ts';
import { tableauPertes } from './explain-pertes.ts';
import type { Cause } from './verdict.ts';
import type { Commande } from '../lib/commande.ts';

const nombre = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 2 });
/** What the cause of a secondary cell means, and what it protects. */
const CAUSE: Record<Cause['genre'], (r: RaisonLue) => string> = {
  famille: (r) => `même masque que « ${r.cible} », qui montre les mêmes ménages ou logements`,
  exacte: (r) => `publiée, elle donnerait exactement ${groupe(r)} (${unites(r)})`,
  residu: (r) => `publiée, elle donnerait par différence ${groupe(r)} (${unites(r)})`,
  groupe: (r) => `publiée, elle donnerait le groupe ${groupe(r)} (${unites(r)})`,
  paire: (r) => `publiée, elle donnerait la somme de ${groupe(r)} (${unites(r)})`,
  triple: (r) => `publiée, elle donnerait la somme de ${groupe(r)} (${unites(r)})`,
  echelon: (r) => `publiée, elle donnerait par calcul ${groupe(r)} (${unites(r)})`,
  bornes: (r) => `publiée, un zéro ou un total voisin fixerait ${groupe(r)} (${unites(r)})`,
  numerateur: (r) => `publiée, des bornes fixeraient un numérateur de ${groupe(r)}`,
  uniforme: (r) => `publiée, elle montrerait que toutes les unités de ${groupe(r)} ont la même réponse`,
  dominance: (r) => `publiée, elle donnerait par calcul ${groupe(r)}, où un bailleur domine`,
  millesime: () => 'les mêmes ménages se liraient à un autre millésime',
};
interface RaisonLue {
  raison: string;
  epci: string | null;
  genre: Cause['genre'] | null;
  base: number | null;
  cible: string | null;
  autres: number | null;
}
const unites = (r: RaisonLue) => `${nombre.format(r.base ?? 0)} unités`;
const groupe = (r: RaisonLue) => {
  const autres = r.autres ?? 0;
  return `« ${r.cible ?? ''} »${autres > 0 ? ` et ${autres} autres` : ''}`;
};
const dite = (r: RaisonLue): string =>
  r.raison === 'secondaire'
    ? `Masquée (s), secret secondaire : ${r.genre === null ? 'voisine d’une cellule protégée' : CAUSE[r.genre](r)}.`
    : `Masquée (s), secret primaire : ${LIBELLES_REGLE[r.raison] ?? r.raison}.`;

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
  positionnels: '[ZONE INDICATEUR]',
  options: {
    vers: { type: 'string', valeur: 'DIR', default: 'data/releases/demo', aide: 'dossier des livraisons' },
    millesime: { type: 'string', valeur: 'AAAA', aide: 'millésime (le plus récent par défaut)' },
    population: { type: 'string', valeur: 'ENS|ER', default: 'ENS', aide: 'population' },
    secteur: { type: 'string', valeur: 'tous|qpv|hqpv', default: 'tous', aide: 'secteur' },
    cout: {
      type: 'boolean',
      aide: 'calcule ce que publier cette cellule coûterait aux autres (quelques secondes)',
    },
    pertes: {
      type: 'boolean',
      aide: 'sans zone : tableau des pertes par échelle et par variable du millésime',
    },
  },
  async run({ values, positionals }, { json, ecrit }) {
    const [zone, id] = positionals;
    if (values.pertes === true)
      return ecrit(await tableauPertes(join(String(values.vers), 'confidentiel'), values.millesime, json));
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
      const raisons = await base.lignes<RaisonLue>(
        `select raison, epci, genre, base, cible, autres from read_parquet(${texte(join(dossier, 'secret', 'raisons.parquet'))}) where millesime = ${millesime} and variable = ${texte(v.id)} and population = '${p}' and echelle = '${echelle}' and code = ${texte(code)} and secteur = '${secteur}'`,
      );
      const valeur = i.calcul === 'nombre' ? c.x : i.calcul === 'moyenne' ? c.x / c.u : (100 * c.x) / c.u;
      const raison = raisons[0] ?? null;
      const publique = await sortPublic(dossier, base, v, {
        millesime,
        population: p,
        echelle,
        code,
        secteur,
      });
      const cout =
        values.cout === true && raison?.raison === 'secondaire'
          ? await coutDeCellule(
              dossier,
              base,
              v,
              { echelle, code, secteur, population: p },
              millesime,
              raison.epci,
            )
          : null;
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
            publiee: raison === null && publique.raison === null,
            raison,
            publique,
            ...(cout === null ? {} : { cout }),
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
      // A cell that the public alone loses is shown nowhere: territories hold the public figures of wider zones.
      const admise = publique.raison === null ? 'Publiée.' : 'Admise par les règles P1 à P6.';
      ecrit(`  6. ${raison === null ? admise : dite(raison)}`);
      ecrit(`  7. ${diteSortPublic(publique, raison !== null)}`);
      if (values.cout === true)
        ecrit(
          `  8. ${cout === null ? 'Aucun coût à calculer : seule une cellule masquée pour en protéger d’autres peut être rendue.' : diteCout(cout)}`,
        );
    } finally {
      base.ferme();
    }
  },
};
