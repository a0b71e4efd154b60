/**
 * Confidential archives in the page. Small ones are taken whole, checked against their sha256 and kept in memory, so
 * that panning needs no network, no range and no renewal; large ones are read by ranges.
 */
import { PMTiles, type Protocol, type RangeResponse, type Source } from 'pmtiles';
import type { z } from 'zod';
import { ErreurTerritoire, erreurDeReponse, erreurReseau } from './erreurs.ts';
import { empreinte } from '../gate/sceau.ts';
import { TAILLE_BLOC } from '../../data/contract/release.ts';
import type { ArchiveSession, SessionTerritoire } from './session.ts';

/** Above this size a map archive is read by ranges (anchors.md D.1: whole below). */
export const SEUIL_ENTIER = 16 * 1024 * 1024;

export interface OptionsLecture {
  /** Bytes received and expected. */
  progression?: (recus: number, total: number) => void;
  signal?: AbortSignal;
}

/** One authorised request; a refused token is renewed once. */
async function demander(
  session: SessionTerritoire,
  id: string,
  entetes: Record<string, string>,
  signal?: AbortSignal,
): Promise<Response> {
  for (let essai = 0; ; essai++) {
    const jeton = await session.jeton();
    let reponse: Response;
    try {
      reponse = await session.fetch(`${session.base}/t/v1/${id}`, {
        headers: { ...entetes, authorization: `Bearer ${jeton}` },
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        // A store may answer in place of the gate; what it sends is checked like the rest.
        redirect: 'follow',
        ...(signal ? { signal } : {}),
      });
    } catch (cause) {
      throw erreurReseau(cause, signal);
    }
    if (reponse.status === 401 && essai === 0) {
      await reponse.body?.cancel();
      session.abandonner(jeton);
      continue;
    }
    return reponse;
  }
}

/**
 * A whole archive, size and sha256 verified against the session.
 * @throws ErreurTerritoire ('fichier-altere' when the bytes are not the announced ones); the caller's abort as is
 */
export async function lireArchive(
  session: SessionTerritoire,
  archive: ArchiveSession,
  options: OptionsLecture = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { progression, signal } = options;
  const reponse = await demander(session, archive.id, {}, signal);
  if (reponse.status !== 200 || !reponse.body) throw await erreurDeReponse(reponse);
  const octets = new Uint8Array(archive.taille);
  let recus = 0;
  try {
    const lecteur = reponse.body.getReader();
    for (;;) {
      const { done, value } = await lecteur.read();
      if (done) break;
      if (recus + value.length > octets.length) {
        await lecteur.cancel();
        throw new ErreurTerritoire('fichier-altere');
      }
      octets.set(value, recus);
      recus += value.length;
      progression?.(recus, archive.taille);
    }
  } catch (cause) {
    throw erreurReseau(cause, signal);
  }
  // A cut connection and a changed file both end here; only the second has the right length.
  if (recus < octets.length) throw new ErreurTerritoire('hors-ligne');
  if ((await empreinte(octets)) !== archive.sha256) throw new ErreurTerritoire('fichier-altere');
  return octets;
}

/** A whole JSON archive (manifest, table, geo), verified, parsed and checked by its zod schema. */
export async function lireJson<S extends z.ZodType>(
  session: SessionTerritoire,
  archive: ArchiveSession,
  schema: S,
  options: OptionsLecture = {},
): Promise<z.infer<S>> {
  const octets = await lireArchive(session, archive, options);
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(octets)));
  } catch (cause) {
    throw new ErreurTerritoire('fichier-altere', { cause });
  }
}

