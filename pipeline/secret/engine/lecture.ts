/** Streaming reader of delimited text: field by field, so that a country of units never sits in memory as strings. */
import { createReadStream } from 'node:fs';
import { UserError } from '../../../data/contract/erreur.ts';

export interface Ligne {
  /** 1-based line of the file where the record starts. */
  readonly numero: number;
  readonly champs: readonly string[];
}

/**
 * Records of a CSV file (UTF-8, BOM accepted; comma, semicolon or tab, told by the header; RFC 4180 quotes).
 * @throws UserError when the file cannot be read or a quote is never closed
 */
export async function* lignesCsv(chemin: string, nom: string): AsyncGenerator<Ligne> {
  let separateur: string | undefined;
  let champs: string[] = [];
  let champ = '';
  let guillemets = false;
  let fermes = false;
  let numero = 1;
  let debut = 1;
  const finChamp = () => {
    champs.push(champ);
    champ = '';
    fermes = false;
  };
  const flux = createReadStream(chemin, { encoding: 'utf8', highWaterMark: 1 << 20 });
  let premier = true;
  try {
    for await (const brut of flux as AsyncIterable<string>) {
      const texte: string = premier ? brut.replace(/^\uFEFF/, '') : brut;
      premier = false;
      if (separateur === undefined) {
        const entete = texte.slice(0, texte.search(/[\r\n]|$/));
        separateur = [';', '\t', ','].find((s) => entete.includes(s)) ?? ',';
      }
      let i = 0;
      while (i < texte.length) {
        if (guillemets) {
          const f = texte.indexOf('"', i);
          const fin = f < 0 ? texte.length : f;
          for (let j = i; j < fin; j++) if (texte.charCodeAt(j) === 10) numero++;
          champ += texte.slice(i, fin);
          i = fin + 1;
          if (f >= 0) {
            guillemets = false;
            fermes = true;
          }
          continue;
        }
        const c = texte[i] as string;
        if (c === separateur) {
          finChamp();
          i++;
        } else if (c === '\n') {
          finChamp();
          if (champs.length > 1 || champs[0] !== '') yield { numero: debut, champs };
          champs = [];
          debut = ++numero;
          i++;
        } else if (c === '\r') i++;
        else if (c === '"') {
          // A quote right after a closed field is an escaped quote of that field.
          if (fermes) champ += '"';
          guillemets = true;
          i++;
        } else {
          let j = i + 1;
          while (j < texte.length) {
            const d = texte[j] as string;
            if (d === separateur || d === '\n' || d === '\r' || d === '"') break;
            j++;
          }
          champ += texte.slice(i, j);
          i = j;
        }
      }
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new UserError(`Fichier ${nom} illisible : ${code === 'ENOENT' ? 'il n’existe pas' : code}.`, {
      hint: 'Vérifiez le chemin donné à --atoms.',
      cause: error,
    });
  }
  if (guillemets)
    throw new UserError(`Fichier ${nom}, ligne ${debut} : guillemet ouvert et jamais refermé.`, {
      hint: 'Refermez le champ par un guillemet double.',
    });
  if (champ !== '' || champs.length > 0) {
    finChamp();
    yield { numero: debut, champs };
  }
}
