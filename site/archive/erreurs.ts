/**
 * What can go wrong between a territory link and its data, each with one plain sentence and what to do.
 * The page shows `message` and `conseil`; it never shows a part of the link.
 */
import type { CodeRefus } from '../../data/contract/grant.ts';

export const CODES_TERRITOIRE = [
  'lien-endommage',
  'lien-expire',
  'pas-encore',
  'acces-retire',
  'acces-termine',
  'hors-perimetre',
  'finalite',
  'appareils',
  'hors-ligne',
  'indisponible',
  'trop-de-demandes',
  'fichier-altere',
  'session-fermee',
  'inattendu',
] as const;
export type CodeTerritoire = (typeof CODES_TERRITOIRE)[number];

const NOUVEAU = 'Demandez un nouveau lien à l’administrateur local de votre EPCI.';

/** Sentence and advice of each code; `reessayer`: the same action may succeed later without a new link. */
export const PHRASES: Readonly<
  Record<CodeTerritoire, { message: string; conseil: string; reessayer: boolean }>
> = {
  'lien-endommage': {
    message: 'Ce lien de territoire est incomplet ou endommagé.',
    conseil: `Ouvrez-le depuis le message d’origine, en entier. Toujours rien\u202f? ${NOUVEAU}`,
    reessayer: false,
  },
  'lien-expire': {
    message: 'Ce lien de territoire a expiré.',
    conseil: NOUVEAU,
    reessayer: false,
  },
  'pas-encore': {
    message: 'Ce lien de territoire n’est pas encore valable.',
    conseil: 'Vérifiez la date de début indiquée dans le message, puis rouvrez le lien ce jour-là.',
    reessayer: true,
  },
  'acces-retire': {
    message: 'Cet accès a été désactivé.',
    conseil: 'Adressez-vous à l’administrateur local de votre EPCI.',
    reessayer: false,
  },
  'acces-termine': {
    message: 'La durée prévue pour cet accès est terminée.',
    conseil: 'Une prolongation peut être demandée par l’EPCI signataire de la convention.',
    reessayer: false,
  },
  'hors-perimetre': {
    message: 'Ce lien n’ouvre pas ce territoire.',
    conseil: NOUVEAU,
    reessayer: false,
  },
  finalite: {
    message: 'La finalité du lien doit être acceptée avant l’ouverture.',
    conseil: 'Lisez les clauses, puis acceptez-les pour ouvrir le territoire.',
    reessayer: true,
  },
  appareils: {
    message: 'Ce lien a déjà été ouvert sur le nombre d’appareils prévu par la convention.',
    conseil: 'Utilisez l’un de ces appareils, ou adressez-vous à l’administrateur local de votre EPCI.',
    reessayer: false,
  },
  'hors-ligne': {
    message: 'Le service ne répond pas.',
    conseil: 'Vérifiez votre connexion, puis réessayez. Le lien reste valable.',
    reessayer: true,
  },
  indisponible: {
    message: 'Le service ne peut pas vérifier les accès pour le moment.',
    conseil: 'Réessayez dans quelques minutes. Le lien reste valable.',
    reessayer: true,
  },
  'trop-de-demandes': {
    message: 'Trop de demandes ont été faites avec ce lien.',
    conseil: 'Patientez avant de réessayer. Le lien reste valable.',
    reessayer: true,
  },
  'fichier-altere': {
    message: 'Les données reçues ne correspondent pas à leur empreinte : elles ne sont pas affichées.',
    conseil: 'Réessayez. Si le message revient, signalez-le à l’administrateur local de votre EPCI.',
    reessayer: true,
  },
  'session-fermee': {
    message: 'La session est fermée.',
    conseil: 'Rouvrez le lien de territoire depuis le message d’origine.',
    reessayer: false,
  },
  inattendu: {
    message: 'Le service a donné une réponse inattendue.',
    conseil: 'Réessayez. Si le message revient, signalez-le à l’administrateur local de votre EPCI.',
    reessayer: true,
  },
};

/** Expected failure of a session or of a reading; `name` is 'ErreurTerritoire'. */
export class ErreurTerritoire extends Error {
  readonly code: CodeTerritoire;
  readonly conseil: string;
  readonly reessayer: boolean;
  /** Seconds to wait before trying again, when the service said so. */
  readonly attendre: number | undefined;
  constructor(code: CodeTerritoire, options: { cause?: unknown; attendre?: number | undefined } = {}) {
    super(PHRASES[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ErreurTerritoire';
    this.code = code;
    this.conseil = PHRASES[code].conseil;
    this.reessayer = PHRASES[code].reessayer;
    this.attendre = options.attendre;
  }
}

const PAR_REFUS: Readonly<Partial<Record<CodeRefus, CodeTerritoire>>> = {
  missing: 'lien-endommage',
  invalid: 'lien-endommage',
  expired: 'lien-expire',
  'not-yet': 'pas-encore',
  scope: 'hors-perimetre',
  revoked: 'acces-retire',
  ended: 'acces-termine',
  devices: 'appareils',
  stale: 'indisponible',
  rate: 'trop-de-demandes',
  purpose: 'finalite',
};

/** Error of a refused answer, read from its problem+json code, else from its status. Consumes the body. */
export async function erreurDeReponse(reponse: Response): Promise<ErreurTerritoire> {
  let code: CodeTerritoire | undefined;
  try {
    const corps: unknown = await reponse.json();
    if (typeof corps === 'object' && corps !== null && 'code' in corps)
      code = PAR_REFUS[corps.code as CodeRefus];
  } catch {
    // A proxy in between may answer with its own page: the status is enough.
  }
  if (!code && reponse.status === 429) code = 'trop-de-demandes';
  if (!code && reponse.status >= 500) code = 'indisponible';
  const attendre = Number(reponse.headers.get('retry-after') ?? Number.NaN);
  return new ErreurTerritoire(code ?? 'inattendu', {
    attendre: Number.isFinite(attendre) && attendre > 0 ? attendre : undefined,
  });
}

/** Error of a fetch that gave no answer; an abort asked by the caller is passed through unchanged. */
export function erreurReseau(cause: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return cause;
  return cause instanceof ErreurTerritoire ? cause : new ErreurTerritoire('hors-ligne', { cause });
}
