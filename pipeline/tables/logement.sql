-- One dwelling of the register, located. Input: rpls (all millésimes, typed), commune_de, point, iris_connu, qpv_connu, fiable.
create or replace table logement as
with cles as (
  select
    r.*,
    c.commune,
    p.lon, p.lat, p.carreau, p.iris as iris_point, p.qpv as qpv_point, p.qva as qva_point, p.zonages,
    case
      when r.nomvoie is not null then upper(concat_ws('|', c.commune, coalesce(r.numvoie, ''), coalesce(r.indrep, ''), coalesce(r.typvoie, ''), r.nomvoie))
      when p.lon is not null then concat_ws('|', 'P', c.commune, r.epsg, r.x, r.y)
    end as cle_adresse
  from rpls r
  join commune_de c on c.source = 'rpls' and c.millesime = r.millesime and c.ligne = r.ligne
  left join point p on p.epsg = r.epsg and p.x = r.x and p.y = r.y
)
select
  k.millesime,
  coalesce(k.id_rpls, 'L' || k.ligne) as id_logement,
  k.commune, t.epci, t.departement, t.region,
  case when k.cle_adresse is not null then 'A' || left(md5(k.cle_adresse), 12) end as adresse,
  case
    when k.immeu is not null then 'R' || left(md5(concat_ws('|', k.commune, k.siret, upper(k.immeu))), 12)
    when k.cle_adresse is not null then 'R' || left(md5(concat_ws('|', k.cle_adresse, coalesce(k.siret, ''))), 12)
  end as residence,
  case when k.bat is not null and coalesce(k.immeu, k.cle_adresse) is not null then 'B' || left(md5(concat_ws('|', k.commune, k.siret, upper(coalesce(k.immeu, k.cle_adresse)), upper(k.bat))), 12) end as batiment,
  case when k.esc is not null and k.cle_adresse is not null then 'C' || left(md5(concat_ws('|', k.cle_adresse, upper(coalesce(k.bat, '')), upper(k.esc))), 12) end as cage,
  k.bat as nom_batiment, k.esc as nom_cage,
  nullif(concat_ws(' ', k.numvoie, k.indrep, k.typvoie, k.nomvoie), '') as nom_adresse,
  k.immeu as nom_residence,
  k.carreau, k.lon, k.lat,
  -- The register's own geocoding rules where it speaks of our vintage of zones; else our point-in-polygon.
  case when f.iris then i.code else k.iris_point end as iris,
  case when f.qpv then coalesce(q24.code, q15.code) else k.qpv_point end as qpv,
  -- A quarter of the register without outlines keeps its own code.
  case when f.qva then k.qva_point else k.plg_qva end as qva,
  k.zonages,
  k.iris_point, k.qpv_point,
  case when coalesce(case when f.qpv then coalesce(q24.code, q15.code) else k.qpv_point end, case when k.qpv_declare = '1' then 'x' end) is not null then 'qpv' else 'hqpv' end as secteur,
  k.qpv_declare,
  k.siret,
  k.typeconst, k.nbpiece, k.surfhab, k.construct, k.locat, k.finan, k.conv, k.dpe, k.ges,
  k.mode,
  year(k.bail) as bail_annee, k.bail,
  k.duree_vacance,
  (k.mode = '1' or (k.mode = '2' and k.duree_vacance is not null)) as duree_vacance_connue,
  k.loyer
from cles k
join commune t on t.commune = k.commune
join fiable f on f.millesime = k.millesime
left join iris_connu i on i.code = k.plg_iris
left join qpv_connu q24 on q24.code = k.qp24
left join qpv_connu q15 on q15.code = k.qp15
order by k.millesime, k.commune, adresse, id_logement, k.ligne;
