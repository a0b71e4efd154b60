/**
 * Verdicts of one EPCI and one year packed into bytes: a country of them as objects takes three times the room, and the
 * threads that make them hand bytes over without a copy.
 */
import { deserialize, serialize } from 'node:v8';
import type { ReponseBloc } from './bloc.ts';

export type Verdicts = ReponseBloc['verdicts'];

/** What a thread answers about one EPCI. */
export interface Paquet {
  epci: string;
  octets: Uint8Array<ArrayBuffer>;
  /** Forced totals that this EPCI cannot keep. */
  conflits: string[];
}

/** @returns bytes of their own, that a thread may give away */
export const empaquete = (v: Verdicts): Uint8Array<ArrayBuffer> => Uint8Array.from(serialize(v));

/** The same verdicts as new objects; levels shared between populations stay shared. */
export const depaquete = (octets: Uint8Array): Verdicts => deserialize(octets) as Verdicts;

/** Verdicts of some variables in place of the older ones. */
export function remplace(octets: Uint8Array, neufs: Uint8Array): Uint8Array<ArrayBuffer> {
  const m = new Map(depaquete(octets).map((v) => [v.variable, v]));
  for (const v of depaquete(neufs)) m.set(v.variable, v);
  return empaquete([...m.values()]);
}
