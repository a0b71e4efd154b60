/** Names of the échelles, for every screen, table and sheet. */
import type { Echelle, Population, Secteur } from '../contract/zone.ts';

export const LIBELLES_ECHELLE: Readonly<Record<Echelle, { un: string; plusieurs: string }>> = {
  france: { un: 'pays', plusieurs: 'pays' },
  region: { un: 'région', plusieurs: 'régions' },
  departement: { un: 'département', plusieurs: 'départements' },
  epci: { un: 'EPCI', plusieurs: 'EPCI' },
  commune: { un: 'commune', plusieurs: 'communes' },
  qpv: { un: 'QPV', plusieurs: 'QPV' },
  qva: { un: 'quartier de veille active', plusieurs: 'quartiers de veille active' },
  zonage: { un: 'zone d’un zonage local', plusieurs: 'zones des zonages locaux' },
  iris: { un: 'IRIS', plusieurs: 'IRIS' },
  carreau: { un: 'carreau de 200 m', plusieurs: 'carreaux de 200 m' },
  residence: { un: 'résidence', plusieurs: 'résidences' },
  batiment: { un: 'bâtiment', plusieurs: 'bâtiments' },
  cage: { un: 'cage d’escalier', plusieurs: 'cages d’escalier' },
  adresse: { un: 'adresse', plusieurs: 'adresses' },
};

export const LIBELLES_POPULATION: Readonly<Record<Population, string>> = {
  ENS: 'Ensemble des ménages',
  ER: 'Emménagés récents',
};

export const LIBELLES_SECTEUR: Readonly<Record<Secteur, string>> = {
  tous: 'Tous secteurs',
  qpv: 'En QPV',
  hqpv: 'Hors QPV',
};
