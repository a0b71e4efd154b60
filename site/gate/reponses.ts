/** Answers of the gate: the same sober headers everywhere, refusals as problem+json that echo nothing. */
import type { CodeRefus } from '../../data/contract/grant.ts';

/** Headers of every answer of the gate (gate.md §2.4). */
export const ENTETES_GARDE: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

const TITRES: Readonly<Record<CodeRefus, string>> = {
  missing: 'Jeton absent',
  invalid: 'Jeton refusé',
  expired: 'Jeton expiré',
  'not-yet': 'Jeton pas encore valable',
  scope: 'Hors du périmètre ouvert',
  revoked: 'Accès désactivé',
  ended: 'Accès terminé',
  devices: 'Appareil non admis',
  stale: 'Vérification impossible',
  rate: 'Trop de demandes',
  purpose: 'Finalité non acceptée',
  origin: 'Origine refusée',
  request: 'Demande mal formée',
  method: 'Méthode refusée',
  'not-found': 'Adresse inconnue',
  'too-large': 'Demande trop longue',
  type: 'Type de contenu refusé',
  range: 'Plage refusée',
  precondition: 'Le fichier a changé',
};

/** problem+json (RFC 9457) of a refusal; 401 says so to the client in WWW-Authenticate. */
export function refus(
  status: number,
  code: CodeRefus,
  entetes: Readonly<Record<string, string>>,
  sansCorps: boolean,
): Response {
  const corps = JSON.stringify({ type: 'about:blank', title: TITRES[code], status, code });
  const defi =
    status !== 401
      ? {}
      : { 'www-authenticate': code === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"' };
  return new Response(sansCorps ? null : corps, {
    status,
    headers: {
      ...ENTETES_GARDE,
      ...defi,
      'content-type': 'application/problem+json; charset=utf-8',
      ...entetes,
    },
  });
}
