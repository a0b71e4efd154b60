/** What the OPS indicateurs share: their calculation and the limits of the survey. */
export const DECLARATIF = 'Enquête déclarative ; la non-réponse partielle varie selon les bailleurs.';
export const part = { calcul: 'part', unite: '%', decimales: 1, limites: DECLARATIF } as const;
export const modalite = { ...part, modalite: true } as const;
export const cumul = { ...part, modalite: false } as const;
export const si = (condition: string) => `case when ${condition} then 1 else 0 end`;
export const REVENUS =
  'Revenu fiscal de référence de l’année N-2 rapporté au plafond de ressources PLUS du ménage. ' + DECLARATIF;
