/** Sentences used both by the server and by the page. */
export const ABSENCE_PUBLIQUE =
  'Plus finement, ce chiffre est réservé aux titulaires d’un lien de territoire.';
/** Département of an EPCI that crosses a limit. */
export const SUR_PLUSIEURS = 'plusieurs départements';
export const ABSENCE_TERRITOIRE = 'Ce chiffre n’existe pas à cette échelle.';
