/**
 * Real dwellings for the oracle: the reference file counts them by commune × year × labels × rooms × type × QPV; this
 * writes one row per dwelling in the open RPLS layout (73 columns, `;`, UTF-8 with BOM), streaming.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { UserError } from '../../data/contract/erreur.ts';

/** The 73 columns of the open file, in SDES order (geodata.md §2.5). */
export const COLONNES_OUVERTES =
  'REG_CODE REG_LIBELLE DEP_CODE DEP_LIBELLE EPCI_CODE EPCI_LIBELLE DROIT_CODE DROIT_LIBELLE DEPCOM LIBCOM CODEPOSTAL NUMVOIE INDREP TYPVOIE NOMVOIE ETAGE COMPLIDENT ENTREE BAT IMMEU COMPLGEO LIEUDIT QPV_CODE QPV_LIBELLE TYPECONST_CODE TYPECONST_LIBELLE NBPIECE SURFHAB CONSTRUCT LOCAT PATRIMOINE ORIGINE FINAN_CODE FINAN_LIBELLE FINANAUTRE CONV NUMCONV DATCONV NEWLOGT_CODE NEWLOGT_LIBELLE CUS DPEDATE DPEENERGIE DPESERRE SRU_EXPIR SRU_ALINEA CODSEGPATRIM LIBSEGPATRIM PMR_CODE PMR_LIBELLE PLG_VOIE EPSG X Y PLG_QP24 PLG_QP15 PLG_IRIS2024_CODE PLG_IRIS2024_LIBELLE PLG_ZUS PLG_QVA QUALITE_VOIE QUALITE_NUMERO QUALITE_XY DISTANCE_PRECISION QUALITE_QP24 QUALITE_QP15 QUALITE_IRIS QUALITE_ZUS QUALITE_QVA COMAQP COMAZUS UU2020 AAV2020'.split(
    ' ',
  );

const TYPES: Record<string, [string, string]> = {
  'Logements collectifs': ['C', 'Collectif'],
  'Logements individuels': ['I', 'Individuel'],
  'Logements étudiants': ['E', 'Étudiant'],
};

/** Expand the counted file. @returns dwellings written. */
export async function deplie(reference: string, sortie: string): Promise<number> {
  const source = createReadStream(reference)
    .pipe(createGunzip())
    .pipe(parse({ columns: true, bom: true }));
  const flux = createWriteStream(sortie);
  flux.write(`\uFEFF${COLONNES_OUVERTES.join(';')}\r\n`);
  const place = Object.fromEntries(COLONNES_OUVERTES.map((c, i) => [c, i]));
  let total = 0;
  let ligne = 1;
  for await (const brut of source) {
    ligne++;
    const l = brut as Record<string, string>;
    const n = Number(l.n);
    const type = TYPES[l.typeconst ?? ''];
    if (!Number.isInteger(n) || n < 0 || type === undefined) {
      throw new UserError(
        `Fichier de référence, ligne ${ligne} : effectif « ${l.n} » ou type « ${l.typeconst} » inattendu.`,
        { hint: 'Attendu : un entier positif ou nul et un type de construction connu.' },
      );
    }
    const cellules: string[] = Array.from({ length: COLONNES_OUVERTES.length }, () => '');
    const pose = (colonne: string, valeur: string) => {
      cellules[place[colonne] as number] = valeur;
    };
    pose('DEPCOM', l.DEPCOM ?? '');
    pose('TYPECONST_CODE', type[0]);
    pose('TYPECONST_LIBELLE', type[1]);
    pose('NBPIECE', (l.nbpiece ?? '').replace('5 et plus', '5'));
    pose('CONSTRUCT', l.construct ?? '');
    pose('DPEENERGIE', l.dpeenergie === 'Inconnu' ? '' : (l.dpeenergie ?? ''));
    pose('DPESERRE', l.dpeserre === 'Inconnu' ? '' : (l.dpeserre ?? ''));
    pose('QPV_CODE', l.qpv === 'En QPV' ? '1' : '2');
    pose('QPV_LIBELLE', l.qpv ?? '');
    const texte = `${cellules.join(';')}\r\n`;
    if (!flux.write(texte.repeat(n))) await once(flux, 'drain');
    total += n;
  }
  flux.end();
  await finished(flux);
  return total;
}