/** PMTiles source over bytes in memory. */
export class MemoireSource implements Source {
  readonly #cle: string;
  readonly #octets: Uint8Array<ArrayBuffer>;
  constructor(cle: string, octets: Uint8Array<ArrayBuffer>) {
    this.#cle = cle;
    this.#octets = octets;
  }
  getKey(): string {
    return this.#cle;
  }
  getBytes(debut: number, longueur: number): Promise<RangeResponse> {
    return Promise.resolve({ data: this.#octets.slice(debut, debut + longueur).buffer });
  }
}

/** PMTiles source over ranges of the gate. Its key is the archive, never the token: directories stay cached. */
export class GateSource implements Source {
  readonly #session: SessionTerritoire;
  readonly #archive: ArchiveSession;
  readonly #blocs: Promise<readonly string[] | undefined>;
  /** Called after each failed reading that the caller did not ask to stop. */
  surEchec: ((erreur: unknown) => void) | undefined;
  /** @param blocs digests of the manifest: with them every block is read whole and checked */
  constructor(
    session: SessionTerritoire,
    archive: ArchiveSession,
    blocs: Promise<readonly string[] | undefined> = Promise.resolve(undefined),
  ) {
    this.#session = session;
    this.#archive = archive;
    this.#blocs = blocs;
  }
  getKey(): string {
    return this.#archive.id;
  }
  async getBytes(debut: number, longueur: number, signal?: AbortSignal): Promise<RangeResponse> {
    try {
      return await this.#lire(debut, longueur, signal);
    } catch (erreur) {
      if (!signal?.aborted) this.surEchec?.(erreur);
      throw erreur;
    }
  }
  async #lire(debut: number, longueur: number, signal?: AbortSignal): Promise<RangeResponse> {
    const blocs = await this.#blocs;
    if (!blocs) return this.#plage(debut, longueur, false, signal);
    const premier = Math.floor(debut / TAILLE_BLOC);
    const apres = Math.min(Math.ceil((debut + longueur) / TAILLE_BLOC), blocs.length);
    const depart = premier * TAILLE_BLOC;
    const { data, etag } = await this.#plage(depart, (apres - premier) * TAILLE_BLOC, true, signal);
    for (let b = premier; b < apres; b++) {
      const octets = new Uint8Array(data.slice(b * TAILLE_BLOC - depart, (b + 1) * TAILLE_BLOC - depart));
      if ((await empreinte(octets)) !== blocs[b]) throw new ErreurTerritoire('fichier-altere');
    }
    return { data: data.slice(debut - depart, debut - depart + longueur), ...(etag ? { etag } : {}) };
  }
  async #plage(
    debut: number,
    longueur: number,
    scelle: boolean,
    signal?: AbortSignal,
  ): Promise<RangeResponse> {
    const { id, taille, sha256 } = this.#archive;
    const fin = Math.min(debut + longueur, taille) - 1;
    const reponse = await demander(this.#session, id, { range: `bytes=${debut}-${fin}` }, signal);
    if (reponse.status !== 206) throw await erreurDeReponse(reponse);
    let data: ArrayBuffer;
    try {
      data = await reponse.arrayBuffer();
    } catch (cause) {
      throw erreurReseau(cause, signal);
    }
    const annonce = reponse.headers.get('content-range');
    const etag = reponse.headers.get('etag');
    if (
      annonce !== `bytes ${debut}-${fin}/${taille}` ||
      data.byteLength !== fin - debut + 1 ||
      // The store has tags of its own: blocks are then the proof.
      (etag !== `"${sha256.slice(0, 32)}"` && !(reponse.redirected && scelle))
    )
      throw new ErreurTerritoire('fichier-altere');
    return { data, ...(reponse.redirected || etag === null ? {} : { etag }) };
  }
}

/** A map archive ready for MapLibre: `pmtiles://<cle>` once attached to a Protocol. */
export interface CarteTerritoire {
  /** The archive id; the style says `pmtiles://<cle>/{z}/{x}/{y}`, so no address ever holds a token. */
  readonly cle: string;
  readonly entiere: boolean;
  /** The current instance: read it again after an error, it may have been replaced. */
  readonly pmtiles: PMTiles;
  attacher(protocole: Pick<Protocol, 'add'>): void;
  /** Replace the instance: pmtiles keeps a rejected header or directory for ever (anchors.md D.1). Automatic on failure. */
  rearmer(): void;
}

/** Open the map archive of a session: whole in memory up to `seuil` bytes, by ranges above. */
export async function ouvrirCarte(
  session: SessionTerritoire,
  archive: ArchiveSession,
  options: OptionsLecture & {
    seuil?: number;
    surEchec?: (erreur: unknown) => void;
    blocs?: Promise<readonly string[] | undefined>;
  } = {},
): Promise<CarteTerritoire> {
  const entiere = archive.taille <= (options.seuil ?? SEUIL_ENTIER);
  const source = entiere
    ? new MemoireSource(archive.id, await lireArchive(session, archive, options))
    : new GateSource(session, archive, options.blocs);
  let pmtiles = new PMTiles(source);
  const protocoles = new Set<Pick<Protocol, 'add'>>();
  const rearmer = () => {
    pmtiles = new PMTiles(source);
    for (const p of protocoles) p.add(pmtiles);
  };
  if (source instanceof GateSource)
    source.surEchec = (erreur) => {
      rearmer();
      options.surEchec?.(erreur);
    };
  return {
    cle: archive.id,
    entiere,
    get pmtiles() {
      return pmtiles;
    },
    attacher(protocole) {
      protocoles.add(protocole);
      protocole.add(pmtiles);
    },
    rearmer,
  };
}
