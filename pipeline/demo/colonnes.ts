/** Columns of the invented files, in the order of the real ones. */
/** The 73 open columns in the order of the SDES file (domain.md §4.1); the IRIS vintage is in the name. */
export function colonnesOuvertes(millesime: number): readonly string[] {
  return [
    ...'REG_CODE REG_LIBELLE LIBREG DEP_CODE DEP_LIBELLE LIBDEP EPCI_CODE EPCI_LIBELLE LIBEPCI DEPCOM CODEPOSTAL LIBCOM'.split(
      ' ',
    ),
    ...'NUMVOIE INDREP TYPVOIE NOMVOIE ETAGE COMPLGEO LIEUDIT QPV_CODE QPV_LIBELLE'.split(' '),
    ...'DROIT_CODE DROIT_LIBELLE TYPECONST_CODE TYPECONST_LIBELLE NBPIECE SURFHAB CONSTRUCT LOCAT PATRIMOINE ORIGINE'.split(
      ' ',
    ),
    ...'FINAN_CODE FINAN_LIBELLE FINANAUTRE CONV NUMCONV DATCONV NEWLOGT_CODE NEWLOGT_LIBELLE CUS'.split(' '),
    ...'DPEDATE DPEENERGIE DPESERRE SRU_EXPIR SRU_ALINEA CODSEGPATRIM LIBSEGPATRIM PMR_CODE PMR_LIBELLE'.split(
      ' ',
    ),
    ...'PLG_VOIE EPSG X Y PLG_QP24 PLG_QP15'.split(' '),
    `PLG_IRIS${millesime}_CODE`,
    `PLG_IRIS${millesime}_LIBELLE`,
    ...'PLG_ZUS PLG_QVA QUALITE_VOIE QUALITE_NUMERO QUALITE_XY DISTANCE_PRECISION QUALITE_QP24 QUALITE_QP15'.split(
      ' ',
    ),
    ...'QUALITE_IRIS QUALITE_ZUS QUALITE_QVA COMAQP COMAZUS UU2020 AAV2020 ZE2020'.split(' '),
  ];
}

/** Restricted columns (domain.md §4.2), appended after the open ones. */
export const COLONNES_RESTREINTES: readonly string[] = [
  ...'IDENT_REP IDENT_INT IDENT_ORG SIRET RS CAT_ORG IDENTGES NUMAPPT NUMBOITE ESC COULOIR COMPLIDENT ENTREE BAT IMMEU'.split(
    ' ',
  ),
  ...'MODE BAIL REMLOCDATE DATE_DEP_DERLOCAT MODESURF SURFMODE LOYERPRINC LOYERACC CONTRIB LOYERMAXAPL LOYERMAXCUS'.split(
    ' ',
  ),
  ...'SORTIEPATRIM OLDLOGT QUALACQ MISCOMMERCIAL PRIXVENTE PRODFIN DATMISEVENTE DATVEFFECT CONTRESLOG'.split(
    ' ',
  ),
  ...'DPE_CONSO_ENER DPE_CONSO_GES DPE_NUM_REF IDENT_FISCAL finan_cus mes_sanscumul loymoy age deconv duree_vacance'.split(
    ' ',
  ),
];

/** Columns of the survey, one household per row (domain.md §4.5). */
export const COLONNES_OPS: readonly string[] = [
  ...'millesime id_logement id_rpls siret_bailleur depcom id_adresse id_residence x y qpv code_qp iris repondant champ'.split(
    ' ',
  ),
  ...'date_entree compo nb_pers nb_adultes nb_enfants nb_mineurs age_titulaire pct_plafond_plus apl'.split(
    ' ',
  ),
  ...'maj_stable maj_precaire maj_chomeur maj_sans maj_retraite maj_nr'.split(' '),
];
