/** Addresses inside the site, whatever its base. */

/** Base of the site with its final slash. */
export const BASE = import.meta.env.BASE_URL.replace(/\/?$/, '/');

/** Address of a page: `lien('carte/epci/…')`. */
export function lien(chemin = ''): string {
  return BASE + chemin.replace(/^\//, '');
}
