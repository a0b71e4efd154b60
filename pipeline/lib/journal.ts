/**
 * Progress and messages. On a terminal: one line per stage, redrawn with percent and time left.
 * In CI (no terminal, or CI=true): one JSON line per stage end, nothing else. Nothing here may print a figure of a cell.
 */
export interface Etape {
  /** Report done/total units of the running stage. */
  avance(fait: number, total: number): void;
  /** End the stage with counts worth printing, e.g. { lignes: 1200, rejetees: 3 }. */
  fin(comptes?: Record<string, number | string>): void;
  /** End the stage as unchanged. */
  inchangee(): void;
}

export interface Journal {
  etape(nom: string): Etape;
  info(message: string): void;
  attention(message: string): void;
}

const nombre = new Intl.NumberFormat('fr-FR');
const duree = (ms: number) =>
  ms < 60_000
    ? `${(ms / 1000).toFixed(1).replace('.', ',')} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
const detail = (comptes: Record<string, number | string> = {}) =>
  Object.entries(comptes)
    .map(([k, v]) => `${k.replaceAll('_', ' ')} ${typeof v === 'number' ? nombre.format(v) : v}`)
    .join(', ');

export interface JournalOptions {
  sortie?: NodeJS.WritableStream & { isTTY?: boolean };
  horloge?: () => number;
  json?: boolean;
}

/** Journal of the CLI; effects (output, clock) are arguments so that tests can hold them. */
export function creerJournal(options: JournalOptions = {}): Journal {
  const sortie = options.sortie ?? process.stderr;
  const horloge = options.horloge ?? (() => performance.now());
  const json = options.json ?? (process.env.CI === 'true' || !sortie.isTTY);
  const ligne = (texte: string) => sortie.write(json ? `${texte}\n` : `\r\u001b[K${texte}\n`);
  return {
    etape(nom) {
      const debut = horloge();
      let dernier = -Infinity;
      const fermer = (statut: string, comptes?: Record<string, number | string>) => {
        const ms = horloge() - debut;
        const memoire = Math.round(process.memoryUsage().rss / 1e6);
        if (json)
          ligne(JSON.stringify({ etape: nom, statut, ms: Math.round(ms), rss_mo: memoire, ...comptes }));
        else
          ligne(
            `${statut === 'inchangée' ? '=' : '✓'} ${nom.padEnd(28)} ${statut === 'inchangée' ? 'inchangée' : duree(ms).padStart(9)}  ${detail(comptes)}`,
          );
      };
      if (!json) sortie.write(`\r\u001b[K… ${nom}`);
      return {
        avance(fait, total) {
          const t = horloge();
          if (json || t - dernier < 100) return;
          dernier = t;
          const reste = fait > 0 ? ((t - debut) * (total - fait)) / fait : 0;
          sortie.write(
            `\r\u001b[K… ${nom.padEnd(28)} ${String(Math.floor((100 * fait) / Math.max(1, total))).padStart(3)} %  reste ${duree(reste)}`,
          );
        },
        fin: (comptes) => fermer('faite', comptes),
        inchangee: () => fermer('inchangée'),
      };
    },
    info: (message) => void ligne(json ? JSON.stringify({ info: message }) : message),
    attention: (message) => void ligne(json ? JSON.stringify({ attention: message }) : `⚠ ${message}`),
  };
}

/** A journal that says nothing, for tests and library use. */
export const journalMuet: Journal = {
  etape: () => ({ avance() {}, fin() {}, inchangee() {} }),
  info() {},
  attention() {},
};
