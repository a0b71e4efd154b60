/**
 * FINAN codes of RPLS to map groups (domain.md §4.3; authors differ on 53–55, hence a data file).
 * A code absent from this list is refused with its row, never guessed.
 */
export const GROUPES_FINANCEMENT = [
  { id: 'plai', libelle: 'PLAI', codes: ['10', '11'] },
  { id: 'plus_av77', libelle: 'PLUS avant 1977', codes: ['50', '51', '52', '99'] },
  { id: 'plus_ap77', libelle: 'PLUS après 1977', codes: ['12', '13'] },
  { id: 'pls', libelle: 'PLS', codes: ['14'] },
  { id: 'pli', libelle: 'PLI et intermédiaire', codes: ['15', '16', '17', '53', '54', '55'] },
  { id: 'autre', libelle: 'autre financement', codes: ['49'] },
] as const;
