/** Which scopes the accounts of the register need today, beyond the whole EPCI that every release holds. */
import { conventionActive } from '../links/conventions.ts';
import type { Compte, Convention } from '../links/etat.ts';
import type { Registre } from '../links/registre.ts';
import { dossierPortee, type Portee } from './perimetre.ts';

/** Years a convention names; undefined when it opens every one. */
export function millesimesDe(convention: Pick<Convention, 'couches'>): number[] | undefined {
  const annees = convention.couches.map((c) => /-(\d{4})$/.exec(c)?.[1]);
  return annees.includes(undefined) ? undefined : annees.map(Number).sort((a, b) => a - b);
}

function active(registre: Registre, compte: Compte): Convention | undefined {
  try {
    return compte.statut === 'valide' ? conventionActive(registre, compte.convention) : undefined;
  } catch {
    return undefined;
  }
}

/** Scopes of validated accounts whose convention runs, without repeats, in order of folder name. */
export function porteesVoulues(registre: Registre): Portee[] {
  const voulues = new Map<string, Portee>();
  for (const compte of registre.etat.comptes.values()) {
    const convention = active(registre, compte);
    if (!convention) continue;
    const millesimes = millesimesDe(convention);
    for (const territoire of compte.territoires) {
      if (territoire.startsWith('epci:') && millesimes === undefined) continue;
      const portee: Portee = { territoire, ...(millesimes ? { millesimes } : {}) };
      voulues.set(dossierPortee(portee), portee);
    }
  }
  return [...voulues.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, p]) => p);
}

/**
 * EPCI whose every convention is over (ended, or deactivated): a build makes no bundle for them, and a new convention brings
 * them back. An EPCI that never had one keeps its bundle: nobody can open it.
 */
export function epciEteints(registre: Registre): string[] {
  const actifs = new Map<string, boolean>();
  for (const c of registre.etat.conventions.values())
    actifs.set(c.epci, (actifs.get(c.epci) ?? false) || conventionCourt(registre, c.id));
  return [...actifs].flatMap(([epci, actif]) => (actif ? [] : [epci])).toSorted();
}

/** Whether a convention runs today. */
export function conventionCourt(registre: Registre, id: string): boolean {
  try {
    conventionActive(registre, id);
    return true;
  } catch {
    return false;
  }
}
