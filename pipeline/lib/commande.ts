/** Shape of one CLI verb. Each stage folder exports its own from `command.ts`; only pipeline/cli.ts lists them. */
import type { Journal } from './journal.ts';

export interface Option {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  default?: string | boolean;
  /** French, for the help text. */
  aide: string;
  /** Name of the value in the help text: DIR, FICHIER, N. */
  valeur?: string;
}

export interface Contexte {
  journal: Journal;
  /** --json: the command's result goes to stdout as one JSON document. */
  json: boolean;
  /** Result of the command for a person (French) or for a machine (JSON text). */
  ecrit(texte: string): void;
}

export interface Arguments {
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  positionals: string[];
}

export interface Commande {
  nom: string;
  /** One French sentence. */
  resume: string;
  /** Positional arguments as shown in the help: "ZONE INDICATEUR". */
  positionnels?: string;
  options: Record<string, Option>;
  run(args: Arguments, contexte: Contexte): Promise<void>;
}
