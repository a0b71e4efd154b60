-- One surveyed household. Zones come from its dwelling in the register where the two are linked, else from its own columns.
create or replace table menage as
with lies as (
  select
    o.*,
    l.id_logement as lie,
    coalesce(l.commune, c.commune) as commune,
    coalesce(l.adresse, case when o.id_adresse is not null then 'A' || left(md5(concat_ws('|', 'OPS', o.siret, o.id_adresse)), 12) end) as adresse,
    coalesce(l.residence, case when o.id_residence is not null then 'R' || left(md5(concat_ws('|', 'OPS', o.siret, o.id_residence)), 12) end) as residence,
    case when l.id_logement is not null then l.carreau else p.carreau end as carreau,
    case when l.id_logement is not null then l.lon else p.lon end as lon,
    case when l.id_logement is not null then l.lat else p.lat end as lat,
    l.cage, l.batiment,
    case when l.id_logement is not null then l.qva else p.qva end as qva,
    case when l.id_logement is not null then l.zonages else p.zonages end as zonages,
    case when l.id_logement is not null then l.iris else coalesce(i.code, p.iris) end as iris,
    case when l.id_logement is not null then l.qpv else coalesce(q.code, p.qpv) end as qpv,
    case
      when l.id_logement is not null then l.secteur
      when coalesce(q.code, p.qpv) is not null or o.qpv_declare = '1' then 'qpv'
      else 'hqpv'
    end as secteur
  from ops o
  join commune_de c on c.source = 'ops' and c.millesime = o.millesime and c.ligne = o.ligne
  left join logement l on l.millesime = o.millesime and l.id_logement = o.id_rpls
  left join point p on p.epsg = o.epsg and p.x = o.x and p.y = o.y
  left join iris_connu i on i.code = o.plg_iris
  left join qpv_connu q on q.code = o.code_qp
)
select
  k.millesime, k.id_logement, k.lie, k.siret,
  k.commune, t.epci, t.departement, t.region,
  k.adresse, k.cage, k.batiment, k.residence, k.carreau, k.qva, k.zonages, k.lon, k.lat, k.iris, k.qpv, k.secteur,
  -- Same dwelling and same day of entry: the same household from one survey to the next. Unknown entry: nobody's twin.
  (md5_number_lower(concat_ws('|', coalesce(k.id_rpls, k.id_logement), coalesce(k.date_entree::varchar, concat('?', k.millesime)))) & 1073741823)::integer as foyer_a,
  ((md5_number_lower(concat_ws('|', coalesce(k.id_rpls, k.id_logement), coalesce(k.date_entree::varchar, concat('?', k.millesime)))) >> 32) & 1073741823)::integer as foyer_b,
  k.repondant = '1' as repondant,
  case when k.date_entree is not null then k.date_entree >= make_date((k.millesime - a.annees)::integer, 1, 1) end as emmenage_recent,
  lower(k.compo) as compo,
  k.nb_pers, k.nb_adultes, k.nb_enfants, k.nb_mineurs, k.age_titulaire, k.pct_plafond,
  case k.apl when '1' then true when '0' then false end as apl,
  coalesce(k.maj_stable, 0) as maj_stable, coalesce(k.maj_precaire, 0) as maj_precaire,
  coalesce(k.maj_chomeur, 0) as maj_chomeur, coalesce(k.maj_sans, 0) as maj_sans, coalesce(k.maj_retraite, 0) as maj_retraite,
  -- ∅ on every activity column means the item was not answered; a count of 0 elsewhere is an answer.
  coalesce(k.maj_stable, 0) + coalesce(k.maj_precaire, 0) + coalesce(k.maj_chomeur, 0) + coalesce(k.maj_sans, 0) + coalesce(k.maj_retraite, 0) as majeurs_renseignes
from lies k
join commune t on t.commune = k.commune
join recent a on a.millesime = k.millesime
order by k.millesime, k.commune, k.adresse, k.id_logement;
