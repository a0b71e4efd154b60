/** Names that sound right and belong to nobody. Unique within the country. */
import {
  ATTAQUES,
  ATTAQUES_OUEST,
  DEPARTEMENTS,
  FINALES,
  MILIEUX,
  RIVIERES,
  SAINTS,
  SUITES_BOURG,
  SUITES_COTE,
} from '../../data/demo/noms.ts';
import { Hasard } from './hasard.ts';

export type Riviere = (typeof RIVIERES)[number];

const VOYELLE = /^[aeéiouhâîôœÉAEIOUÎY]/;

/** "de Corlavac", "d’Orvenac". */
export function deNom(nom: string): string {
  return VOYELLE.test(nom) && !/^(H[aeo]u?|Ya)/.test(nom) ? `d’${nom}` : `de ${nom}`;
}

/** Consonants that French does not join, and words too long or too short for a signpost. */
const IMPRONONCABLE =
  /[bcdgp][^aeéèiouhrlyâêîôûë]|m[^aeéèiouybpmnâêîôûë]|n[bpmrl]|[lrs](?:cl|br|dr|tr|ch)|(.)\1\1|([a-zé])\2[^aeéèiouyâêîôûë]/i;

/** Join three parts into a word, or nothing when the result would be ugly or real. */
export function assembler(
  attaque: string,
  milieu: string,
  finale: string,
  jamais: string,
): string | undefined {
  if (jamais.split(' ').includes(milieu)) return undefined;
  const lie = /^[aeéèiouâêîôû]/.test(finale) && finale !== 'uil' ? milieu.replace(/[aeiou]+$/, '') : milieu;
  if (finale === 'uil' && !milieu.endsWith('e')) return undefined;
  const mot = attaque + lie + finale;
  if (mot.length < 6 || mot.length > 12 || IMPRONONCABLE.test(mot.slice(1))) return undefined;
  return mot;
}

export class Toponymes {
  readonly #pris = new Set<string>();
  readonly #h: Hasard;

  constructor(graine: number) {
    this.#h = new Hasard('noms', graine);
  }

  /** A bare invented word of the given linguistic area. */
  souche(aire: number): string {
    const h = this.#h;
    const finales = FINALES[aire % FINALES.length]!;
    for (;;) {
      const attaque = aire % FINALES.length === 2 && h.oui(0.3) ? h.choix(ATTAQUES_OUEST) : h.choix(ATTAQUES);
      const mot = assembler(attaque, h.choix(MILIEUX), ...h.choix(finales));
      if (mot) return mot;
    }
  }

  /** A commune name, never given twice. */
  commune(aire: number, lieu: { riviere: Riviere; littoral: boolean; population: number }): string {
    const h = this.#h;
    for (;;) {
      const souche = this.souche(aire);
      const r = h.u();
      let nom = souche;
      if (lieu.population < 20_000) {
        if (r < 0.09) nom = `Saint-${h.choix(SAINTS)}-${deNom(souche).replace('d’', "d'").replace(' ', '-')}`;
        else if (r < 0.16) nom = `${souche}-${lieu.riviere.sur}`;
        else if (r < 0.19) nom = `${souche}-${h.choix(lieu.littoral ? SUITES_COTE : SUITES_BOURG)}`;
        else if (r < 0.22)
          nom = `${h.choix(['La', 'Le', 'Les'])} ${h.choix(['Chapelle', 'Mesnil', 'Granges'])}-${souche}`;
        else if (r < 0.25) nom = `${souche}-et-${this.souche(aire)}`;
        nom = nom.replace(/^La Mesnil/, 'Le Mesnil').replace(/^La Granges|^Le Granges/, 'Les Granges');
        nom = nom.replace(/^(Le|Les) Chapelle/, 'La Chapelle').replace(/^Les Mesnil/, 'Le Mesnil');
      }
      nom = nom.replaceAll('’', "'");
      if (this.#pris.has(nom)) continue;
      this.#pris.add(nom);
      return nom;
    }
  }

  /** A département name over the rivers of its région. */
  departement(rang: number): string {
    for (let k = 0; ; k += 1) {
      const a = RIVIERES[(rang + k) % RIVIERES.length]!;
      const b = RIVIERES[(rang + k + 5) % RIVIERES.length]!;
      const modele =
        DEPARTEMENTS[(rang + Math.floor((rang + k) / RIVIERES.length) * 3 + k) % DEPARTEMENTS.length]!;
      const nom = modele.replace('{a}', a.nom).replace('{b}', b.nom).replace('{deA}', a.de);
      if (this.#pris.has(nom)) continue;
      this.#pris.add(nom);
      return nom;
    }
  }

  /** Name of an EPCI from its size, its main town and its river. */
  epci(population: number, ville: string, riviere: Riviere, seconde: string, metropole: boolean): string {
    const h = this.#h;
    const courte = ville.replace(/-(sur|le|la|les|et)-.*$/, '');
    const formes =
      population > 200_000 || metropole
        ? [`${courte} Métropole`]
        : population > 45_000
          ? [`CA ${courte} Agglomération`, `CA du Grand ${courte}`, `CA du Pays ${deNom(courte)}`]
          : [
              `CC du Pays ${deNom(courte)}`,
              `CC Val ${riviere.de}`,
              `CC ${courte}-${seconde.replace(/-(sur|le|la|les|et)-.*$/, '')} Communauté`,
              `CC des Coteaux ${riviere.de}`,
              `CC des Monts ${deNom(courte)}`,
              `CC Terres ${deNom(courte)}`,
              `CC ${riviere.nom} et ${courte}`,
            ];
    const debut = h.entier(0, formes.length - 1);
    for (let k = 0; k < formes.length; k += 1) {
      const nom = formes[(debut + k) % formes.length]!;
      if (this.#pris.has(nom)) continue;
      this.#pris.add(nom);
      return nom;
    }
    const nom = `CC du Canton ${deNom(courte)}`;
    this.#pris.add(nom);
    return nom;
  }
}
