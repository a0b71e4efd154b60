/** Figures chosen for the home page and the portraits: the ones people ask for first (domain.md §7, page 2). */
import { INDICATEURS } from '../../data/catalogue/indicators/index.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';

const IDS = ['rpls_nb', 'rpls_qpv', 'rpls_dpe_fg', 'ops_res_lt20', 'ops_res_lt60', 'ops_cf_mono', 'ops_cf_isolee', 'ops_tit_65p', 'ops_er', 'rpls_mob', 'rpls_vac3', 'rpls_loyer_m2', 'rpls_coll', 'rpls_recent']; // prettier-ignore

/** Key indicateurs of the catalogue, most asked first. */
export const CLES: readonly Indicateur[] = IDS.flatMap((id) => INDICATEURS.find((i) => i.id === id) ?? []);

/** Key indicateurs shown for each zone of a list (open data, so that every zone may have them). */
export const CLES_LISTE: readonly Indicateur[] = ['rpls_nb', 'rpls_qpv', 'rpls_coll', 'rpls_dpe_fg'].flatMap(
  (id) => INDICATEURS.find((i) => i.id === id) ?? [],
);
